"""The Kconfig model of one tree and one architecture, as plain immutable data.

Enters: nothing. Leaves: `KconfigModel` and what it is made of. Must hold: conditions are kept as they were written,
each with the place that wrote it; `definition.condition` and the functions below put the dependencies of the
enclosing blocks back on, exactly as menu_finalize() of scripts/kconfig/menu.c propagates them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analyzer.model.expr import Expr, Location, SymbolType, all_of
from analyzer.model.language import KEYWORDS, LENIENT, Trait

DependencySource = Literal["depends on", "if", "menu", "choice", "visible if"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """One conjunct that a definition stands under: what was written, where, and by which construct.

    `source` is "depends on" for the entry's own line, "if", "menu" or "choice" for an enclosing block's, "visible if"
    for an enclosing menu's (which limits the prompt only).
    """

    expr: Expr
    location: Location
    source: DependencySource


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A prompt: its text and the `if` that was written behind it."""

    text: str
    condition: Expr
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """A default: its value expression and its own `if`, and the `word` that it is written with (`default`, `def_bool`,
    `def_tristate`)."""

    value: Expr
    condition: Expr
    location: Location
    word: str = "default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """A `select` or `imply` line: the target's name and its own `if`."""

    target: str
    condition: Expr
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A `range` line: the two bounds (names or constants) and its own `if`."""

    low: Expr
    high: Expr
    condition: Expr
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One place that defines a symbol or choice, with all that stands there.

    `dependencies` are the conjuncts that propagate to every property, outermost block first; `visibility` are the
    enclosing menus' `visible if` lines, which limit the prompt only.
    """

    location: Location
    dependencies: tuple[Dependency, ...] = ()
    visibility: tuple[Dependency, ...] = ()
    prompt: Prompt | None = None
    defaults: tuple[Default, ...] = ()
    selects: tuple[Select, ...] = ()
    implies: tuple[Select, ...] = ()
    ranges: tuple[Range, ...] = ()

    @property
    def condition(self) -> Expr:
        """The conjunction of all dependencies (`y` when there is none)."""
        return all_of([d.expr for d in self.dependencies])

    def under(self, condition: Expr) -> Expr:
        """The full condition of a property of this definition that was written with `if condition`."""
        return all_of([self.condition, condition])

    def prompt_condition(self) -> Expr:
        """When the prompt shows: its own `if`, the dependencies and the menus' `visible if`; needs a prompt."""
        assert self.prompt is not None
        return all_of([self.condition, *(v.expr for v in self.visibility), self.prompt.condition])


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A defined symbol. `choice` is the key of the choice it is a member of, `env` the variable of an old `option
    env=`; `hidden` ones are never in a .config (`option defconfig_list`)."""

    name: str
    type: SymbolType
    definitions: tuple[Definition, ...]
    choice: str | None = None
    env: str | None = None
    allnoconfig_y: bool = False
    transitional: bool = False
    hidden: bool = False

    @property
    def location(self) -> Location:
        """Where it is first defined."""
        return self.definitions[0].location

    @property
    def prompt(self) -> str:
        """The first prompt's text, or `""` for a symbol that no user can set."""
        return next((d.prompt.text for d in self.definitions if d.prompt), "")

    @property
    def is_tristate_valued(self) -> bool:
        """Whether its value is n, m or y (bool or tristate) rather than a text or a number."""
        return self.type in {"bool", "tristate"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice block. `key` names it in expressions (`choice_key`); `members` in the order of the file."""

    key: str
    type: SymbolType
    definitions: tuple[Definition, ...]
    members: tuple[str, ...]
    optional: bool = False

    @property
    def location(self) -> Location:
        """Where it is first defined."""
        return self.definitions[0].location

    @property
    def prompt(self) -> str:
        """The first prompt's text, or `""`."""
        return next((d.prompt.text for d in self.definitions if d.prompt), "")


_TITLE = 60


def choice_key(location: Location, prompt: str = "") -> str:
    """What names a choice in expressions: its place, and its prompt, cut where it is long, for those who read it.

    >>> choice_key(Location(path="kernel/Kconfig.hz", line=8), "Timer frequency")
    '<choice "Timer frequency" kernel/Kconfig.hz:8>'
    """
    title = prompt if len(prompt) <= _TITLE else f"{prompt[: _TITLE - 1]}…"
    return f'<choice "{title}" {location}>' if title else f"<choice {location}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """One node of the menu tree after flattening, in the order in which .config is written.

    `name` is the symbol's name or the choice's key, and `title` a menu's or comment's text; `condition` tells when a
    menu or comment is visible (symbols have their own visibility). `end` is the index just past the last descendant;
    `ended` says whether `# end of` stands behind a menu that is visible. A menu that has no prompt does not occur.
    """

    kind: Literal["symbol", "choice", "menu", "comment"]
    name: str
    title: str
    condition: Expr
    end: int
    location: Location
    ended: bool = True


class ChoiceRules(enum.Enum):
    """How the tree's own scripts/kconfig computes choices; found by looking at its code, never by version."""

    SYMBOL = "symbol"
    """A choice is a symbol with a value of its own, `optional` and tristate choices exist (up to 6.10)."""
    MENU = "menu"
    """A choice is a menu; members carry the user's order (fde19251, 6a121588, d533828e; 6.11 on)."""


class EmptyNumber(enum.Enum):
    """What an int or hex symbol is without any value."""

    EMPTY = ""
    """The empty string (older trees)."""
    ZERO = "0"
    """`0` and `0x0` (6.11 on)."""


class OutOfRange(enum.Enum):
    """What becomes of a number in a config that is out of its symbol's range."""

    DROPPED = "dropped"
    """conf_read() forgets it, and the default counts (up to 6.10)."""
    CLAMPED = "clamped"
    """It is moved to the nearer bound, like a default (6.11 on)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The rules of Kconfig that differ between trees, as detected in the tree.

    `keywords` are the words that its lexer knows, sorted, `traits` what its grammar has, in the order of `Trait`.
    """

    choices: ChoiceRules
    empty_number: EmptyNumber
    out_of_range: OutOfRange = OutOfRange.DROPPED
    keywords: tuple[str, ...] = KEYWORDS
    traits: tuple[Trait, ...] = LENIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """Something that the tree's own conf would warn of, or that we had to leave out; never fatal."""

    text: str
    location: Location


Line = tuple[Symbol, Definition, Select]
"""A select or imply line with the symbol and the definition in which it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KconfigModel:
    """All that one tree's Kconfig says for one architecture.

    `symbols` in the order of definition. `menu` is the flattened tree in preorder (see `MenuEntry`); `modules` names
    the symbol that enables m; `files` are all Kconfig files read, in order. `selected` and `implied` are the index of
    select and imply lines by target where somebody has made it already. All members may make their values on access.
    """

    mainmenu: str
    dialect: Dialect
    symbols: Mapping[str, Symbol]
    choices: Mapping[str, Choice]
    menu: Sequence[MenuEntry]
    modules: str | None
    files: tuple[str, ...]
    environment: Mapping[str, str]
    warnings: tuple[Warning, ...] = ()
    selected: Mapping[str, tuple[Line, ...]] | None = None
    implied: Mapping[str, tuple[Line, ...]] | None = None

    def selectors(self) -> Mapping[str, tuple[Line, ...]]:
        """Who selects whom: target name to every (selector, its definition, the line), in file order."""
        if self.selected is not None:
            return self.selected
        return _by_target((s, d, line) for s in self.symbols.values() for d in s.definitions for line in d.selects)

    def impliers(self) -> Mapping[str, tuple[Line, ...]]:
        """Who implies whom, like `selectors`."""
        if self.implied is not None:
            return self.implied
        return _by_target((s, d, line) for s in self.symbols.values() for d in s.definitions for line in d.implies)


def _by_target(lines: Iterator[Line]) -> Mapping[str, tuple[Line, ...]]:
    found: dict[str, list[Line]] = {}
    for symbol, definition, line in lines:
        found.setdefault(line.target, []).append((symbol, definition, line))
    return {target: tuple(rows) for target, rows in found.items()}
