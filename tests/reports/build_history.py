"""A size history for reports.

Enters: nothing. Leaves: a value as `kweigh size --compare` makes it. Must hold: objects come, go, grow and shrink; one
tree has no boot image.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.model.history import HistoryObject, SizeHistory, TreeSize


def aged() -> SizeHistory:
    """Three trees."""
    objects = {f"drivers/base/d{number:02}.o": (100 + number, "PM") for number in range(12)}
    return SizeHistory(
        config="tinyconfig",
        arch="x86_64",
        trees=(
            _tree("Linux 5.10.0", {"init/main.o": (900, ""), "mm/slob.o": (3_129, "SLOB")}, {"SLOB"}, 518_960),
            _tree("Linux 6.1.0", {"init/main.o": (1_000, ""), **objects}, {"PM", "MMU"}, None),
            _tree("Linux 7.3.0", {"init/main.o": (1_000, ""), **objects, "top.o": (7, "")}, {"PM", "MMU"}, 574_464),
        ),
    )


def _tree(name: str, objects: Mapping[str, tuple[int, str]], on: set[str], boot: int | None) -> TreeSize:
    content = sum(size for size, _ in objects.values()) + len(objects)
    return TreeSize(
        tree=name,
        compiler="gcc 12.2.0 (x86_64-linux-gnu)",
        classes={"text": content - 100, "data": 100},
        loaded=content + 4_096,
        boot=boot,
        objects=tuple(HistoryObject(path=p, content=size, option=option) for p, (size, option) in objects.items()),
        on=frozenset(on),
    )
