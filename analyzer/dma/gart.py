"""AMD's GART: arch/x86/kernel/amd_gart_64.c, where the bypass is a choice per mapping.

Enters: buffers. Leaves: their own address if the device reaches it, else one in the aperture. Must hold: no syncs, no
bouncing; an unmap tells by the address whether there is anything to do; when the aperture is full, a buffer in reach is
used as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.dma import direct
from analyzer.dma.address import dma_capable, dma_direct_get_required_mask
from analyzer.dma.machine import Device, DmaMapOps, Machine
from analyzer.dma.mappings import Allocation, Segment
from analyzer.dma.ops import ENOMEM, iommu_of
from analyzer.model.dma import Attrs, Direction


def _map_page(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    capable = dma_capable(m, dev, phys, size, is_ram=True)
    if capable and not dev.setup.iommu.force:
        m.path = "ops → as it is"
        return phys
    # The aperture lies below 4 GiB, whatever the mask.
    found = iommu_of(dev).map(m, phys, size, (1 << 32) - 1)
    if found is not None:
        return found
    return phys if capable else m.dma_addr_max


def _unmap_page(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs) -> None:
    if dma_addr in iommu_of(dev):
        iommu_of(dev).unmap(m, dma_addr, size)
    else:
        m.path = "ops → as it is"


def _map_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> int:
    for index, segment in enumerate(segments):
        segment.dma_address = _map_page(m, dev, segment.phys, segment.length, direction, attrs)
        if segment.dma_address == m.dma_addr_max:
            _unmap_sg(m, dev, segments[:index], direction, attrs)
            return ENOMEM
        segment.dma_length = segment.length
    return len(segments)


def _unmap_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> None:
    for segment in segments:
        _unmap_page(m, dev, segment.dma_address, segment.dma_length, direction, attrs)


def _alloc(m: Machine, dev: Device, size: int, attrs: Attrs) -> Allocation | None:
    return direct.dma_direct_alloc(m, dev, size, attrs)


GART = DmaMapOps(
    kind="gart",
    map_page=_map_page,
    unmap_page=_unmap_page,
    map_sg=_map_sg,
    unmap_sg=_unmap_sg,
    alloc=_alloc,
    free=lambda m, dev, memory, attrs: None,
    mmap=lambda m, dev: 0,
    get_sgtable=lambda m, dev: 0,
    dma_supported=lambda m, dev, mask: int(direct.dma_direct_supported(m, dev, mask)),
    get_required_mask=dma_direct_get_required_mask,
)
"""gart_dma_ops."""
