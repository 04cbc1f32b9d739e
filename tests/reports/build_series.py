"""A hand-made series beside a tree, as values.

Enters: nothing. Leaves: `Series` and its rows. Must hold: deterministic; it has figures of every kind, and a mistake.
"""

from __future__ import annotations

from analyzer.model.expr import Ref
from analyzer.model.series import (
    Counterpart,
    DefinedSymbol,
    FeatureSelect,
    FileChange,
    LineRange,
    Problem,
    Series,
    SeriesRow,
    Totals,
)
from tests.reports.build_chains import at


def posted() -> tuple[Series, tuple[SeriesRow, ...]]:
    """A series of three files whose stated totals are wrong."""
    kconfig = FileChange(path="kernel/dma/Kconfig", changes=12, location=at("cover.txt", 3))
    source = FileChange(
        path="kernel/dma/mapping.c",
        insertions=3,
        deletions=1,
        changes=4,
        ranges=(LineRange(first=7, count=3),),
        location=at("cover.txt", 4),
    )
    gone = FileChange(path="drivers/misc/mic/Kconfig", binary=True, location=at("cover.txt", 5))
    found = Series(
        name="cover.txt",
        title="generic DMA bypass flag",
        form="mail",
        files=(kconfig, source, gone),
        stated=Totals(files=4, insertions=1, deletions=20, changes=21, location=at("cover.txt", 6)),
        counted=Totals(files=3, insertions=None, deletions=None, changes=16),
        problems=(Problem(kind="totals", text="says 4 files, lists 3", location=at("cover.txt", 6)),),
    )
    rows = (
        SeriesRow(
            change=kconfig,
            role="Kconfig",
            counterpart=Counterpart(kind="found", path="kernel/dma/Kconfig"),
            read_for=("x86_64",),
            symbols=(
                DefinedSymbol(name="DMA_OPS", location=at("kernel/dma/Kconfig", 11), features=("DMA_OPS",)),
                DefinedSymbol(name="OTHER", location=at("kernel/dma/Kconfig", 15)),
            ),
            selects=(
                FeatureSelect(
                    symbol="DMA_VIRT_OPS", target="DMA_OPS", condition=Ref("PCI"), location=at("kernel/dma/Kconfig", 85)
                ),
            ),
        ),
        SeriesRow(change=source, role="C source", counterpart=Counterpart(kind="not kept", path=None)),
        SeriesRow(
            change=gone,
            role="Kconfig",
            counterpart=Counterpart(
                kind="gone", path=None, reason="not in the tree", nearest=("drivers/misc/Kconfig",)
            ),
        ),
    )
    return found, rows
