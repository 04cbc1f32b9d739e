"""Random Kconfig trees with a config for each, for Hypothesis.

Enters: nothing. Leaves: strategies for `Generated`: the text of a Kconfig file that every conf of its dialect accepts,
and the text of a config for it. What the dialect has (see `Trait`) occurs. Must hold: no recursive dependency, because
every symbol has a rank and refers to lower ranks only (selects and implies go from lower to higher); a choice and its
members stand on one rank. The exception is an entry below a member of a choice: where conf simplifies its dependencies
to n, it stays a member and depends on another.

Whatever conf only warns of (a select of an int, a default that is no number, a member without a prompt) may occur.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

from analyzer.model.kconfig import ChoiceRules, Dialect
from analyzer.model.language import Trait
from tests.configs.generate_config import HEXES, INTS, TEXTS, configs
from tests.configs.small import DIALECTS, DialectName

T = TypeVar("T")

TYPES = ("bool",) * 6 + ("tristate",) * 6 + ("int", "int", "hex", "string")
TRISTATE_CONSTANTS = ("y", "y", "n", "m")
SIDES = (*INTS, *HEXES, *TEXTS, *TRISTATE_CONSTANTS, "99999999999999999999", "0xffffffffffffffff", "010", "08", "-0x5")
OPERATORS = ("=", "!=", "=", "!=", "<", "<=", ">", ">=")
UNDEFINED = ("NOWHERE", "ELSEWHERE")
MACROS = ("yes := y", "sure = $(yes)", "no = n", "text = a $(1) $(2)", "word = b", "both := $(text,$(word),c)")
EXPANDED = ('"$(text,x,$(word))"', '"$(both)"', '"$(text)$"', "'$(word)\\$(no)'")
HELPS = ("help\n\t  Words.\n\n\t  More.", "help\n\n\t    Words", "help\n words", "help\nconfig SWALLOWED")
BLANK_HELPS = ("help", "help\n\t")
HEADED = ("{0}", "{0}=y", "{0}!=n", "{0} && {1}", "{1} && {0}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A tree of one file, and a config for it."""

    kconfig: str
    config: str


@dataclass(slots=True)
class _Symbol:
    """A symbol as far as the generator needs to know it."""

    name: str
    type: str
    rank: int
    entry: _Node
    member: bool = False
    transitional: bool = False


@dataclass(slots=True)
class _Node:
    """A piece of the menu tree: lines before and after its children, and the lines of its properties."""

    head: str
    properties: list[str] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)
    tail: str = ""

    def lines(self) -> list[str]:
        """The node as Kconfig."""
        below = [line for child in self.children for line in child.lines()]
        return [
            self.head,
            *(f"\t{line}" for line in self.properties),
            "",
            *below,
            *([self.tail, ""] if self.tail else []),
        ]


class _Grower:
    """Draws a tree, item by item, in the order of ranks."""

    def __init__(self, draw: Callable[[Any], Any], dialect: Dialect) -> None:
        self._draw = draw
        self._traits = frozenset(dialect.traits)
        self._legacy = dialect.choices is ChoiceRules.SYMBOL
        self._macros = self._chance(15)
        self._symbols: list[_Symbol] = []
        self._rank = 0
        self._titles = 0

    # Draws.

    def _one(self, options: Sequence[T]) -> T:
        found: T = self._draw(st.sampled_from(options))
        return found

    def _chance(self, percent: int) -> bool:
        # Written so that shrinking leads to False.
        drawn: int = self._draw(st.integers(0, 99))
        return drawn >= 100 - percent

    def _few(self, at_most: int) -> range:
        return range(self._draw(st.integers(0, at_most)))

    # Expressions.

    def _leaf(self, rank: int) -> str:
        known = [s.name for s in self._symbols if s.rank < rank]
        if known and not self._chance(8):
            return self._one(known)
        if self._macros and self._chance(30):
            return self._one(("$(yes)", "$(sure)", "$(no)"))
        return self._one((*TRISTATE_CONSTANTS, *UNDEFINED))

    def _side(self, rank: int) -> str:
        return self._leaf(rank) if self._chance(45) else self._one(SIDES)

    def _expr(self, rank: int, depth: int = 2) -> str:
        kind = self._draw(st.integers(0, 9 if depth else 4))
        if kind <= 2:
            return self._leaf(rank)
        if kind == 3:
            return "!" + self._leaf(rank)
        if kind == 4:
            return self._comparison(rank)
        if kind == 5:
            return f"!({self._expr(rank, depth - 1)})"
        operator = "&&" if kind <= 7 else "||"
        return f"({self._expr(rank, depth - 1)} {operator} {self._expr(rank, depth - 1)})"

    def _comparison(self, rank: int) -> str:
        left, operator, right = self._leaf(rank), self._one(OPERATORS), self._side(rank)
        if not self._legacy and operator == "!=" and right.strip(chr(34)) == "y":
            # expr_transform() of 6.12 takes the symbol for an expression there: what comes out is anything.
            operator = "="
        return f"{left} {operator} {right}"

    def _depends(self, rank: int) -> str:
        condition = ""
        if Trait.CONDITIONAL_DEPENDS in self._traits and self._chance(45):
            condition = f" if {self._expr(rank)}"
        return f"depends on {self._expr(rank)}{condition}"

    def _if(self, rank: int, percent: int = 35) -> str:
        return f" if {self._expr(rank)}" if self._chance(percent) else ""

    # Properties.

    def _value(self, type_: str, rank: int) -> str:
        constants = {"int": INTS, "hex": HEXES, "string": TEXTS}.get(type_)
        if constants is None:
            return self._expr(rank, 1)
        alike = [s.name for s in self._symbols if s.rank < rank and s.type == type_]
        if alike and self._chance(30):
            return self._one(alike)
        # conf of 6.12 reads a null pointer where a number or text takes the value of a choice's member.
        others = [s.name for s in self._symbols if s.rank < rank and (self._legacy or not s.member)]
        if type_ == "string" and self._macros:
            constants = (*constants, *EXPANDED)
        return self._one([*others, *UNDEFINED]) if self._chance(5) else self._one(constants)

    def _properties(self, type_: str, rank: int, *, member: bool, again: bool) -> list[str]:
        prompt = "" if not self._chance(97 if member else 65) else f' "{type_}"{self._if(rank, 25)}'
        if member and Trait.REFUSES_BARE_MEMBER in self._traits:
            prompt = prompt or ' "member"'
        lines = [self._depends(rank) for _ in self._few(2 if not member else 1) if self._chance(60)]
        if type_ == "unknown" or (again and self._chance(50)):
            lines += [f"prompt{prompt}"] if prompt else []
        else:
            lines.append(type_ + prompt)
        if not member or (self._legacy and self._chance(10)):
            lines += [f"default {self._value(type_, rank)}{self._if(rank)}" for _ in self._few(2)]
        if type_ in ("int", "hex"):
            lines += [
                f"range {self._bound(type_, rank)} {self._bound(type_, rank)}{self._if(rank)}" for _ in self._few(2)
            ]
        if prompt and self._chance(4):
            lines.append(f'prompt "again"{self._if(rank)}')
        if Trait.OPTION in self._traits and type_ in ("bool", "tristate") and self._chance(4):
            lines.append("option allnoconfig_y")
        return self._helped(lines)

    def _helped(self, lines: list[str]) -> list[str]:
        """The lines with a help text among them; one that swallows a line stands last."""
        if self._chance(12):
            blank = () if Trait.REFUSES_BLANK_HELP in self._traits else BLANK_HELPS
            lines.append(self._one((*HELPS, *blank)))
        return lines

    def _bound(self, type_: str, rank: int) -> str:
        numbers = [s.name for s in self._symbols if s.rank < rank and s.type in ("int", "hex")]
        if numbers and self._chance(35):
            return self._one(numbers)
        return self._one(INTS if type_ == "int" else HEXES)

    # The menu tree.

    def _new(self, type_: str, rank: int, entry: _Node, *, member: bool = False) -> _Symbol:
        name = f"S{len(self._symbols)}"
        entry.head = f"{'menuconfig' if not member and self._chance(10) else 'config'} {name}"
        prompted = any('"' in line and not line.startswith(("default", "depends")) for line in entry.properties)
        if entry.head.startswith("menuconfig") and not prompted and Trait.REFUSES_BARE_MENUCONFIG in self._traits:
            entry.head = f"config {name}"
        found = _Symbol(name=name, type=type_, rank=rank, entry=entry, member=member)
        self._symbols.append(found)
        return found

    def _symbol(self) -> _Node:
        self._rank += 1
        type_ = "unknown" if self._chance(2) else self._one(TYPES)
        entry = _Node("", self._properties(type_, self._rank, member=False, again=False))
        self._new(type_, self._rank, entry)
        return entry

    def _again(self, block: int) -> _Node | None:
        """One more definition of a symbol of the block's rank or above it."""
        fitting = [s for s in self._symbols if s.rank > block and not s.member and not s.transitional]
        if not fitting:
            return None
        symbol = self._one(fitting)
        # Another type than the first does not count.
        type_ = self._one(TYPES) if self._chance(5) and symbol.type != "unknown" else symbol.type
        lines = self._properties(type_, symbol.rank, member=False, again=True)
        return _Node(f"config {symbol.name}", lines)

    def _choice(self) -> _Node:
        self._rank += 1
        rank = self._rank
        node = _Node("choice", tail="endchoice")
        kinds: Sequence[str] = ("",)
        if Trait.TYPED_CHOICE in self._traits:
            kinds = ("bool", "bool", "tristate", "")
        elif Trait.BOOL_CHOICE in self._traits:
            kinds = ("", "bool")
        kind = self._one(kinds)
        prompt = f'"choice"{self._if(rank, 25)}'
        if kind == "tristate" or self._chance(50):
            node.properties = [kind, f"prompt {prompt}"] if kind == "tristate" else [f"prompt {prompt}"]
        else:
            node.properties = [f"{kind or 'prompt'} {prompt}"]
        if Trait.REFUSES_BARE_CHOICE not in self._traits and self._chance(3):
            node.properties = [kind] if kind else []
        node.properties += [self._depends(rank) for _ in self._few(1)]
        if Trait.OPTIONAL_CHOICE in self._traits and self._chance(20):
            node.properties.append("optional")
        if Trait.NAMED_CHOICE in self._traits and self._chance(8):
            node.head = f"choice CHOICE{rank}"
        members = self._members(rank, kind, node)
        node.properties += [f"default {self._one(members)}{self._if(rank)}" for _ in self._few(2) if members]
        node.properties = self._helped(node.properties)
        return node

    def _members(self, rank: int, kind: str, node: _Node) -> list[str]:
        """Draws what stands in a choice; gives the members."""
        names: list[str] = []
        chain: list[str] = []
        for _ in range(self._draw(st.integers(0 if self._chance(3) else 1, 4))):
            type_ = "bool"
            if self._legacy and kind != "bool":
                type_ = self._one(("tristate", "tristate", "bool"))
            if self._chance(4):
                self._titles += 1
                node.children.append(_Node(f'comment "remark {self._titles}"'))
                chain = []
            lines = self._properties(type_, rank, member=True, again=False)
            # Under the old rules a member may depend on the one before it: then it goes below that, and is no member.
            below = self._one(chain) if self._legacy and chain and self._chance(20) else ""
            if below:
                lines.append(f"depends on {self._one(HEADED).format(below, self._leaf(rank))}")
            entry = _Node("", lines)
            name = self._new(type_, rank, entry, member=True).name
            if not below:
                names.append(name)
                chain = []
            chain += [name] if any('"' in line for line in lines) else []
            if not below and self._chance(10):
                entry = _Node(f"if {self._expr(rank)}", children=[entry], tail="endif")
                chain = []
            node.children.append(entry)
        return names

    def _block(self, depth: int) -> _Node:
        block = self._rank
        self._titles += 1
        if self._chance(60):
            node = _Node(f'menu "menu {self._titles}"', tail="endmenu")
            node.properties = [self._depends(block + 1) for _ in self._few(1)]
            node.properties += [f"visible if {self._expr(block + 1)}" for _ in self._few(1)]
        else:
            node = _Node(f"if {self._expr(block + 1)}", tail="endif")
        node.children = [] if self._chance(8) else self._children(depth - 1, block)
        return node

    def _comment(self, block: int) -> _Node:
        self._titles += 1
        lines = [self._depends(self._rank + 1) for _ in self._few(1)]
        return _Node(f'comment "comment {self._titles}"', lines)

    def _transitional(self) -> _Node:
        self._rank += 1
        type_ = self._one(TYPES)
        entry = _Node("", self._helped([type_, "transitional"]))
        symbol = self._new(type_, self._rank, entry)
        entry.head = f"config {symbol.name}"
        symbol.transitional = True
        return entry

    def _children(self, depth: int, block: int) -> list[_Node]:
        found: list[_Node] = []
        if depth == 2 and Trait.TRANSITIONAL in self._traits:
            found += [self._transitional() for _ in self._few(2)]
        for _ in range(self._draw(st.integers(1, 7 if depth == 2 else 4))):
            kind = self._draw(st.integers(0, 19))
            if kind <= 10 or (depth == 0 and kind >= 16):
                found.append(self._symbol())
            elif kind <= 13:
                found.append(self._choice())
            elif kind == 14:
                found.append(self._comment(block))
            elif kind == 15:
                found += [node for node in (self._again(block),) if node is not None]
            else:
                found.append(self._block(depth))
        if depth == 2 and Trait.TRANSITIONAL in self._traits and self._chance(30):
            found.append(self._transitional())
        mixed: list[_Node] = self._draw(st.permutations(found))
        return mixed

    def _modules(self) -> list[_Node]:
        if self._chance(12):
            return []
        prompt = ' "modules"' if self._chance(50) else ""
        modules = "modules" if Trait.MODULES in self._traits else "option modules"
        entry = _Node("config S0", [f"bool{prompt}", modules])
        if self._chance(80):
            entry.properties.append(f"default {self._one(('y', 'y', 'y', 'n'))}")
        self._new("bool", 0, entry)
        entry.head = "config S0"
        return [entry]

    def _select(self) -> None:
        """Draws a select or imply between two symbols that exist."""
        selector = self._one([s for s in self._symbols if not s.transitional])
        targets = [s.name for s in self._symbols if s.rank > max(selector.rank, 0)]
        if selector.rank == 0 or not targets:
            return
        target = "NOBODY" if self._chance(2) else self._one(targets)
        word = "select" if self._chance(60) else "imply"
        # First, because a help text may end the entry.
        selector.entry.properties.insert(0, f"{word} {target}{self._if(selector.rank)}")

    def tree(self) -> str:
        """The text of a Kconfig file."""
        nodes = self._modules() + self._children(2, 0)
        if any(not symbol.transitional for symbol in self._symbols):
            for _ in self._few(5):
                self._select()
        lines = [line for node in nodes for line in node.lines()]
        return "\n".join([*MACROS, "", *lines] if self._macros else lines)

    def symbols(self) -> list[tuple[str, str]]:
        """Name and type of every symbol."""
        return [(symbol.name, symbol.type) for symbol in self._symbols]


@st.composite
def generated(draw: Callable[[Any], Any], dialect: Dialect | DialectName) -> Generated:
    """A random tree that a conf of `dialect` accepts, and a config for it."""
    grower = _Grower(draw, dialect if isinstance(dialect, Dialect) else DIALECTS[dialect])
    kconfig = grower.tree()
    return Generated(kconfig=kconfig, config=draw(configs(grower.symbols())))
