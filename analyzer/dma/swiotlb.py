"""Bouncing: kernel/dma/swiotlb.c, the calls that dma-direct makes.

Enters: a machine, a device, a physical address. Leaves: the slot's address, bytes copied, events. Must hold: names and
order of checks are 6.1's; where 5.9 differs, `Rules` says so.
"""

from __future__ import annotations

from analyzer.dma.address import dma_capable, phys_to_dma_unencrypted
from analyzer.dma.cache import arch_sync_dma_flush, arch_sync_dma_for_device, dev_is_dma_coherent
from analyzer.dma.machine import Crash, Device, Machine
from analyzer.dma.pool import IO_TLB_SEGSIZE, IO_TLB_SHIFT, IO_TLB_SIZE, Endless, Pool, nr_slots
from analyzer.model.dma import U64, Attrs, Direction, SwiotlbMode

IN = "in"
"""From the buffer into its slot."""
OUT = "out"


def is_swiotlb_buffer(m: Machine, phys: int) -> bool:
    """Whether the address lies in the pool."""
    pool = m.pool
    return pool is not None and pool.start <= phys < pool.end


def is_swiotlb_force_bounce(m: Machine) -> bool:
    """Whether every mapping bounces. 5.9 asks the boot parameter (swiotlb_force), 6.1 the pool."""
    if m.rules.bounce_asks_pool:
        return m.pool is not None and m.pool.force_bounce
    return m.platform.swiotlb and m.layout.swiotlb is SwiotlbMode.FORCE


def may_bounce(m: Machine) -> bool:
    """Whether an address out of reach is bounced: is_swiotlb_active() of 6.1, swiotlb_force != NO_FORCE of 5.9."""
    if m.rules.bounce_asks_pool:
        return m.pool is not None
    return m.platform.swiotlb and m.layout.swiotlb is not SwiotlbMode.NOFORCE


def _min_align(m: Machine, dev: Device) -> int:
    return dev.min_align_mask if m.rules.min_align else 0


def swiotlb_map(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    """Bounce a buffer. Leaves the DMA address of its slot, or DMA_MAPPING_ERROR."""
    failed = m.dma_addr_max
    slot = swiotlb_tbl_map_single(m, dev, phys, size, direction, attrs)
    if slot is None:
        return failed
    dma_addr = phys_to_dma_unencrypted(m, dev, slot)
    if not dma_capable(m, dev, dma_addr, size, is_ram=True, shared=_is_shared(m)):
        swiotlb_tbl_unmap_single(m, dev, slot, size, direction, sync=False)
        m.warn("swiotlb addr overflow")
        return failed
    if not dev_is_dma_coherent(m, dev) and not attrs & Attrs.SKIP_CPU_SYNC:
        arch_sync_dma_for_device(m, slot, size, direction)
        arch_sync_dma_flush(m)
    return dma_addr


def _is_shared(m: Machine) -> bool:
    # io_tlb_mem.cc_shared: where memory is encrypted, the pool is not.
    return m.layout.force_unencrypted or bool(m.layout.sme_mask)


def swiotlb_tbl_map_single(
    m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs, *, align: int = 0
) -> int | None:
    """Take a slot and fill it. Leaves its physical address, or None when there is none. Raises Crash as 5.9 panics.

    `align` is alloc_align_mask: what an IOMMU's page asks of where the slot begins and ends.
    """
    pool = m.pool
    if pool is None:
        if m.rules.no_pool_panics:
            raise Crash("panic: no bounce pool")
        m.note("warn", "no bounce pool")
        return None
    min_align = _min_align(m, dev)
    offset = phys & min_align & (IO_TLB_SIZE - 1)
    begin = phys_to_dma_unencrypted(m, dev, pool.start)
    pad_slots = 0
    try:
        if m.rules.search_ends:
            total = size + offset
            if align:
                offset = phys & min_align & (align | IO_TLB_SIZE - 1)
                total = (size + offset + align) & ~align
                pad_slots, offset = offset >> IO_TLB_SHIFT, offset & (IO_TLB_SIZE - 1)
            index = pool.search(phys, total, begin, min_align, dev.seg_boundary, align)
        else:
            total = ((size + align) & ~align) + offset
            zero_too = not m.rules.zero_means_none
            index = pool.find(phys, total, begin, min_align, dev.seg_boundary, align, zero_too=zero_too)
    except Endless:
        raise Crash("hang: the search for a bounce slot never ends") from None
    if index is None:
        m.note("warn", "bounce pool full")
        return None
    dev.dma_skip_sync = False
    if pad_slots:
        index += pad_slots
        pool.pad_slots[index] = pad_slots
    for i in range(nr_slots(total) - pad_slots):
        pool.orig_addr[index + i] = phys + (i << IO_TLB_SHIFT)
    slot = pool.start + (index << IO_TLB_SHIFT) + offset
    if m.rules.map_always_copies_in or (
        not attrs & Attrs.SKIP_CPU_SYNC and direction in (Direction.DMA_TO_DEVICE, Direction.DMA_BIDIRECTIONAL)
    ):
        swiotlb_bounce(m, dev, slot, size, IN)
    return slot


def swiotlb_tbl_unmap_single(
    m: Machine, dev: Device, slot: int, size: int, direction: Direction, *, sync: bool
) -> None:
    """Copy back, if told so, and release."""
    pool = _pool(m)
    if sync and direction is not Direction.DMA_TO_DEVICE:
        swiotlb_bounce(m, dev, slot, size, OUT)
    offset = slot & _min_align(m, dev) & (IO_TLB_SIZE - 1)
    nslots = nr_slots(size + offset) if m.rules.unmap_trusts_size else None
    pool.release((slot - offset - pool.start) >> IO_TLB_SHIFT, offset, nslots)


def swiotlb_sync_single_for_device(m: Machine, dev: Device, slot: int, size: int, direction: Direction) -> None:
    """The CPU wrote: bring it to the slot."""
    if direction in (Direction.DMA_TO_DEVICE, Direction.DMA_BIDIRECTIONAL):
        swiotlb_bounce(m, dev, slot, size, IN)


def swiotlb_sync_single_for_cpu(m: Machine, dev: Device, slot: int, size: int, direction: Direction) -> None:
    """The device wrote: bring it to the buffer."""
    if direction in (Direction.DMA_FROM_DEVICE, Direction.DMA_BIDIRECTIONAL):
        swiotlb_bounce(m, dev, slot, size, OUT)


def swiotlb_bounce(m: Machine, dev: Device, slot: int, size: int, way: str) -> None:
    """Copy between a slot and its buffer, through the CPU's cache."""
    pool = _pool(m)
    index = (slot - pool.start) >> IO_TLB_SHIFT
    orig_addr = pool.orig_addr.get(index)
    if orig_addr is None:
        return
    if way == OUT and not dev_is_dma_coherent(m, dev):
        arch_sync_dma_flush(m)
    into = (slot & (IO_TLB_SIZE - 1)) - (orig_addr & _min_align(m, dev) & (IO_TLB_SIZE - 1))
    if m.rules.bounce_checks_size:
        alloc_size = pool.alloc_size[index]
        if not m.rules.search_ends and into < 0:
            m.warn("access before mapping start")
            return
        if not m.rules.search_ends and into > alloc_size:
            m.warn("buffer overflow")
            return
        # 6.12 and later subtract unsigned, and nothing seems too long after a slot's end.
        if size > (alloc_size - into) & U64:
            m.warn("buffer overflow")
            size = alloc_size - into
    orig_addr += into
    m.note("copy", way, orig_addr, slot, size)
    m.count("bounces")
    m.count("bounced_bytes", size)
    if way == IN:
        m.memory.cpu_write(slot, m.memory.cpu_read(orig_addr, size))
    else:
        m.memory.cpu_write(orig_addr, m.memory.cpu_read(slot, size))


def swiotlb_max_mapping_size(m: Machine, dev: Device) -> int:
    """The longest buffer that bounces, in bytes: a segment, less what alignment may cost."""
    align = 0
    if m.rules.min_align and dev.min_align_mask:
        align = (dev.min_align_mask + IO_TLB_SIZE - 1) // IO_TLB_SIZE * IO_TLB_SIZE
    return IO_TLB_SIZE * IO_TLB_SEGSIZE - align


def _pool(m: Machine) -> Pool:
    if m.pool is None:
        raise Crash("oops: the bounce pool is not there")
    return m.pool
