"""Names that a tree has to define.

Enters: a name, a config. Leaves: its symbol, or what is said where there is none. Must hold: every command says it in
the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.deps.similar_names import hint
from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.kconfig import Symbol

Homes = Callable[[str], Sequence[str]]
"""Where else a name is defined: the Kconfig files of other architectures, or nothing."""


def undefined(config: ResolvedConfig, name: str, homes: Homes | None) -> str:
    """That the tree does not define a name, and which Kconfig files of other architectures do."""
    elsewhere = ", ".join(homes(name)) if homes is not None else ""
    where = f"; it is in {elsewhere}" if elsewhere else ""
    return f"{name} is not defined in {config.tree.label}{where}"


def known(config: ResolvedConfig, name: str, homes: Homes | None = None) -> Symbol:
    """The symbol `name`. Raises UsageError, with the nearest name, where the tree does not define it."""
    symbol = config.model.symbols.get(name)
    if symbol is None:
        raise UsageError(undefined(config, name, homes), hint=hint(name, config.model.symbols))
    return symbol


def known_switch(config: ResolvedConfig, name: str, homes: Homes | None = None) -> Symbol:
    """The same for a symbol that is to be on or off: also raises UsageError for a number or text."""
    symbol = known(config, name, homes)
    if not symbol.is_tristate_valued:
        raise UsageError(f"{name} is of type {symbol.type}, which is neither on nor off")
    return symbol
