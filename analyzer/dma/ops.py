"""The tables of struct dma_map_ops that are the same in every version.

Enters: a device's set-up. Leaves: `DmaMapOps`. Must hold: the names are the kernel's. Sources:
kernel/dma/dummy.c, drivers/iommu/dma-iommu.c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.dma.cache import arch_sync_dma_for_cpu, arch_sync_dma_for_device, dev_is_dma_coherent
from analyzer.dma.direct import ENXIO, NO_ATTRS
from analyzer.dma.iommu import Iommu
from analyzer.dma.machine import Device, DmaMapOps, Machine, Sync, SyncSg
from analyzer.dma.mappings import Allocation, Segment
from analyzer.model.dma import PAGE_SIZE, Attrs, Direction, Rules

EINVAL = -22
ENOMEM = -12


def _nothing(m: Machine, dev: Device) -> int:
    return 0


DUMMY = DmaMapOps(
    kind="dummy",
    mmap=lambda m, dev: ENXIO,
    map_page=lambda m, dev, phys, size, direction, attrs: m.dma_addr_max,
    map_sg=lambda m, dev, segments, direction, attrs: EINVAL,
    dma_supported=lambda m, dev, mask: 0,
)
"""dma_dummy_ops: the device may not do DMA at all."""


def _unmap_warns(m: Machine, *_: object) -> None:
    m.warn("an unmap of what cannot be mapped")


DUMMY_6_12 = replace(DUMMY, unmap_page=_unmap_warns, unmap_sg=_unmap_warns)
"""dma_dummy_ops of 6.12, whose unmaps warn."""


def dummy_ops(rules: Rules) -> DmaMapOps:
    """The table of that version."""
    return DUMMY_6_12 if rules.dummy_unmap_warns else DUMMY


def iommu_of(dev: Device) -> Iommu:
    """The IOMMU in front of the device."""
    if dev.iommu is None:
        dev.iommu = Iommu(dev.setup.iommu)
    return dev.iommu


def iommu_map_page(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    """Enter a buffer below the streaming mask."""
    if not dev_is_dma_coherent(m, dev) and not attrs & Attrs.SKIP_CPU_SYNC:
        arch_sync_dma_for_device(m, phys, size, direction)
    found = iommu_of(dev).map(m, phys, size, dma_get_mask(dev))
    return m.dma_addr_max if found is None else found


def iommu_unmap_page(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs) -> None:
    """Take a buffer out."""
    if attrs is NO_ATTRS or not attrs & Attrs.SKIP_CPU_SYNC:
        iommu_sync_single_for_cpu(m, dev, dma_addr, size, direction)
    iommu_of(dev).unmap(m, dma_addr, size)


def iommu_map_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> int:
    """Enter a list; when one does not fit, none is mapped."""
    for index, segment in enumerate(segments):
        segment.dma_address = iommu_map_page(m, dev, segment.phys, segment.length, direction, attrs)
        if segment.dma_address == m.dma_addr_max:
            iommu_unmap_sg(m, dev, segments[:index], direction, attrs | Attrs.SKIP_CPU_SYNC)
            return ENOMEM
        segment.dma_length = segment.length
    return len(segments)


def iommu_unmap_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> None:
    """Take a list out."""
    for segment in segments:
        iommu_unmap_page(m, dev, segment.dma_address, segment.dma_length, direction, attrs)


def iommu_sync_single_for_cpu(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction) -> None:
    """The cache of what the table says."""
    if not dev_is_dma_coherent(m, dev) and (phys := iommu_of(dev).phys(dma_addr)) is not None:
        arch_sync_dma_for_cpu(m, phys, size, direction)


def iommu_sync_single_for_device(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction) -> None:
    """The cache of what the table says."""
    if not dev_is_dma_coherent(m, dev) and (phys := iommu_of(dev).phys(dma_addr)) is not None:
        arch_sync_dma_for_device(m, phys, size, direction)


def iommu_alloc(m: Machine, dev: Device, size: int, attrs: Attrs) -> Allocation | None:
    """Pages from anywhere, entered below the coherent mask."""
    size = (size + PAGE_SIZE - 1) & -PAGE_SIZE
    phys = m.take_page("NORMAL", size)
    if phys is None:
        return None
    found = iommu_of(dev).map(m, phys, size, dev.coherent_dma_mask)
    if found is None:
        return None
    uncached = not dev_is_dma_coherent(m, dev)
    return Allocation(phys=phys, dma_address=found, size=size, uncached=uncached)


def iommu_free(m: Machine, dev: Device, memory: Allocation, attrs: Attrs) -> None:
    """Take them out."""
    iommu_of(dev).unmap(m, memory.dma_address, memory.size)


def _sync_sg(sync: Sync) -> SyncSg:
    def each(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
        for segment in segments:
            sync(m, dev, segment.dma_address, segment.length, direction)

    return each


IOMMU = DmaMapOps(
    kind="iommu",
    map_page=iommu_map_page,
    unmap_page=iommu_unmap_page,
    map_sg=iommu_map_sg,
    unmap_sg=iommu_unmap_sg,
    map_resource=iommu_map_page,
    unmap_resource=iommu_unmap_page,
    sync_single_for_cpu=iommu_sync_single_for_cpu,
    sync_single_for_device=iommu_sync_single_for_device,
    sync_sg_for_cpu=_sync_sg(iommu_sync_single_for_cpu),
    sync_sg_for_device=_sync_sg(iommu_sync_single_for_device),
    alloc=iommu_alloc,
    free=iommu_free,
    mmap=_nothing,
    get_sgtable=_nothing,
    get_merge_boundary=lambda m, dev: PAGE_SIZE - 1,
)
"""iommu_dma_ops: translation for every mapping."""


def dma_get_mask(dev: Device) -> int:
    """The streaming mask; 32 bits where none is set (include/linux/dma-mapping.h)."""
    return dev.dma_mask or (1 << 32) - 1
