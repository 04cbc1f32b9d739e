"""Searches, hand-made.

Enters: nothing. Leaves: `Found`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from analyzer.model.find import Found, Hit
from tests.reports.build_chains import at
from tests.reports.build_configs import config


def hits(times: int = 1) -> Found:
    """An option found by each of name, prompt and help, `times` over."""
    rows: list[Hit] = []
    for i in range(times):
        where = at("drivers/Kconfig", i)
        rows += [
            Hit(name=f"DMA_{i}", type="bool", value="y", prompt="", menu=(), location=where, found_in="name"),
            Hit(
                name=f"B{i}",
                type="tristate",
                value="m",
                prompt="DMA engines",
                menu=("Drivers", "DMA"),
                location=where,
                found_in="prompt",
            ),
            Hit(
                name=f"C{i}",
                type="string",
                value="",
                prompt="Name",
                menu=("Drivers",),
                location=where,
                found_in="help",
                text="The name of the dma engine",
                place=at("drivers/Kconfig", i + 3),
            ),
        ]
    return Found(text="dma", config=config(), hits=tuple(rows))
