"""Rule: what the hunt finds on 6.12 and on the newest tree is so in their C, what it no longer finds is mended there.

Every expected value follows from the finding that docs/model.md tells in words, never from the model.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.oracle.dma.conftest import kernel_in
from tests.oracle.dma.examples import BOTH, FORCED, FROM_DEVICE, GIB, MIB, PAGE, PLAIN, POOL, TO_DEVICE, bits
from tests.oracle.dma.facts import BuiltInOps, DeviceFacts, Direction, Window

NEW = ("6.12", "7.3")
ALL = ("6.1", *NEW)


@pytest.mark.parametrize("version", ALL)
def test_a_bounced_mapping_past_powerpc_ops_is_never_synced(version: str, judged_trees: dict[str, Path]) -> None:
    """The map goes direct by the architecture's hook, the sync to ops that have none: the CPU reads old bytes."""
    kernel = kernel_in(_tree(version, judged_trees), frozenset((*BOTH, "ARCH_HAS_DMA_MAP_DIRECT")))
    kernel.reset(max_pfn=2 * GIB // PAGE, pool=FORCED)
    device = kernel.device(
        DeviceFacts(
            dma_mask=bits(32),
            coherent_dma_mask=bits(32),
            bus_dma_limit=bits(32),
            ops=BuiltInOps.POWERPC,
            is_pci=True,
            window=Window(it_offset=0, it_size=1 << 18, it_page_shift=12),
        )
    )
    kernel.write(GIB, b"old ")
    handle = kernel.dma_map_page_attrs(device, GIB, 0, 4, Direction.DMA_BIDIRECTIONAL).value
    assert handle is not None
    assert POOL.start <= handle < POOL.start + POOL.nslabs * 2048
    kernel.write(handle, b"new ")
    assert kernel.dma_sync_single_for_cpu(device, handle, 4, Direction.DMA_BIDIRECTIONAL).events == ()
    assert kernel.read(GIB, 4) == b"old "


@pytest.mark.parametrize("version", ALL)
def test_a_list_is_copied_back_before_the_cache_is_forgotten(version: str, judged_trees: dict[str, Path]) -> None:
    """Where only arch_sync_dma_for_cpu_all() makes room, a list's copies come before it, a single page's after it."""
    symbols = (*PLAIN, "ARCH_HAS_SYNC_DMA_FOR_DEVICE", "ARCH_HAS_SYNC_DMA_FOR_CPU_ALL", "DMA_DIRECT_REMAP")
    kernel = kernel_in(_tree(version, judged_trees), frozenset(symbols))
    kernel.reset(max_pfn=2 * GIB // PAGE, pool=FORCED)
    device = kernel.device(DeviceFacts(dma_mask=bits(32), coherent_dma_mask=bits(32), coherent=False))
    entries = kernel.scatterlist([(GIB, 64)])
    assert kernel.dma_map_sg_attrs(device, entries, FROM_DEVICE).value == 1
    synced = kernel.dma_sync_sg_for_cpu(device, entries, FROM_DEVICE)
    assert [event[0] for event in synced.events] == ["copy", "arch_sync_dma_for_cpu_all"]
    handle = kernel.dma_map_page_attrs(device, GIB, 0, 64, FROM_DEVICE).value
    assert handle is not None
    single = kernel.dma_sync_single_for_cpu(device, handle, 64, FROM_DEVICE)
    assert [event[0] for event in single.events] == ["arch_sync_dma_for_cpu_all", "copy"]


@pytest.mark.parametrize(("version", "copies"), [("6.1", 0), ("6.12", 1), ("7.3", 1)])
def test_a_part_that_starts_low_in_a_later_slot_is_found(
    version: str, copies: int, judged_trees: dict[str, Path]
) -> None:
    """6.1 takes it for one before the mapping and copies nothing: mended in 6.12."""
    kernel = kernel_in(_tree(version, judged_trees), frozenset(BOTH))
    kernel.reset(max_pfn=2 * GIB // PAGE, pool=FORCED)
    device = kernel.device(DeviceFacts(dma_mask=bits(32), coherent_dma_mask=bits(32), min_align_mask=PAGE - 1))
    handle = kernel.dma_map_page_attrs(device, MIB, 512, PAGE, TO_DEVICE).value
    assert handle is not None
    synced = kernel.dma_sync_single_for_device(device, handle + 1536, 256, TO_DEVICE)
    assert [event[0] for event in synced.events] == (["copy"] if copies else ["WARN"])


@pytest.mark.parametrize(("version", "left"), [("6.1", bytes(4)), ("6.12", b"old "), ("7.3", b"old ")])
def test_what_an_untrusted_device_leaves_alone(version: str, left: bytes, judged_trees: dict[str, Path]) -> None:
    """6.1 takes a bounce buffer that the device is to write for padding, and zeroes all of it: mended in 6.12."""
    kernel = kernel_in(_tree(version, judged_trees), frozenset((*BOTH, "IOMMU_DMA")))
    kernel.reset(max_pfn=2 * GIB // PAGE, pool=POOL)
    device = kernel.device(
        DeviceFacts(
            dma_mask=bits(64),
            coherent_dma_mask=bits(64),
            dma_iommu=True,
            aperture=(0, bits(32)),
            is_pci=True,
            untrusted=True,
        )
    )
    kernel.write(GIB + 512, b"old " * 2)
    handle = kernel.dma_map_page_attrs(device, GIB, 512, 8, FROM_DEVICE).value
    assert handle is not None
    slot = POOL.start + handle % PAGE
    kernel.write(slot, b"new ")
    kernel.dma_unmap_page_attrs(device, handle, 8, FROM_DEVICE)
    assert kernel.read(GIB + 512, 8) == b"new " + left


def _tree(version: str, trees: dict[str, Path]) -> Path:
    if version not in trees:
        pytest.skip(f"no tree whose kernel/dma is {version}'s")
    return trees[version]
