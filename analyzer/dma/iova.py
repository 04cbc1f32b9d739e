"""An IOMMU's addresses: drivers/iommu/iova.c.

Enters: how many pages, and up to which one. Leaves: their first page's number, or 0 where there is no room. Must hold:
they come from the top down, from where the last ones were taken; what is given back waits in a cache of its size, last
in, first out. One CPU; what the kernel frees later by a timer stays. Names are the kernel's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from analyzer.model.dma import PAGE_SHIFT, PAGE_SIZE, U64

IOVA_RANGE_CACHE_MAX_SIZE = 6
IOVA_MAG_SIZE = 127
DMA_32BIT_PFN = 1 << (32 - PAGE_SHIFT)


def iova_rcache_range() -> int:
    """The longest mapping in bytes whose addresses are kept."""
    return PAGE_SIZE << (IOVA_RANGE_CACHE_MAX_SIZE - 1)


class _Cache:
    """struct iova_rcache of one CPU: pages of one size."""

    __slots__ = ("depot", "loaded", "prev")

    def __init__(self) -> None:
        self.loaded: list[int] = []
        self.prev: list[int] = []
        self.depot: list[list[int]] = []

    def push(self, pfn: int) -> None:
        if len(self.loaded) == IOVA_MAG_SIZE:
            if len(self.prev) < IOVA_MAG_SIZE:
                self.prev, self.loaded = self.loaded, self.prev
            else:
                self.depot.append(self.loaded)
                self.loaded = []
        self.loaded.append(pfn)

    def pop(self, limit_pfn: int) -> int:
        if not self.loaded:
            if self.prev:
                self.prev, self.loaded = self.loaded, self.prev
            elif self.depot:
                self.loaded = self.depot.pop()
            else:
                return 0
        pfns = self.loaded
        for at in range(len(pfns) - 1, -1, -1):
            if (pfn := pfns[at]) <= limit_pfn:
                pfns[at] = pfns[-1]
                pfns.pop()
                return pfn
        return 0


class IovaDomain:
    """struct iova_domain. `retries` is whether a search that found nothing begins again at the top (6.1)."""

    def __init__(self, start_pfn: int, *, retries: bool) -> None:
        self.start_pfn = max(start_pfn, 1)
        self._retries = retries
        # Ranges by their first page, and the last one of each; the anchor lies above all.
        self._starts = [U64]
        self._ends = {U64: U64}
        self._cached = self._cached32 = U64
        self._max32_alloc_size = DMA_32BIT_PFN
        self._caches = [_Cache() for _ in range(IOVA_RANGE_CACHE_MAX_SIZE)]

    def alloc_iova_fast(self, size: int, limit_pfn: int, *, flush_rcache: bool) -> int:
        """The first of `size` pages, none above `limit_pfn`; 0: no room. `flush_rcache`: not even in the caches."""
        if size < 1 << (IOVA_RANGE_CACHE_MAX_SIZE - 1):
            size = 1 << (size - 1).bit_length()
        order = (size - 1).bit_length()
        # Unsigned: a limit below the size lets any cached range pass.
        if order < IOVA_RANGE_CACHE_MAX_SIZE and (pfn := self._caches[order].pop((limit_pfn + 1 - size) & U64)):
            return pfn
        if not (pfn := self._alloc(size, limit_pfn + 1)) and flush_rcache:
            self._flush()
            pfn = self._alloc(size, limit_pfn + 1)
        return pfn

    def free_iova_fast(self, pfn: int, size: int) -> None:
        """Give pages back, into the cache of that size or for good."""
        order = (size - 1).bit_length()
        if order < IOVA_RANGE_CACHE_MAX_SIZE:
            self._caches[order].push(pfn)
        else:
            self._remove(pfn)

    def _flush(self) -> None:
        for cache in self._caches:
            for pfns in (cache.loaded, cache.prev, *cache.depot):
                for pfn in pfns:
                    self._remove(pfn)
            cache.loaded, cache.prev, cache.depot = [], [], []

    def _remove(self, pfn: int) -> None:
        at = bisect_right(self._starts, pfn) - 1
        if at < 0 or self._ends[low := self._starts[at]] < pfn:
            return
        following = self._starts[at + 1]
        if low == self._cached32 or (self._ends[low] < DMA_32BIT_PFN and low >= self._cached32):
            self._cached32 = following
        if low < DMA_32BIT_PFN:
            self._max32_alloc_size = DMA_32BIT_PFN
        if low >= self._cached:
            self._cached = following
        del self._starts[at], self._ends[low]

    def _alloc(self, size: int, limit_pfn: int) -> int:
        """__alloc_and_insert_iova_range(), aligned to the size rounded up."""
        if limit_pfn <= DMA_32BIT_PFN and size >= self._max32_alloc_size:
            return 0
        begin = self._cached32 if limit_pfn <= DMA_32BIT_PFN else self._cached
        low = self.start_pfn
        pfn = self._search(bisect_left(self._starts, begin), size, limit_pfn, low)
        if not pfn and self._retries and self._ends[begin] < limit_pfn:
            top = bisect_left(self._starts, limit_pfn) if limit_pfn <= DMA_32BIT_PFN else len(self._starts) - 1
            pfn = self._search(top, size, limit_pfn, self._ends[begin] + 1)
        if not pfn:
            self._max32_alloc_size = size
            return 0
        self._starts.insert(bisect_left(self._starts, pfn), pfn)
        self._ends[pfn] = pfn + size - 1
        if pfn + size - 1 < DMA_32BIT_PFN:
            self._cached32 = pfn
        else:
            self._cached = pfn
        return pfn

    def _search(self, at: int, size: int, high: int, low: int) -> int:
        align = -(1 << (size - 1).bit_length())
        while True:
            high = min(high, self._starts[at])
            pfn = (high - size) & align
            if high < size or pfn < low:
                return 0
            at -= 1
            if at < 0 or pfn > self._ends[self._starts[at]]:
                return pfn
