"""How to make a comparison come out.

Enters: a `Need` whose expression compares two names or constants. Leaves: the `Alternative`s that meet it. Must hold:
for bools and tristates every pair of values that fulfils it is an alternative; of numbers and texts one value is tried,
so that no alternative does not prove that there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.deps.literals import beside
from analyzer.deps.needs import SET_TEXT, Alternative, Need, at_least, prompt_needs
from analyzer.deps.requirements import decided_defaults
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Compare, CompareOp, Const, Operand, Ref, Tristate, compare, holds
from analyzer.model.kconfig import Symbol

_OPPOSITE: dict[CompareOp, CompareOp] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED: dict[CompareOp, CompareOp] = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def comparison_alternatives(config: ResolvedConfig, need: Need, expr: Compare) -> Iterator[Alternative]:
    """Every alternative that is known to make `expr` true, or false where the need wants n."""
    if need.low == need.high == Tristate.m:
        # A comparison is y or n.
        return
    op = expr.op if need.low > Tristate.n else _OPPOSITE[expr.op]
    yield from _tristate_alternatives(config, need, op, expr)
    for side, wanted, other in ((expr.left, op, expr.right), (expr.right, _MIRRORED[op], expr.left)):
        symbol = _text_symbol(config, side)
        if symbol is not None:
            # The other side is taken as it is.
            yield from _text_alternatives(config, need, symbol, wanted, config.operand(other))


def is_open_ended(config: ResolvedConfig, expr: Compare) -> bool:
    """Whether the comparison sees a number or text that may take more values than `comparison_alternatives` tries."""
    symbols = [s for side in (expr.left, expr.right) if (s := _text_symbol(config, side)) is not None]
    definitions = [d for symbol in symbols if symbol.env is None for d in symbol.definitions]
    return any(
        d.prompt is not None or d.ranges or any(not isinstance(line.value, Const) for line in d.defaults)
        for d in definitions
    )


def _text_symbol(config: ResolvedConfig, side: Ref | Const) -> Symbol | None:
    symbol = config.model.symbols.get(side.name) if isinstance(side, Ref) else None
    return symbol if symbol is not None and not symbol.is_tristate_valued else None


def _values(config: ResolvedConfig, need: Need, side: Ref | Const) -> list[tuple[Operand, tuple[Need, ...]]]:
    """What a side may be worth, each with what it needs: any value of a bool, tristate or choice, else its own."""
    tristate = isinstance(side, Ref) and (
        side.name in config.model.choices
        or (side.name in config.model.symbols and config.model.symbols[side.name].is_tristate_valued)
    )
    if not tristate:
        return [(config.operand(side), ())]
    return [(Operand(text=str(v), type="tristate"), (Need(side, v, v, need.asked),)) for v in Tristate]


def _tristate_alternatives(config: ResolvedConfig, need: Need, op: CompareOp, expr: Compare) -> Iterator[Alternative]:
    for left, left_needs in _values(config, need, expr.left):
        for right, right_needs in _values(config, need, expr.right):
            if (left_needs or right_needs) and holds(op, compare(left, right)):
                yield Alternative(needs=(*left_needs, *right_needs))


def _text_alternatives(
    config: ResolvedConfig, need: Need, symbol: Symbol, op: CompareOp, other: Operand
) -> Iterator[Alternative]:
    value = beside(op, other.text, symbol.type)
    for definition in symbol.definitions:
        if definition.prompt is not None and value is not None:
            yield Alternative(sets=((symbol.name, value),), needs=prompt_needs(definition, Tristate.m), price=SET_TEXT)
    for default, decided in decided_defaults(config, symbol):
        if isinstance(default.value, Const):
            given = Operand(text=default.value.text, type=symbol.type)
            if holds(op, compare(given, other)):
                yield Alternative(needs=at_least(Tristate.m, [(decided, default.location)]))
