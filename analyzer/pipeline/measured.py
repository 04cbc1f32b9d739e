"""Gates that were measured before.

Enters: symbols, architectures, a config. Leaves: the measurements that come with the program. Must hold: answers with
nothing but Python; nothing is built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from analyzer import trees
from analyzer.model.gate import GateMeasurement
from analyzer.sizes import gates


def bundled() -> tuple[GateMeasurement, ...]:
    """All measurements that come with the program."""
    return gates.load(trees.bundled_root() / "fixtures" / "sizes" / "gates.jsonl")


def measured(symbols: Sequence[str], arches: Sequence[str], name: str) -> tuple[GateMeasurement, ...]:
    """The measurements that come with the program for these symbols, architectures (globs) and config (a glob); with a
    config come those of fragments merged onto it."""
    wanted = set(symbols)
    return tuple(
        replace(one, variants=tuple(v for v in one.variants if {s for s, _ in v.forced} <= wanted))
        for one in bundled()
        if not one.values or wanted <= {symbol for symbol, _, _ in one.values}
        if any(fnmatchcase(one.arch, pattern) for pattern in arches)
        if fnmatchcase(one.config, name) or fnmatchcase(one.config.partition("+")[0], name)
    )
