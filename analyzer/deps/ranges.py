"""Ranges that bar a number.

Enters: a config, an int or hex symbol, the text of a number. Leaves: the `range` line that bars it. Must hold: as in
sym_get_range_prop() of scripts/kconfig/symbol.c the first range whose condition holds counts.
"""

from __future__ import annotations

from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Const, Expr, Operand, Ref, Tristate, compare
from analyzer.model.kconfig import Range, Symbol


def barring_range(config: ResolvedConfig, symbol: Symbol, value: str) -> Range | None:
    """The range that counts in `config`, where `value` is out of it."""
    for definition in symbol.definitions:
        for line in definition.ranges:
            if config.value(definition.under(line.condition)) == Tristate.n:
                continue
            given = Operand(text=value, type=symbol.type)
            low, high = _bound(config, symbol, line.low), _bound(config, symbol, line.high)
            return line if compare(given, low) < 0 or compare(given, high) > 0 else None
    return None


def is_fixed(line: Range) -> bool:
    """Whether both bounds are constants."""
    return isinstance(line.low, Const) and isinstance(line.high, Const)


def _bound(config: ResolvedConfig, symbol: Symbol, bound: Expr) -> Operand:
    """A constant is read as the symbol's own type reads it."""
    if isinstance(bound, Ref):
        return config.operand(bound)
    return Operand(text=bound.text if isinstance(bound, Const) else "", type=symbol.type)
