"""The bounce pool's slots: kernel/dma/swiotlb.c's allocator.

Enters: where the pool lies and how large a buffer is. Leaves: slots. Must hold: slots are 2 KiB, no buffer crosses a
segment of 128 of them, and a search goes on from where the last one ended, as swiotlb_do_find_slots() of 6.1 does it
with one area; 5.9's find_slots in swiotlb_tbl_map_single() is the same without alignment masks.
"""

from __future__ import annotations

from analyzer.model.dma import PAGE_SHIFT, PAGE_SIZE, U64, Layout, Platform, Rules, SwiotlbMode

IO_TLB_SHIFT = 11
IO_TLB_SIZE = 1 << IO_TLB_SHIFT
IO_TLB_SEGSIZE = 128


class Endless(Exception):
    """A search for slots that never ends."""


def nr_slots(size: int) -> int:
    """Slots that so many bytes take."""
    return (size + IO_TLB_SIZE - 1) >> IO_TLB_SHIFT


class Pool:
    """struct io_tlb_mem. `start` and `end` are physical addresses in bytes."""

    def __init__(self, start: int, nslabs: int, *, force_bounce: bool) -> None:
        self.start = start
        self.nslabs = nslabs
        self.end = start + (nslabs << IO_TLB_SHIFT)
        self.force_bounce = force_bounce
        self.orig_addr: dict[int, int] = {}
        self.alloc_size: dict[int, int] = {}
        self.used = 0
        self._index = 0
        segment = list(range(IO_TLB_SEGSIZE, 0, -1))
        self._free = segment * (nslabs // IO_TLB_SEGSIZE) + segment[: nslabs % IO_TLB_SEGSIZE]

    def __contains__(self, phys: int) -> bool:
        return self.start <= phys < self.end

    def find(
        self, orig_addr: int, size: int, tlb_dma: int, align_mask: int, boundary: int = U64, *, zero_too: bool = False
    ) -> int | None:
        """Take slots for `size` bytes; leaves the first one's index, or None when the pool is full. Raises Endless.

        `tlb_dma` is the pool's start as the device sees it, `align_mask` the device's minimal alignment mask,
        `boundary` the mask that no mapping may cross, `zero_too` whether a buffer at 0 is aligned like any other.
        """
        offset = orig_addr & align_mask & (IO_TLB_SIZE - 1)
        align_mask &= ~(IO_TLB_SIZE - 1)
        nslots = nr_slots(size)
        stride = (align_mask >> IO_TLB_SHIFT) + 1
        if size >= PAGE_SIZE:
            stride = max(stride, stride << (PAGE_SHIFT - IO_TLB_SHIFT))
        if nslots > self.nslabs - self.used:
            return None
        tlb_dma &= boundary
        first_slot, max_slots = nr_slots(tlb_dma), nr_slots(boundary + 1)
        index = wrap = self._wrapped((self._index + stride - 1) // stride * stride)
        # Where alignment leaves no slot, the kernel's search may step over its own end for ever (until 7c3940bf81e5).
        for _ in range(2 * self.nslabs + 2):
            if (orig_addr or zero_too) and ((tlb_dma + (index << IO_TLB_SHIFT)) ^ orig_addr) & align_mask:
                index = self._wrapped(index + 1)
            elif self._free[index] >= nslots and ((first_slot + index) & (max_slots - 1)) + nslots <= max_slots:
                return self._take(index, nslots, size, offset)
            else:
                index = self._wrapped(index + stride)
            if index == wrap:
                return None
        raise Endless

    def search(self, orig_addr: int, size: int, tlb_dma: int, min_align: int, boundary: int = U64) -> int | None:
        """`find` as 6.12 has it (swiotlb_search_pool_area()): no slot is looked at twice, so it always ends."""
        offset = orig_addr & min_align & (IO_TLB_SIZE - 1)
        nslots = nr_slots(size)
        align = PAGE_SIZE - 1 if not min_align and size >= PAGE_SIZE else IO_TLB_SIZE - 1
        min_align &= ~align
        stride = (max(align, min_align) >> IO_TLB_SHIFT) + 1
        if nslots > self.nslabs - self.used:
            return None
        tlb_dma &= boundary
        first_slot, max_slots = nr_slots(tlb_dma), (boundary >> IO_TLB_SHIFT) + 1
        index, checked = self._index, 0
        while checked < self.nslabs:
            at = tlb_dma + (index << IO_TLB_SHIFT)
            if at & align or (orig_addr and (at ^ orig_addr) & min_align):
                index = self._wrapped(index + 1)
                checked += 1
                continue
            if self._free[index] >= nslots and ((first_slot + index) & (max_slots - 1)) + nslots <= max_slots:
                return self._take(index, nslots, size, offset)
            index = self._wrapped(index + stride)
            checked += stride
        return None

    def release(self, index: int, offset: int, nslots: int | None = None) -> None:
        """Give the slots of a buffer back and merge them with free neighbours (swiotlb_release_slots()).

        `nslots` is how many, where the caller is trusted with that.
        """
        if nslots is None:
            nslots = nr_slots(self.alloc_size.get(index, 0) + offset)
        after = index + nslots
        segment_end = (index + 1 + IO_TLB_SEGSIZE - 1) // IO_TLB_SEGSIZE * IO_TLB_SEGSIZE
        count = self._free[after] if after < segment_end and after < self.nslabs else 0
        for i in range(after - 1, index - 1, -1):
            count += 1
            self._free[i] = count
            self.orig_addr.pop(i, None)
            self.alloc_size.pop(i, None)
        self._count_before(index, count)
        self.used -= nslots

    def _take(self, index: int, nslots: int, size: int, offset: int) -> int:
        for i in range(index, index + nslots):
            self._free[i] = 0
            self.alloc_size[i] = size - (offset + ((i - index) << IO_TLB_SHIFT))
        self._count_before(index, 0)
        self._index = index + nslots if index + nslots < self.nslabs else 0
        self.used += nslots
        return index

    def _count_before(self, index: int, count: int) -> None:
        i = index - 1
        while i >= 0 and i % IO_TLB_SEGSIZE != IO_TLB_SEGSIZE - 1 and self._free[i]:
            count += 1
            self._free[i] = count
            i -= 1

    def _wrapped(self, index: int) -> int:
        return 0 if index >= self.nslabs else index


def pool_of(rules: Rules, platform: Platform, layout: Layout) -> Pool | None:
    """The pool that the machine sets up at boot, if any."""
    if not platform.swiotlb or (rules.bounce_asks_pool and layout.swiotlb is SwiotlbMode.NOFORCE):
        return None
    forced = layout.swiotlb is SwiotlbMode.FORCE
    there = layout.pool if layout.pool is not None else forced or layout.ram > 1 << 32
    if not there:
        return None
    start = layout.pool_start
    if start is None:
        start = (min(layout.ram, 1 << 32) - layout.pool_size - (16 << 20)) & -PAGE_SIZE
        if start < 0:
            return None
    return Pool(start, layout.pool_size >> IO_TLB_SHIFT, force_bounce=forced)
