"""Minimal forms, hand-made.

Enters: nothing. Leaves: `Minimized`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from typing import get_args

from analyzer.model.config import Assignment
from analyzer.model.minimal import Fate, MinimalLine, Minimized
from tests.reports.build_chains import at
from tests.reports.build_configs import REASONS, config


def _one(fate: Fate, line: int, name: str) -> MinimalLine:
    known = fate != "unknown"
    return MinimalLine(
        name=name,
        assignment=None if fate == "added" else Assignment(name=name, value="y", location=at("my.config", line)),
        fate=fate,
        line=f"CONFIG_{name}={'m' if fate == 'changed' else 'y'}" if fate in {"kept", "changed", "added"} else "",
        value="y" if known else None,
        reason=REASONS["DMA_OPS"] if known else None,
        default="n" if known else None,
        decided=("default y if PCI", at("drivers/Kconfig", 4)) if fate == "default" else None,
    )


def minimized(times: int = 1) -> Minimized:
    """A line of every fate, `times` over."""
    fates: tuple[Fate, ...] = get_args(Fate)
    lines = (_one(fate, 10 * i + at, f"S{i}_{at}") for i in range(times) for at, fate in enumerate(fates, 1))
    return Minimized(config=config(), lines=tuple(lines))
