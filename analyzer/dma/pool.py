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
        self.pad_slots: dict[int, int] = {}
        self.used = 0
        self._index = 0
        # Of each segment the free slots, a bit each. The kernel counts in every slot how many are free from there on.
        whole, rest = divmod(nslabs, IO_TLB_SEGSIZE)
        self._free = [(1 << IO_TLB_SEGSIZE) - 1] * whole + ([(1 << rest) - 1] if rest else [])

    def __contains__(self, phys: int) -> bool:
        return self.start <= phys < self.end

    def find(
        self,
        orig_addr: int,
        size: int,
        tlb_dma: int,
        align_mask: int,
        boundary: int = U64,
        alloc_align: int = 0,
        *,
        zero_too: bool = False,
    ) -> int | None:
        """Take slots for `size` bytes; leaves the first one's index, or None when the pool is full. Raises Endless.

        `tlb_dma` is the pool's start as the device sees it, `align_mask` the device's minimal alignment mask,
        `boundary` the mask that no mapping may cross, `alloc_align` that of a page on which the slots begin,
        `zero_too` whether a buffer at 0 is aligned like any other.
        """
        offset = orig_addr & align_mask & (IO_TLB_SIZE - 1)
        align_mask &= ~(alloc_align | IO_TLB_SIZE - 1)
        nslots = nr_slots(size)
        stride = (align_mask >> IO_TLB_SHIFT) + 1
        if size >= PAGE_SIZE:
            stride = max(stride, stride << (PAGE_SHIFT - IO_TLB_SHIFT))
        stride = max(stride, (alloc_align >> IO_TLB_SHIFT) + 1)
        if nslots > self.nslabs - self.used:
            return None
        tlb_dma &= boundary
        first_slot, max_slots = nr_slots(tlb_dma), nr_slots(boundary + 1)
        index = wrap = self._wrapped((self._index + stride - 1) // stride * stride)
        # Where alignment leaves no slot, the kernel's search may step over its own end for ever (until 7c3940bf81e5).
        for _ in range(2 * self.nslabs + 2):
            if (orig_addr or zero_too) and ((tlb_dma + (index << IO_TLB_SHIFT)) ^ orig_addr) & align_mask:
                index = self._wrapped(index + 1)
            elif self._are_free(index, nslots) and ((first_slot + index) & (max_slots - 1)) + nslots <= max_slots:
                return self._take(index, nslots, size, offset)
            else:
                index = self._wrapped(index + stride)
            if index == wrap:
                return None
        raise Endless

    def search(
        self, orig_addr: int, size: int, tlb_dma: int, min_align: int, boundary: int = U64, alloc_align: int = 0
    ) -> int | None:
        """`find` as 6.12 has it (swiotlb_search_pool_area()): no slot is looked at twice, so it always ends."""
        offset = orig_addr & min_align & (IO_TLB_SIZE - 1)
        nslots = nr_slots(size)
        if not (min_align or alloc_align) and size >= PAGE_SIZE:
            alloc_align = PAGE_SIZE - 1
        align = alloc_align | IO_TLB_SIZE - 1
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
            if self._are_free(index, nslots) and ((first_slot + index) & (max_slots - 1)) + nslots <= max_slots:
                return self._take(index, nslots, size, offset)
            index = self._wrapped(index + stride)
            checked += stride
        return None

    def release(self, index: int, offset: int, nslots: int | None = None) -> None:
        """Give the slots of a buffer back (swiotlb_release_slots()).

        `nslots` is how many, where the caller is trusted with that.
        """
        if self.pad_slots:
            index -= self.pad_slots.pop(index, 0)
        if nslots is None:
            nslots = nr_slots(self.alloc_size.get(index, 0) + offset)
        for i in range(index, index + nslots):
            self._free[i // IO_TLB_SEGSIZE] |= 1 << i % IO_TLB_SEGSIZE
            self.orig_addr.pop(i, None)
            self.alloc_size.pop(i, None)
        self.used -= nslots

    def _take(self, index: int, nslots: int, size: int, offset: int) -> int:
        self._free[index // IO_TLB_SEGSIZE] ^= ((1 << nslots) - 1) << index % IO_TLB_SEGSIZE
        for i in range(nslots):
            self.alloc_size[index + i] = size - (offset + (i << IO_TLB_SHIFT))
        self._index = index + nslots if index + nslots < self.nslabs else 0
        self.used += nslots
        return index

    def _are_free(self, index: int, nslots: int) -> bool:
        wanted = ((1 << nslots) - 1) << index % IO_TLB_SEGSIZE
        return self._free[index // IO_TLB_SEGSIZE] & wanted == wanted

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
