"""Which rules of Kconfig a tree follows.

Enters: the root of a tree. Leaves: its `Dialect`. Must hold: found in the text of the tree's own scripts/kconfig,
never by its version.
"""

from __future__ import annotations

from pathlib import Path

from analyzer.model.kconfig import ChoiceRules, Dialect, EmptyNumber, OutOfRange
from analyzer.trees.texts import read_within

SERIES = Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY, out_of_range=OutOfRange.DROPPED)
"""The rules at the time of the series (5.9), which the bundled tree follows."""


def detect(root: Path) -> Dialect:
    """Reads scripts/kconfig/symbol.c and confdata.c.

    `sym_get_choice_menu` came with the rewritten choices (fde19251, 6.11), `"0x0"` in sym_calc_value() with numbers
    that are never empty; conf_read() drops numbers out of range as long as it calls sym_string_within_range(). Raises
    SourceError when a file cannot be read.
    """
    symbol_c = read_within(root, "scripts/kconfig/symbol.c")
    confdata_c = read_within(root, "scripts/kconfig/confdata.c")
    return Dialect(
        choices=ChoiceRules.MENU if "sym_get_choice_menu(" in symbol_c else ChoiceRules.SYMBOL,
        empty_number=EmptyNumber.ZERO if _value_may_be_zero(symbol_c) else EmptyNumber.EMPTY,
        out_of_range=OutOfRange.DROPPED if "sym_string_within_range(" in confdata_c else OutOfRange.CLAMPED,
    )


def _value_may_be_zero(symbol_c: str) -> bool:
    """Whether sym_calc_value() itself names "0x0"; other functions may, for savedefconfig."""
    begin = symbol_c.find("void sym_calc_value(")
    return begin >= 0 and '"0x0"' in symbol_c[begin : symbol_c.find("\n}\n", begin)]
