"""Numbers and texts as steps of the program.

Enters: the gates of symbols, and an int, hex or string symbol. Leaves: its TextStep, and what refers to it. Must
hold: the step is the part of sym_calc_value() in scripts/kconfig/symbol.c that treats these types, with
sym_validate_range() behind it.
"""

from __future__ import annotations

from analyzer.configs.circuit import FALSE, TRUE
from analyzer.configs.program import TextDefault, TextOperand, TextRange, TextStep
from analyzer.configs.symbol_gates import SymbolGates
from analyzer.model.expr import Const, Ref
from analyzer.model.kconfig import EmptyNumber, Symbol


def compile_text(symbols: SymbolGates, symbol: Symbol) -> tuple[TextOperand, int]:
    """How others refer to a symbol, and its step."""
    visible = symbols.visible(symbol)[1]
    defaults = _defaults(symbols, symbol)
    written = symbols.build.any((d.condition, d.condition) for d in defaults)[1]
    written = symbols.build.or_(written, visible)
    ranges = tuple(
        TextRange(condition=condition, low=_carried(symbols, line.low), high=_carried(symbols, line.high))
        for definition in symbol.definitions
        for line in definition.ranges
        # conf only warns of those of a string (sym_validate_range()).
        if symbol.type != "string" and isinstance(line.low, Ref | Const) and isinstance(line.high, Ref | Const)
        if (condition := symbols.under(definition, line.condition)[1]) != FALSE
    )
    empty = ""
    if symbols.model.dialect.empty_number is EmptyNumber.ZERO:
        empty = {"int": "0", "hex": "0x0"}.get(symbol.type, "")
    symbols.note_written(symbol, written)
    if symbol.transitional:
        visible = TRUE
    step = TextStep(name=symbol.name, type=symbol.type, visible=visible, defaults=defaults, ranges=ranges, empty=empty)
    number, _ = symbols.build.step(step)
    if visible == FALSE and not ranges and defaults and defaults[0].condition == TRUE:
        # A constant in this tree (CC_VERSION and its like): comparisons with it fold away.
        value = defaults[0].value
        if value.tri is None and value.step is None:
            return TextOperand(type=symbol.type, text=value.text, step=None), number
    return TextOperand(type=symbol.type, step=number), number


def _defaults(symbols: SymbolGates, symbol: Symbol) -> tuple[TextDefault, ...]:
    found: list[TextDefault] = []
    for definition in symbol.definitions:
        for default in definition.defaults:
            condition = symbols.under(definition, default.condition)[1]
            if condition != FALSE and isinstance(default.value, Ref | Const):
                found.append(TextDefault(condition=condition, value=_carried(symbols, default.value)))
    return tuple(found)


def _carried(symbols: SymbolGates, side: Ref | Const) -> TextOperand:
    """What a default or a bound takes: a bool or tristate symbol's text is "n" whatever its value (curr.val)."""
    operand = symbols.operand(side)
    return operand if operand.tri is None else TextOperand(type=operand.type, text="n")
