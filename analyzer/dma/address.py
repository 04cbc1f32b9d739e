"""Where a device finds memory, and how far it reaches: include/linux/dma-direct.h.

Enters: a machine, a device, an address in bytes. Leaves: addresses and yes or no. Must hold: arithmetic wraps at the
width of dma_addr_t, as in C; an address that no range covers is DMA_MAPPING_ERROR.
"""

from __future__ import annotations

from analyzer.dma.machine import Crash, Device, Machine
from analyzer.model.dma import PAGE_SHIFT, U64


def min_not_zero(a: int, b: int) -> int:
    """The smaller one; 0 means unset."""
    if not a:
        return b
    return min(a, b) if b else a


def phys_to_dma_unencrypted(m: Machine, dev: Device, phys: int) -> int:
    """The DMA address of unencrypted memory."""
    if dev.ranges:
        for cpu_start, dma_start, size in dev.ranges:
            if cpu_start <= phys < cpu_start + size:
                return (phys - cpu_start + dma_start) & m.dma_addr_max
        return m.dma_addr_max
    return (phys + dev.offset) & m.dma_addr_max


def phys_to_dma(m: Machine, dev: Device, phys: int) -> int:
    """The DMA address of memory as it is: encrypted, where there is encryption."""
    return phys_to_dma_unencrypted(m, dev, phys) | m.layout.sme_mask


def phys_to_dma_direct(m: Machine, dev: Device, phys: int) -> int:
    """The DMA address of memory that dma-direct hands out."""
    return (phys_to_dma_unencrypted if m.layout.force_unencrypted else phys_to_dma)(m, dev, phys)


def dma_to_phys(m: Machine, dev: Device, dma_addr: int) -> int:
    """The physical address behind a DMA address; all ones where no range covers it."""
    if dev.ranges:
        if m.rules.cc_shared:
            dma_addr &= ~m.layout.sme_mask
        for cpu_start, dma_start, size in dev.ranges:
            if dma_start <= dma_addr < dma_start + size:
                return (dma_addr - dma_start + cpu_start) & ~m.layout.sme_mask
        return m.dma_addr_max & (U64 if m.rules.cc_shared else ~m.layout.sme_mask)
    return (dma_addr - dev.offset) & U64 & ~m.layout.sme_mask


def dma_capable(m: Machine, dev: Device, dma_addr: int, size: int, *, is_ram: bool, shared: bool = False) -> bool:
    """Whether the device reaches every byte. Raises Crash where C reads through a NULL dma_mask.

    `shared` is DMA_ATTR_CC_SHARED: a device that must not see encrypted memory reaches no other.
    """
    top = m.dma_addr_max
    end = (dma_addr + size - 1) & top
    if dma_addr == top:
        return False
    if m.rules.cc_shared and m.layout.force_unencrypted and not shared:
        return False
    if is_ram and top < U64:
        low = phys_to_dma(m, dev, m.min_low_pfn << PAGE_SHIFT)
        if min(dma_addr, end) < low:
            return False
    mask, limit = dev.dma_mask, dev.bus_dma_limit
    if mask and not limit:
        return end <= mask
    return end <= min_not_zero(mask_of(dev), limit)


def mask_of(dev: Device) -> int:
    """*dev->dma_mask."""
    if dev.dma_mask is None:
        raise Crash("oops: NULL dma_mask")
    return dev.dma_mask


def last_address(m: Machine) -> int:
    """What masks are held against: the last page's start, or its last byte."""
    return (m.max_pfn << PAGE_SHIFT) - 1 if m.rules.last_byte else (m.max_pfn - 1) << PAGE_SHIFT


def dma_direct_get_required_mask(m: Machine, dev: Device) -> int:
    """The all-ones mask that covers the last page's start, or its end, bus offset included (kernel/dma/direct.c)."""
    highest = phys_to_dma_direct(m, dev, last_address(m))
    return (1 << highest.bit_length()) - 1
