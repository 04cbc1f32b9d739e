"""Small configs as values, to ask queries of.

Enters: values of symbols. Leaves: `ResolvedConfig`. Must hold: deterministic; nothing is read or resolved. Of the names
in NAMES, GONE is defined nowhere, BOOL selects TRI, SEL selects TRI where BOOL is on, and every symbol's reason has
another kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from analyzer.model.config import Reason, ReasonKind, ResolvedConfig
from analyzer.model.expr import YES, Ref, SymbolType
from analyzer.model.kconfig import Definition, Select, Symbol
from tests.reports.build_chains import at
from tests.reports.build_configs import config

TYPES: dict[str, SymbolType] = {
    "BOOL": "bool",
    "TRI": "tristate",
    "SEL": "bool",
    "INT": "int",
    "HEX": "hex",
    "TEXT": "string",
}
NAMES = (*TYPES, "GONE")
KINDS: dict[str, ReasonKind] = {
    "BOOL": "user",
    "TRI": "selected",
    "SEL": "default",
    "INT": "default",
    "HEX": "range",
    "TEXT": "unmet",
}
VALUES: dict[SymbolType, tuple[str, ...]] = {
    "bool": ("n", "y"),
    "tristate": ("n", "m", "y"),
    "int": ("", "0", "9", "10", "-3"),
    "hex": ("", "0x0", "0x10", "0x9"),
    "string": ("", "arm", "a b", "10", "010"),
}
WHERE = at("Kconfig", 1)


def resolved(values: Mapping[str, str]) -> ResolvedConfig:
    """A config with these values; a symbol without one is not defined."""
    base = config()
    selects = {
        "SEL": (Select(target="TRI", condition=Ref("BOOL"), location=WHERE),),
        "BOOL": (Select(target="TRI", condition=YES, location=WHERE),),
    }
    symbols = {
        name: Symbol(
            name=name,
            type=TYPES[name],
            definitions=(Definition(location=WHERE, selects=selects.get(name, ())),),
        )
        for name in values
    }
    return replace(
        base,
        model=replace(base.model, symbols=symbols),
        values=dict(values),
        reasons={name: Reason(kind=KINDS[name], location=WHERE) for name in values},
    )
