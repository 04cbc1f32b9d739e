"""What a proposal is made of: needs, and the alternatives that meet them.

Enters: expressions with the line that asks for them. Leaves: `Need` and `Alternative`, and what lines of Kconfig need.
Must hold: pure values; a need is the same need whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import (
    TRISTATES,
    YES,
    Compare,
    Const,
    Expr,
    Location,
    Operand,
    Ref,
    Tristate,
    any_of,
    evaluate,
)
from analyzer.model.kconfig import Choice, Definition, Select, Symbol

SET, SET_TEXT, SWITCH_CHOICE, SET_OFF = 10, 15, 15, 20
"""What an assignment costs: turning on is better than making up a number, re-picking a choice, or turning off."""
BUILT_IN = 1
"""What y costs on top where m would do."""
INDIRECT = 2
"""What it costs to reach a symbol through another's line although it has a prompt of its own."""


@dataclass(frozen=True, slots=True)
class Need:
    """`expr` has to be worth `low` to `high`; `asked` is the line that asks for it."""

    expr: Expr
    low: Tristate
    high: Tristate
    asked: Location = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One thing that meets a need: the assignments of `sets`, and all of `needs`; `price` is for the assignments."""

    needs: tuple[Need, ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    price: int = 0


def goal(config: ResolvedConfig, name: str, value: str) -> Need:
    """The need that the symbol `name` has exactly `value`."""
    symbol = config.model.symbols[name]
    if not symbol.is_tristate_valued:
        return Need(Compare("=", Ref(name), Const(value)), Tristate.y, Tristate.y, symbol.location)
    wanted = TRISTATES[value]
    return Need(Ref(name), wanted, wanted, symbol.location)


def is_met(config: ResolvedConfig, need: Need, plan: Mapping[str, str]) -> bool:
    """Whether the need is met when the symbols in `plan` have the values given there, and all others their own."""

    def operand(side: Ref | Const) -> Operand:
        if isinstance(side, Ref) and side.name in plan:
            return Operand(text=plan[side.name], type=config.model.symbols[side.name].type)
        return config.operand(side)

    return need.low <= evaluate(need.expr, operand) <= need.high


def at_least(low: Tristate, lines: Iterable[tuple[Expr, Location]]) -> tuple[Need, ...]:
    """Each expression is worth at least `low`; those that are y as written need nothing."""
    return tuple(Need(expr, low, Tristate.y, location) for expr, location in lines if expr != YES)


def prompt_needs(definition: Definition, low: Tristate) -> tuple[Need, ...]:
    """What the definition's prompt, which must be there, needs to show with at least `low`."""
    assert definition.prompt is not None
    lines = [(d.expr, d.location) for d in (*definition.dependencies, *definition.visibility)]
    return at_least(low, [*lines, (definition.prompt.condition, definition.prompt.location)])


def line_needs(source: Symbol, definition: Definition, line: Select, low: Tristate) -> tuple[Need, ...]:
    """What a select or imply line needs to give at least `low`."""
    lines = [(d.expr, d.location) for d in definition.dependencies]
    return at_least(low, [(Ref(source.name), line.location), *lines, (line.condition, line.location)])


def shown(entry: Symbol | Choice) -> Expr:
    """When any of the entry's prompts shows; n when it has none."""
    return any_of([d.prompt_condition() for d in entry.definitions if d.prompt is not None])
