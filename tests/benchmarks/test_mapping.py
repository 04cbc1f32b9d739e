"""Mappings per second: one round is a thousand pages mapped and unmapped."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from analyzer.dma import VERSIONS, streaming
from analyzer.dma.families import device_of
from analyzer.dma.machine import Machine
from analyzer.dma.platforms import REFERENCE
from analyzer.model.dma import DeviceSetup, Direction, Layout, SwiotlbMode

ROUND = 1000
FULL = (1 << 64) - 1


@pytest.mark.parametrize(
    ("ops", "bypass", "mode"),
    [
        ("", False, SwiotlbMode.NORMAL),
        ("iommu", True, SwiotlbMode.NORMAL),
        ("iommu", False, SwiotlbMode.NORMAL),
        ("", False, SwiotlbMode.FORCE),
    ],
    ids=["direct", "bypass", "IOMMU", "bounced"],
)
@pytest.mark.parametrize("rules", ["6.1", "7.3"])
def test_map_and_unmap(benchmark: BenchmarkFixture, ops: str, bypass: bool, mode: SwiotlbMode, rules: str) -> None:
    m = Machine(VERSIONS[rules], REFERENCE, Layout(swiotlb=mode))
    dev = device_of(m, DeviceSetup(dma_mask=FULL, ops=ops, bypass=bypass))

    def thousand() -> None:
        for _ in range(ROUND):
            dma = streaming.dma_map_page(m, dev, 1 << 30, 2048, Direction.DMA_TO_DEVICE)
            streaming.dma_unmap_page(m, dev, dma, 2048, Direction.DMA_TO_DEVICE)
        m.events.clear()

    benchmark(thousand)
    assert m.counts["direct" if bypass or not ops else "ops"] % (2 * ROUND) == 0
