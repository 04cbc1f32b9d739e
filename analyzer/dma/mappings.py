"""What is mapped: a buffer of a list, and memory that device and CPU share.

Enters: addresses and sizes in bytes. Leaves: `Segment`, `Allocation`. Must hold: only mapping changes a segment.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Segment:
    """struct scatterlist: a buffer, and where the device finds it once it is mapped."""

    phys: int
    length: int
    dma_address: int = 0
    dma_length: int = 0
    swiotlb: bool = False
    """SG_DMA_SWIOTLB: of a list's first entry, whether dma-iommu bounced the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Memory from dma_alloc_attrs(): its physical address, the device's, and whether the CPU's cache is out of it."""

    phys: int
    dma_address: int
    size: int
    uncached: bool = False
    pages: tuple[tuple[int, int], ...] = ()
    """Where it is not in one piece: each piece's physical address and size, in the CPU's order."""
