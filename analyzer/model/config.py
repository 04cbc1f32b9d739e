"""Configs: what was asked for, and what it resolves to, with a reason for every value.

Enters: nothing. Leaves: `Assignment`, `ConfigSource`, `Reason`, `ResolvedConfig`. Must hold: every symbol of the model
has a value and a reason, and the reason names the line that decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from analyzer.model.expr import TRISTATES, Const, Expr, Location, Operand, Ref, Tristate, evaluate
from analyzer.model.kconfig import KconfigModel, Warning
from analyzer.model.tree import SourceTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A value that somebody set: `CONFIG_name=value` (or "is not set": n) at a line of a config file.

    `value` is what stands behind the `=`, quotes included, since only the symbol's type tells what it means.
    `location.path` is the file as the user or tree names it; answers that a target gives to every new symbol
    (allnoconfig's n) are not assignments but `ConfigSource.fill`. `text` is the whole line where conf would not write
    it so ("": it would).
    """

    name: str
    value: str
    location: Location
    text: str = field(default="", compare=False)

    @property
    def line(self) -> str:
        """The line as it stands in the file."""
        if self.text:
            return self.text
        return f"# CONFIG_{self.name} is not set" if self.value == "n" else f"CONFIG_{self.name}={self.value}"


Fill = Literal["default", "n", "m", "y"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Lines that are laid over a config only where it meets `requires`: `X=y`, or `X=n` for anything but y."""

    requires: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """How fragments come onto a config: `by` the script scripts/kconfig/merge_config.sh all at once, or by make, which
    merges one and completes it before the next.

    `fill` is the script's -n: what nobody set is n, not its default. `builtin` is its -y: what is y stays so where a
    later file asks for m. `lines` are all that the fragments ask for, in their order, what -y passes over included.
    """

    by: Literal["script", "make"] = "script"
    fill: Literal["default", "n"] = "default"
    builtin: bool = False
    lines: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigSource:
    """What is to be resolved: assignments in the order read (the last wins), and how new symbols are answered.

    `name` is what the user asked for (a path, x86_64_defconfig, tinyconfig …); `files` what was read for it, in order.
    `fill` is the answer that the target gives to symbols nobody set: their default, or n, m, y as allnoconfig,
    allmodconfig and allyesconfig do. `way` is how the tree's conf reads the assignments: as a config (conf_read()), or
    as the seed of an all*config target (conf_read_simple() through KCONFIG_ALLCONFIG). With a `base`, that is resolved
    first, and the assignments are merged onto the .config that it gives, as scripts/kconfig/merge_config.sh does; or,
    `onto_lines`, onto its lines as they stand. `merge` is how, where fragments were merged by name.
    `extras` are laid over where the config without any of them meets what they require. `warnings` are lines that say
    nothing that could be read.
    """

    name: str
    assignments: tuple[Assignment, ...]
    fill: Fill = "default"
    way: Literal["config", "seed"] = "config"
    base: ConfigSource | None = None
    onto_lines: bool = False
    merge: Merge | None = None
    extras: tuple[Extra, ...] = ()
    files: tuple[str, ...] = ()
    warnings: tuple[Warning, ...] = ()


ReasonKind = Literal[
    "selected",  # a select is active; causes: every active selector
    "user",  # an assignment decided
    "fill",  # the target's answer to all new symbols decided (allnoconfig and its like)
    "default",  # a default line decided
    "implied",  # an imply is active
    "choice",  # the choice picked it, or picked another
    "range",  # the value was moved into its range
    "unmet",  # it is off (or without value) because a dependency is not met; causes: the conjuncts that are n
    "off",  # nothing turns it on, neither select nor default; causes: lines of symbols that are on, whose `if` fails
    "environment",  # an old `option env=`, or a constant of the tree
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One line that took part in a decision.

    `name` is the other symbol where there is one: the selector, the implier, the choice's pick; "" otherwise. `text` is
    the line as Kconfig would write it (`select DMA_OPS if PCI`, `depends on MMU`). `condition` is the whole condition
    that was tested and `value` what it is worth in this config; for a select or imply it includes the other symbol
    itself.
    """

    name: str
    text: str
    condition: Expr
    value: Tristate
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a symbol has its value: the kind, the place that decided, and the lines that took part (deciding one
    first). `prompted`: of one that is off, that its prompt shows. `choice` is the choice that picks, by its key."""

    kind: ReasonKind
    location: Location
    causes: tuple[Cause, ...] = ()
    prompted: bool = False
    choice: str = ""

    @property
    def off(self) -> str:
        """Why it is off where no line decided, in words: the same wherever that is told."""
        return off_in_words(self.kind, prompted=self.prompted)


def off_in_words(kind: ReasonKind, *, prompted: bool) -> str:
    """The three ways to be off: a dependency is not met; a prompt shows and nobody set it; there is none, and nothing
    selects it."""
    if kind == "unmet":
        return "a dependency is not met"
    return "its prompt shows, but nobody set it" if prompted else "it has no prompt that shows, and nothing selects it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedConfig:
    """One config, resolved: the value of every symbol, and why.

    `values` maps every defined symbol to its value as text (`n`, `m`, `y`, a number, a text), `visibility` every symbol
    to whether a user could set it. `written` holds the names that .config mentions. `reasons` computes on access and
    may be slow for thousands of symbols; all other members are cheap. `texts` are the symbols whose value is a number
    or text, not n, m or y. `forced` are those that a select raises past what they depend on (None: nobody has looked).
    `ignored` are the assignments to names that the tree does not define, `rejected` those whose value the symbol's type
    does not allow; conf drops both. `base` is the config onto which this one was merged.
    """

    tree: SourceTree
    model: KconfigModel
    source: ConfigSource
    values: Mapping[str, str]
    choice_values: Mapping[str, Tristate]
    visibility: Mapping[str, Tristate]
    written: Set[str]
    reasons: Mapping[str, Reason]
    texts: Set[str] = frozenset()
    forced: Set[str] | None = None
    ignored: tuple[Assignment, ...] = ()
    rejected: tuple[Assignment, ...] = ()
    base: ResolvedConfig | None = None

    @property
    def origin(self) -> ResolvedConfig | None:
        """The config onto which the first fragment was merged."""
        base = self.base
        while base is not None and base.source.merge is not None:
            base = base.base
        return base

    @property
    def below(self) -> Mapping[str, str]:
        """What the lines onto which its own were merged answer."""
        if self.base is None:
            return {}
        if self.source.onto_lines:
            return {line.name: line.value for line in self.base.source.assignments}
        return {name: self.base.values[name] for name in self.base.written}

    def tristate(self, name: str) -> Tristate:
        """n, m or y of a symbol; a symbol that the tree does not define, or one of another type, counts as n."""
        return self.value(Ref(name))

    def operand(self, side: Ref | Const) -> Operand:
        """What a comparison sees of a name or constant in this config; unknown names stand for their own text."""
        return operand(self.model, self.values, self.choice_values, side)

    def value(self, expr: Expr) -> Tristate:
        """What `expr` is worth in this config."""
        return evaluate(expr, self.operand)


def operand(
    model: KconfigModel, values: Mapping[str, str], choice_values: Mapping[str, Tristate], side: Ref | Const
) -> Operand:
    """What a comparison sees of a name or constant, given the values of all symbols and choices."""
    if isinstance(side, Const):
        return Operand(text=side.text, type="tristate" if side.text in TRISTATES else "unknown")
    symbol = model.symbols.get(side.name)
    if symbol is not None:
        return Operand(text=values[side.name], type=symbol.type)
    if side.name in choice_values:
        return Operand(text=str(choice_values[side.name]), type="tristate")
    return Operand(text=side.name, type="unknown")
