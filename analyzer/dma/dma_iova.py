"""Buffers put together in one range of an IOMMU's addresses: dma_iova_…() of drivers/iommu/dma-iommu.c (7.3).

Enters: a machine, a device, physical addresses, offsets and sizes in bytes. Leaves: `IovaState`, 0 or a negative error.
Must hold: names and order of checks are the kernel's; where a device has no dma-iommu, or the version no such calls,
nothing is allocated, and the driver maps as ever.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.dma.cache import (
    arch_sync_dma_flush,
    arch_sync_dma_for_cpu,
    arch_sync_dma_for_device,
    dev_is_dma_coherent,
)
from analyzer.dma.choice import get_dma_ops
from analyzer.dma.direct import EIO
from analyzer.dma.dma_iommu import swiotlb_slot, use_swiotlb
from analyzer.dma.domain import IOVA_MASK, dma_info_to_prot, domain_of, iova_align
from analyzer.dma.machine import Device, Machine
from analyzer.dma.ops import ENOMEM, dma_get_mask
from analyzer.dma.swiotlb import is_swiotlb_buffer, swiotlb_tbl_unmap_single
from analyzer.model.dma import PAGE_SIZE, Attrs, Direction

EPERM = -1
EOPNOTSUPP = -95
_NO_CACHE = Attrs.SKIP_CPU_SYNC | Attrs.MMIO


@dataclass(slots=True)
class IovaState:
    """struct dma_iova_state: where the range begins for the device, how long it is, and whether a part bounced."""

    addr: int
    size: int
    swiotlb: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A buffer, and where it goes in a range."""

    phys: int
    offset: int
    size: int


def dma_iova_try_alloc(m: Machine, dev: Device, phys: int, size: int) -> IovaState | None:
    """Addresses for so many bytes, the first within its page as `phys` is; None: use the other calls."""
    ops = get_dma_ops(m, dev)
    if not (m.rules.iova_api and ops is not None and ops.by_name):
        return None
    if not size:
        m.warn("!size")
        return None
    offset = phys & IOVA_MASK
    addr = domain_of(m, dev).alloc_iova(m, dev, iova_align(size + offset), dma_get_mask(dev))
    return IovaState(addr + offset, size) if addr else None


def dma_iova_free(m: Machine, dev: Device, state: IovaState) -> None:
    """Give the addresses back, all of which are unlinked."""
    pad = state.addr & IOVA_MASK
    domain_of(m, dev).free_iova(state.addr - pad, iova_align(state.size + pad))


def dma_iova_link(
    m: Machine, dev: Device, state: IovaState, part: Part, direction: Direction, attrs: Attrs = Attrs.NONE
) -> int:
    """Enter a buffer at an offset of the range."""
    pad = part.phys & IOVA_MASK
    if pad and part.offset > 0:
        m.warn("iova_start_pad && offset > 0")
        return EIO
    if attrs & Attrs.REQUIRE_COHERENT:
        if state.swiotlb:
            m.warn("DMA_IOVA_USE_SWIOTLB")
            return EOPNOTSUPP
        if not dev_is_dma_coherent(m, dev):
            return EOPNOTSUPP
    if (part.phys | part.size) & IOVA_MASK and use_swiotlb(m, dev, part.size, direction):
        if attrs & (Attrs.MMIO | Attrs.REQUIRE_COHERENT):
            return EPERM
        return _link_swiotlb(m, dev, state, part, direction, attrs)
    size = iova_align(part.size + pad)
    return _link(m, dev, state.addr + part.offset - pad, part.phys - pad, size, direction, attrs)


def _link(m: Machine, dev: Device, addr: int, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    coherent = dev_is_dma_coherent(m, dev)
    if not coherent and not attrs & _NO_CACHE:
        arch_sync_dma_for_device(m, phys, size, direction)
    return domain_of(m, dev).enter(m, addr, phys, size, dma_info_to_prot(m, direction, attrs, coherent=coherent))


def _bounce_and_link(m: Machine, dev: Device, state: IovaState, part: Part, direction: Direction, attrs: Attrs) -> int:
    slot = swiotlb_slot(m, dev, part.phys, part.size, direction, attrs)
    if slot is None:
        return ENOMEM
    pad, addr = part.phys & IOVA_MASK, state.addr + part.offset
    error = _link(m, dev, addr - pad, (slot - pad) & m.dma_addr_max, iova_align(part.size), direction, attrs)
    if error:
        swiotlb_tbl_unmap_single(m, dev, slot, part.size, direction, sync=not attrs & Attrs.SKIP_CPU_SYNC)
    else:
        state.swiotlb = True
    return error


def _link_swiotlb(m: Machine, dev: Device, state: IovaState, part: Part, direction: Direction, attrs: Attrs) -> int:
    """iommu_dma_iova_link_swiotlb(): the first and the last page bounce, what lies between does not."""
    mapped, end_pad = 0, (part.phys + part.size) & IOVA_MASK
    if start_pad := part.phys & IOVA_MASK:
        mapped = min(part.size, PAGE_SIZE - start_pad)
        first = Part(part.phys, part.offset, mapped)
        if (error := _bounce_and_link(m, dev, state, first, direction, attrs)) or mapped == part.size:
            return error
    error, middle = 0, part.size - mapped - end_pad
    if middle:
        addr = state.addr + part.offset + mapped
        error = _link(m, dev, addr, part.phys + mapped, middle, direction, attrs)
        mapped += 0 if error else middle
    if end_pad and not error:
        last = Part(part.phys + mapped, part.offset + mapped, end_pad)
        error = _bounce_and_link(m, dev, state, last, direction, attrs)
    if error and mapped:
        dma_iova_unlink(m, dev, state, part.offset, mapped, direction, attrs)
    return error


def dma_iova_sync(m: Machine, dev: Device, state: IovaState, offset: int, size: int) -> int:
    """End what the links began."""
    addr = state.addr + offset
    pad = addr & IOVA_MASK
    if not dev_is_dma_coherent(m, dev):
        arch_sync_dma_flush(m)
    m.note("iommu_sync_map", addr - pad, iova_align(size + pad))
    return 0


def dma_iova_unlink(
    m: Machine, dev: Device, state: IovaState, offset: int, size: int, direction: Direction, attrs: Attrs
) -> None:
    """Take a part of the range out."""
    addr = state.addr + offset
    pad = addr & IOVA_MASK
    if state.swiotlb or (not dev_is_dma_coherent(m, dev) and not attrs & _NO_CACHE):
        _unlink_slowly(m, dev, addr, size, direction, attrs)
    domain_of(m, dev).take_out(m, addr - pad, iova_align(size + pad))


def _unlink_slowly(m: Machine, dev: Device, addr: int, size: int, direction: Direction, attrs: Attrs) -> None:
    """iommu_dma_iova_unlink_range_slow(): page by page, for each may have bounced."""
    cached, end = not dev_is_dma_coherent(m, dev) and not attrs & _NO_CACHE, addr + size
    while True:
        phys = domain_of(m, dev).phys(addr)
        if not phys:
            m.warn("!phys")
            return
        length = min(end - addr, PAGE_SIZE - (addr & IOVA_MASK))
        if cached:
            arch_sync_dma_for_cpu(m, phys, length, direction)
        if is_swiotlb_buffer(m, phys):
            swiotlb_tbl_unmap_single(m, dev, phys, length, direction, sync=not attrs & Attrs.SKIP_CPU_SYNC)
        addr += length
        if addr >= end:
            break
    if cached:
        arch_sync_dma_flush(m)


def dma_iova_destroy(
    m: Machine, dev: Device, state: IovaState, mapped: int, direction: Direction, attrs: Attrs
) -> None:
    """Take out what is linked, from the beginning, and give the addresses back."""
    if mapped:
        dma_iova_unlink(m, dev, state, 0, mapped, direction, attrs)
    dma_iova_free(m, dev, state)
