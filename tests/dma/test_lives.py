"""Rule: a buffer lives as its driver's source says, and a fault in the source shows where it is played."""

from __future__ import annotations

from dataclasses import replace

from analyzer.dma.lives import lives
from analyzer.dma.rules import VERSIONS
from analyzer.model.dma_trace import Verdict
from analyzer.model.driver import CallKind, DriverBuffer, DriverCall, DriverPlay
from tests.dma.machines import BARE, FULL, NARROW, NOWHERE, PLATFORMS

MAP = DriverCall(
    function="dma_map_single",
    kind=CallKind.MAP,
    where=NOWHERE,
    at=NOWHERE,
    inside="fill",
    ways=("DMA_FROM_DEVICE",),
    handle="slot.dma",
)
UNMAP = replace(MAP, function="dma_unmap_single", kind=CallKind.UNMAP)
CPU = replace(MAP, kind=CallKind.SYNC_CPU)
DEVICE = replace(MAP, kind=CallKind.SYNC_DEVICE)


def played(*calls: DriverCall, masks: tuple[int, ...] = (), platform: object = FULL) -> dict[str, DriverPlay]:
    buffer = DriverBuffer(name="slot.dma", calls=calls, whole=True)
    assert isinstance(platform, type(FULL))
    return {f"{one.way} {one.direction}": one for one in lives((buffer,), masks, VERSIONS["6.1"], platform)}


def test_the_mask_decides() -> None:
    assert played(MAP, UNMAP)["no ops FROM_DEVICE"].counts.bounces == 2
    assert played(MAP, UNMAP, masks=(64,))["no ops FROM_DEVICE"].counts.bounces == 0
    assert played(MAP, UNMAP, masks=(64,))["swiotlb=force FROM_DEVICE"].counts.bounces == 2
    assert played(MAP, UNMAP, platform=BARE)["no ops FROM_DEVICE"].trace.verdict is Verdict.FAILED
    assert played(MAP, UNMAP, platform=NARROW)["no ops FROM_DEVICE"].trace.verdict is Verdict.RIGHT


def test_who_reads_without_a_sync_or_unmap_reads_nothing() -> None:
    assert played(MAP, CPU, DEVICE, UNMAP)["no ops FROM_DEVICE"].trace.verdict is Verdict.RIGHT
    assert played(MAP)["no ops FROM_DEVICE"].trace.verdict is Verdict.UNTOUCHED


def test_another_direction_shows() -> None:
    wrong = played(MAP, replace(UNMAP, ways=("DMA_TO_DEVICE",)))["no ops FROM_DEVICE"].trace
    assert wrong.verdict is not Verdict.RIGHT
    assert any("different direction" in complaint for complaint in wrong.complaints)


def test_an_unknown_direction_is_played_both_ways() -> None:
    calls = (replace(MAP, ways=("?mmc_get_dma_dir(data)",), memory="sg"),)
    assert {one.direction for one in played(*calls, *(replace(c, kind=CallKind.UNMAP) for c in calls)).values()} == {
        "TO_DEVICE",
        "FROM_DEVICE",
    }


def test_memory_of_its_own() -> None:
    for platform in PLATFORMS.values():
        for one in played(replace(MAP, kind=CallKind.ALLOC, memory="coherent", ways=()), platform=platform).values():
            assert one.trace.verdict in (Verdict.RIGHT, Verdict.FAILED)


def test_registers_move_no_data() -> None:
    resource = replace(MAP, memory="resource", ways=("DMA_BIDIRECTIONAL",))
    assert played(resource, masks=(64,))["no ops BIDIRECTIONAL"].trace.verdict is Verdict.UNTOUCHED
