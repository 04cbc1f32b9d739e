"""powerpc's IOMMU: arch/powerpc/kernel/dma-iommu.c, before and after the series.

Enters: a device behind a host bridge with a window of translated addresses and, at the bus offset, a bypass window.
Leaves: its `DmaMapOps`. Must hold: in 5.8 the ops themselves go direct, maps by one test and syncs by another; from the
series on the core does, and `dma_supported` sets its flag. Sources: 5.8.18, 5.9.1, 6.1.192; efd176a04bef, 8d8d53cf8fd8.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from analyzer.dma import direct, ops
from analyzer.dma.address import dma_direct_get_required_mask, phys_to_dma
from analyzer.dma.machine import Device, DmaMapOps, Machine, Sync, SyncSg
from analyzer.dma.mappings import Allocation, Segment
from analyzer.model.dma import PAGE_SHIFT, U64, Attrs, Direction, Rules


def bypass_supported(m: Machine, dev: Device, mask: int) -> bool:
    """Whether the host bridge lets the device around: the mask must reach the end of RAM in the bypass window.

    Cell's fixed mapping wants 64 bits. From the series on, a weak mapping is never offered.
    """
    iommu = dev.setup.iommu
    if not dev.setup.pci or not iommu.bypass:
        return False
    if iommu.weak and m.rules.powerpc_weak:
        return m.rules.powerpc_bypass_in_ops and mask == U64
    return mask >= dev.offset + m.layout.ram - 1


def dma_iommu_dma_supported(m: Machine, dev: Device, mask: int) -> int:
    """Whether a mask works; sets or clears the bypass as it goes."""
    if bypass_supported(m, dev, mask):
        dev.dma_ops_bypass = not (m.rules.powerpc_limit_bars_bypass and dev.bus_dma_limit)
        return 1
    if dev.setup.iommu.window > mask:
        m.note("warn", "IOMMU offset too big for device mask")
        return 0
    dev.dma_ops_bypass = False
    return 1


def dma_iommu_get_required_mask(m: Machine, dev: Device) -> int:
    """The mask for everything, if the bypass is there to be asked; else the window's."""
    if m.rules.powerpc_mask_tries_bypass and dev.setup.pci:
        bypass_mask = dma_direct_get_required_mask(m, dev)
        asked = dma_iommu_dma_supported if m.rules.powerpc_mask_sets_bypass else bypass_supported
        if asked(m, dev, bypass_mask):
            return bypass_mask
    iommu = dev.setup.iommu
    pages = (iommu.window + iommu.window_size) >> PAGE_SHIFT
    return (1 << (pages.bit_length() + PAGE_SHIFT)) - 1


def can_map_direct(m: Machine, dev: Device, buffers: Sequence[tuple[int, int]]) -> bool:
    """arch_dma_map_page_direct() and _sg_direct(): whether the limited bypass window reaches every buffer's end."""
    if not dev.bus_dma_limit:
        return False
    return all(dev.bus_dma_limit >= phys_to_dma(m, dev, phys + size) for phys, size in buffers)


def is_direct_handle(m: Machine, dev: Device, ends: Sequence[int]) -> bool:
    """arch_dma_unmap_page_direct() and _sg_direct(): whether the addresses lie in the bypass window."""
    return bool(dev.bus_dma_limit) and all(end >= dev.offset for end in ends)


def _map_bypass(m: Machine, dev: Device, attrs: Attrs) -> bool:
    return dev.dma_ops_bypass and (not dev.setup.iommu.weak or bool(attrs & Attrs.WEAK_ORDERING))


def _alloc_bypass(m: Machine, dev: Device) -> bool:
    return (
        dev.dma_ops_bypass and not dev.setup.iommu.weak and direct.dma_direct_supported(m, dev, dev.coherent_dma_mask)
    )


def _inside(m: Machine) -> None:
    m.path = "ops → direct"


def _map_page(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    if _map_bypass(m, dev, attrs):
        _inside(m)
        return direct.dma_direct_map_page(m, dev, phys, size, direction, attrs)
    return ops.iommu_map_page(m, dev, phys, size, direction, attrs)


def _unmap_page(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs) -> None:
    if _map_bypass(m, dev, attrs):
        _inside(m)
        direct.dma_direct_unmap_page(m, dev, dma_addr, size, direction, attrs)
    else:
        ops.iommu_unmap_page(m, dev, dma_addr, size, direction, attrs)


def _map_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> int:
    if _map_bypass(m, dev, attrs):
        _inside(m)
        return direct.dma_direct_map_sg(m, dev, segments, direction, attrs)
    return ops.iommu_map_sg(m, dev, segments, direction, attrs)


def _unmap_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> None:
    if _map_bypass(m, dev, attrs):
        _inside(m)
        direct.dma_direct_unmap_sg(m, dev, segments, direction, attrs)
    else:
        ops.iommu_unmap_sg(m, dev, segments, direction, attrs)


def _alloc(m: Machine, dev: Device, size: int, attrs: Attrs) -> Allocation | None:
    if _alloc_bypass(m, dev):
        _inside(m)
        return direct.dma_direct_alloc(m, dev, size, attrs)
    return ops.iommu_alloc(m, dev, size, attrs)


def _free(m: Machine, dev: Device, memory: Allocation, attrs: Attrs) -> None:
    if _alloc_bypass(m, dev):
        _inside(m)
    else:
        ops.iommu_free(m, dev, memory, attrs)


def _sync(sync: Sync) -> Sync:
    def guarded(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction) -> None:
        # The bug that the series removes: maps ask _map_bypass().
        if _alloc_bypass(m, dev):
            _inside(m)
            sync(m, dev, dma_addr, size, direction)
        else:
            m.path = "ops → nothing"

    return guarded


def _sync_sg(sync: SyncSg) -> SyncSg:
    def guarded(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
        if _alloc_bypass(m, dev):
            _inside(m)
            sync(m, dev, segments, direction)
        else:
            m.path = "ops → nothing"

    return guarded


_number: Callable[[Machine, Device], int] = lambda m, dev: 0  # noqa: E731

DMA_IOMMU_OPS = DmaMapOps(
    kind="powerpc",
    alloc=ops.iommu_alloc,
    free=ops.iommu_free,
    map_page=ops.iommu_map_page,
    unmap_page=ops.iommu_unmap_page,
    map_sg=ops.iommu_map_sg,
    unmap_sg=ops.iommu_unmap_sg,
    dma_supported=dma_iommu_dma_supported,
    get_required_mask=dma_iommu_get_required_mask,
    mmap=_number,
    get_sgtable=_number,
)
"""dma_iommu_ops since the series: no syncs."""

DMA_IOMMU_OPS_5_8 = replace(
    DMA_IOMMU_OPS,
    alloc=_alloc,
    free=_free,
    map_page=_map_page,
    unmap_page=_unmap_page,
    map_sg=_map_sg,
    unmap_sg=_unmap_sg,
    sync_single_for_cpu=_sync(direct.dma_direct_sync_single_for_cpu),
    sync_single_for_device=_sync(direct.dma_direct_sync_single_for_device),
    sync_sg_for_cpu=_sync_sg(direct.dma_direct_sync_sg_for_cpu),
    sync_sg_for_device=_sync_sg(direct.dma_direct_sync_sg_for_device),
)
"""dma_iommu_ops of 5.8, which bypass by themselves."""


def powerpc_ops(rules: Rules) -> DmaMapOps:
    """The table of that version."""
    return DMA_IOMMU_OPS_5_8 if rules.powerpc_bypass_in_ops else DMA_IOMMU_OPS
