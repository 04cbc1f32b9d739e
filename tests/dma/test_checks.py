"""Rule: what DMA_API_DEBUG complains of, the model complains of, once and in its words; it is silent on right use."""

from __future__ import annotations

import pytest

from analyzer.dma.checks import Checks
from analyzer.dma.play import play
from analyzer.dma.rules import VERSIONS
from analyzer.dma.streaming import dma_map_page, dma_sync_single_for_cpu, dma_unmap_page
from analyzer.model.dma import U64, Direction, Layout, Step, SwiotlbMode
from analyzer.model.dma_trace import DmaTrace
from tests.dma.machines import FULL, machine, scenario, step

MAP = step("map_page", at=1 << 30, size=4096, direction="TO_DEVICE")
LIST = step("map_sg", at=(1 << 30, 3 << 29), size=4096, direction="FROM_DEVICE")


def complaints(*steps: Step, rules: str = "6.1") -> tuple[str, ...]:
    trace = play(scenario(*steps), VERSIONS[rules], FULL)
    assert isinstance(trace, DmaTrace)
    return trace.complaints


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((MAP, step("unmap_page")), ()),
        ((LIST, step("sync_sg_for_cpu"), step("unmap_sg")), ()),
        ((step("alloc", size=100), step("free")), ()),
        ((MAP, step("sync_single_for_cpu", offset=1024, size=1024), step("unmap_page")), ()),
        ((MAP, step("unmap_page"), step("unmap_page")), ("tries to free DMA memory it has not allocated",)),
        ((MAP, step("unmap_page", size=512)), ("different size: mapped 4096, unmapped 512",)),
        ((MAP, step("unmap_page", direction="BIDIRECTIONAL")), ("different direction: mapped DMA_TO_DEVICE",)),
        ((LIST, step("unmap_page", size=4096)), ("wrong function: mapped as sg, unmapped as page",)),
        ((MAP, step("unmap_page"), step("sync_single_for_cpu")), ("tries to sync DMA memory it has not allocated",)),
        ((MAP, step("sync_single_for_cpu", size=4097)), ("tries to sync DMA memory it has not allocated",)),
        (
            (MAP, step("sync_single_for_cpu", direction="FROM_DEVICE")),
            ("synced DMA_FROM_DEVICE", "device read-only DMA memory for cpu"),
        ),
        (
            (LIST, step("sync_single_for_device", size=64, direction="TO_DEVICE")),
            ("synced DMA_TO_DEVICE", "device write-only DMA memory to device"),
        ),
    ],
)
def test_complaints(steps: tuple[Step, ...], said: tuple[str, ...]) -> None:
    for rules in VERSIONS:
        heard = complaints(*steps, rules=rules)
        assert len(heard) == len(said), heard
        assert all(expected in text for expected, text in zip(said, heard, strict=True))


def test_a_failed_mapping_must_not_be_unmapped() -> None:
    m, _, checks = machine()
    checks.map_page(0, 4096, Direction.DMA_TO_DEVICE, m.platform.dma_addr_max)
    assert checks.left() == ()
    checks.unmap("page", m.platform.dma_addr_max, 4096, Direction.DMA_TO_DEVICE)
    assert checks.complaints == ["device driver tries to free an invalid DMA memory address"]


def test_what_a_driver_leaves_behind() -> None:
    _, _, checks = machine()
    checks.map_page(0, 4096, Direction.DMA_TO_DEVICE, 0x1000)
    assert checks.left() == (
        "device driver has pending DMA allocations while released from device: 0x1000, 4096 bytes",
    )
    assert checks.complaints == []


def test_they_change_nothing() -> None:
    seen = []
    for checks in (Checks(U64), None):
        m, dev, _ = machine(layout=Layout(swiotlb=SwiotlbMode.FORCE))
        m.checks = checks
        at = dma_map_page(m, dev, 1 << 30, 4096, Direction.DMA_TO_DEVICE)
        dma_sync_single_for_cpu(m, dev, at, 64, Direction.DMA_FROM_DEVICE)
        for size in (2048, 4096):
            dma_unmap_page(m, dev, at, size, Direction.DMA_FROM_DEVICE)
        seen.append((at, m.path, m.events, m.counts))
        assert checks is None or len(checks.complaints) == 5
    assert seen[0] == seen[1]
