"""The platform that a resolved config makes.

Enters: a `ResolvedConfig`. Leaves: a `Platform`, each of its fields with the symbol that decided. Must hold: which
symbols mean what is data (platforms.toml), and a symbol that the tree does not define is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from analyzer import documents
from analyzer.dma.families import KINDS
from analyzer.model.config import ResolvedConfig
from analyzer.model.dma import Platform

REFERENCE = Platform(arch="every option on", iommu_dma=True, ops=tuple(KINDS))
"""Both options on and every kind of ops there, every device coherent: where the facts' scenarios are at home."""


def platform_of(config: ResolvedConfig) -> Platform:
    """What the config compiles in."""
    data = _data()
    values: dict[str, Any] = {}
    why: dict[str, str] = {}
    for field, symbols in data["fields"].items():
        name = _first(config, symbols)
        values[field] = name is not None and config.values[name] == "y"
        why[field] = f"{name}={config.values[name]}" if name else f"{symbols[0]} is not in this tree"
    for field, instead in data["ungated"].items():
        # Trees that have no such gate compile it always.
        if _first(config, data["fields"][field]) is None:
            values[field] = values[instead]
    wide = data["wide"]["dma_addr"]
    values["dma_addr_bits"] = 64 if config.values.get(wide, "n") == "y" else 32
    why["dma_addr_bits"] = f"{wide}={config.values.get(wide, 'n')}"
    ops = tuple(
        kind
        for kind, symbols in data["ops"].items()
        if any(config.values.get(name, "n") == "y" for name in symbols)
        or (symbols == data["fields"]["dma_ops"] and values["dma_ops"])
    )
    return Platform(
        arch=config.tree.arch,
        zone_dma_bits=data["zone_dma_bits"].get(config.tree.srcarch, 24),
        ops=tuple(kind for kind in ops if values["dma_ops"] or kind == "dma-iommu"),
        why=why,
        **values,
    )


def platform_symbols() -> frozenset[str]:
    """Every symbol that says something about a platform."""
    data = _data()
    listed = (name for table in ("fields", "ops") for names in data[table].values() for name in names)
    return frozenset((*listed, data["wide"]["dma_addr"]))


def _first(config: ResolvedConfig, symbols: Sequence[str]) -> str | None:
    return next((name for name in symbols if name in config.values), None)


@cache
def _data() -> dict[str, Any]:
    file = resources.files("analyzer.dma") / "platforms.toml"
    return documents.parse(file.read_text(encoding="utf-8"), path=file.name)
