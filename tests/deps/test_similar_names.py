"""Rule: a near name has the same words but for one, which is added, left out or nearly the same; else there is none."""

from __future__ import annotations

import pytest

from analyzer.deps.similar_names import SimilarNames

NAMES = [
    "MMC_SPI",
    "USERIO",
    "QUOTA_TREE",
    "AUDIT_ARCH",
    "BUILDTIME_TABLE_SORT",
    "GENERIC_MSI_IRQ",
    "PREEMPT_VOLUNTARY",
    "DMA_OPS",
    "CRC_T10",
]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("MEMCG_SWAP", ""),
        ("USELIB", ""),
        ("AUDIT_TREE", ""),
        ("AUDIT_WATCH", ""),
        ("BUILDTIME_EXTABLE_SORT", "BUILDTIME_TABLE_SORT"),
        ("GENERIC_MSI_IRQ_DOMAIN", "GENERIC_MSI_IRQ"),
        ("PREEMPT_VOLUNTRY", "PREEMPT_VOLUNTARY"),
        ("VOLUNTARY_PREEMPT", "PREEMPT_VOLUNTARY"),
        ("DMA_OP", "DMA_OPS"),
        ("DMA_OSP", "DMA_OPS"),
        ("dmaops", "DMA_OPS"),
        ("DMA_API", ""),
        ("CRC_T01", ""),
        ("", ""),
    ],
)
def test_near(name: str, near: str) -> None:
    assert SimilarNames(NAMES).to(name) == near
