"""An IOMMU's page table.

Enters: pages to map. Leaves: DMA addresses. Must hold: they come from the window and below the mask.
"""

from __future__ import annotations

from itertools import chain

from analyzer.dma.record import Recorder
from analyzer.model.dma import PAGE_SHIFT, PAGE_SIZE, IommuSetup


class Iommu:
    """One table for one device: iommu_table of powerpc, a domain elsewhere."""

    def __init__(self, setup: IommuSetup) -> None:
        self.setup = setup
        self._table: dict[int, int] = {}
        self._first: int = setup.window >> PAGE_SHIFT
        self._pages: int = setup.window_size >> PAGE_SHIFT
        self._next: int = 0

    def __contains__(self, dma_addr: int) -> bool:
        """Whether the address lies in the window."""
        return self.setup.window <= dma_addr < self.setup.window + self.setup.window_size

    def map(self, m: Recorder, phys: int, size: int, mask: int) -> int | None:
        """Enter a buffer. Leaves its DMA address, or None when the window has no room below the mask."""
        offset = phys & PAGE_SIZE - 1
        count = (offset + size + PAGE_SIZE - 1) >> PAGE_SHIFT
        first = self._free_run(count, mask)
        if first is None:
            m.note("warn", "IOMMU window full")
            return None
        for index in range(count):
            self._table[first + index] = (phys >> PAGE_SHIFT) + index
        self._next = first + count - self._first
        m.events.append(("iommu_map", first << PAGE_SHIFT, phys, count))
        m.counts["iommu_maps"] += count
        return (first << PAGE_SHIFT) + offset

    def _free_run(self, count: int, mask: int) -> int | None:
        last = min(self._pages, ((mask + 1) >> PAGE_SHIFT) - self._first) - count
        begin = self._next if self._next <= last else 0
        for start in chain(range(begin, last + 1), range(begin)):
            first = self._first + start
            for page in range(first, first + count):
                if page in self._table:
                    break
            else:
                return first
        return None

    def unmap(self, m: Recorder, dma_addr: int, size: int) -> None:
        """Take a buffer out and flush. An address that is not in the table does the same on no entry."""
        first = dma_addr >> PAGE_SHIFT
        count = ((dma_addr & PAGE_SIZE - 1) + size + PAGE_SIZE - 1) >> PAGE_SHIFT
        gone = 0
        for page in range(first, first + count):
            if self._table.pop(page, None) is not None:
                gone += 1
        m.events.append(("iommu_unmap", dma_addr, gone))
        if gone < count:
            m.warn("unmaps what is not mapped")
        m.counts["iommu_unmaps"] += gone
        m.counts["iotlb_flushes"] += 1

    def phys(self, dma_addr: int) -> int | None:
        """Where an address leads, or None."""
        page = self._table.get(dma_addr >> PAGE_SHIFT)
        return None if page is None else (page << PAGE_SHIFT) | (dma_addr & PAGE_SIZE - 1)
