"""The symbol that a user means.

Enters: a symbol as it was typed. Leaves: its name in the tree. Must hold: where a feature has that name, it is noted
for the report which symbol was taken.
"""

from __future__ import annotations

from analyzer import features
from analyzer.pipeline.opening import OpenTree


def bare(symbol: str) -> str:
    """A symbol as users type it, with or without the prefix of config files."""
    return symbol.removeprefix("CONFIG_")


def named(opened: OpenTree, symbol: str) -> str:
    """The symbol that a user means, by its name or by that of a feature, which the tree may call otherwise; that is
    noted for the report."""
    name = bare(symbol)
    here = features.meant(name, opened.model.symbols)
    if here:
        opened.shelf.inputs.meant[name] = here
    return here or name
