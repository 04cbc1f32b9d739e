"""Literals for comparisons: a value to write down so that a comparison holds.

Enters: an operator, the other side's text, a symbol type. Leaves: the text of a value, or None. Must hold: numbers
are read and written as the type has them (int decimal, hex with 0x); a text is never made up.
"""

from __future__ import annotations

import re

from analyzer.model.expr import CompareOp, SymbolType

_STEP: dict[CompareOp, int] = {"=": 0, "<=": 0, ">=": 0, "!=": 1, ">": 1, "<": -1}
_WRITTEN: dict[SymbolType, re.Pattern[str]] = {
    "int": re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII),
    "hex": re.compile(r"0[xX][0-9a-fA-F]+", re.ASCII),
}
"""What .config takes as it is."""
_BASE: dict[SymbolType, int] = {"int": 10, "hex": 16}
_UNSIGNED = 1 << 64


def beside(op: CompareOp, text: str, type_: SymbolType) -> str | None:
    """The nearest value of a symbol of type int, hex or string for which `value op text` holds.

    None where there is none to be named: a text other than a given one, a `text` that is no number, a hex value below
    the least or above the largest. Hex values have no sign: C takes a negative number among them for a very large one
    (`compare` of model/expr.py).
    """
    if type_ == "string":
        return text if op == "=" else None
    if type_ not in _BASE:
        return None
    if op == "=" and _WRITTEN[type_].fullmatch(text):
        return text
    try:
        number = int(text, _BASE[type_])
    except ValueError:
        return None
    if type_ != "hex":
        return str(number + _STEP[op])
    number %= _UNSIGNED
    found = number + (-1 if op == "!=" and number == _UNSIGNED - 1 else _STEP[op])
    return hex(found) if 0 <= found < _UNSIGNED else None
