"""Xen's bouncing: drivers/xen/swiotlb-xen.c, for a domain whose pages lie anywhere in the machine's memory.

Enters: buffers by the domain's own addresses. Leaves: machine addresses; a buffer that the device does not reach, or
that is not contiguous in the machine, goes through the pool. Must hold: all four syncs are there. The domain's frames
are the machine's frames plus the bus offset, but for odd pages, which a scenario scatters with `iommu.force`.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.dma import direct
from analyzer.dma.address import dma_capable, phys_to_dma
from analyzer.dma.direct import EIO
from analyzer.dma.machine import Device, DmaMapOps, Machine
from analyzer.dma.mappings import Allocation, Segment
from analyzer.dma.swiotlb import is_swiotlb_force_bounce, swiotlb_map
from analyzer.model.dma import PAGE_SIZE, Attrs, Direction


def _straddles(dev: Device, phys: int, size: int) -> bool:
    # With scattered frames no two neighbours are neighbours in the machine.
    return dev.setup.iommu.force and (phys & PAGE_SIZE - 1) + size > PAGE_SIZE


def _map_page(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    reached = dma_capable(m, dev, phys_to_dma(m, dev, phys), size, is_ram=True)
    if not reached or _straddles(dev, phys, size) or is_swiotlb_force_bounce(m):
        return swiotlb_map(m, dev, phys, size, direction, attrs)
    m.path = "ops → as it is"
    return direct.dma_direct_map_page(m, dev, phys, size, direction, attrs)


def _map_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> int:
    for index, segment in enumerate(segments):
        segment.dma_address = _map_page(m, dev, segment.phys, segment.length, direction, attrs)
        if segment.dma_address == m.dma_addr_max:
            direct.dma_direct_unmap_sg(m, dev, segments[:index], direction, attrs | Attrs.SKIP_CPU_SYNC)
            return EIO
        segment.dma_length = segment.length
    return len(segments)


def _alloc(m: Machine, dev: Device, size: int, attrs: Attrs) -> Allocation | None:
    return direct.dma_direct_alloc(m, dev, size, attrs)


def _dma_supported(m: Machine, dev: Device, mask: int) -> int:
    return int(m.pool is None or phys_to_dma(m, dev, m.pool.end - 1) <= mask)


XEN_SWIOTLB = DmaMapOps(
    kind="xen-swiotlb",
    alloc=_alloc,
    free=lambda m, dev, memory, attrs: None,
    map_page=_map_page,
    unmap_page=direct.dma_direct_unmap_page,
    map_sg=_map_sg,
    unmap_sg=direct.dma_direct_unmap_sg,
    sync_single_for_cpu=direct.dma_direct_sync_single_for_cpu,
    sync_single_for_device=direct.dma_direct_sync_single_for_device,
    sync_sg_for_cpu=direct.dma_direct_sync_sg_for_cpu,
    sync_sg_for_device=direct.dma_direct_sync_sg_for_device,
    dma_supported=_dma_supported,
    mmap=lambda m, dev: 0,
    get_sgtable=lambda m, dev: 0,
)
"""xen_swiotlb_dma_ops."""
