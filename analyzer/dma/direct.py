"""Mapping without an IOMMU: kernel/dma/direct.[ch].

Enters: a machine, a device, physical or DMA addresses, sizes in bytes. Leaves: DMA addresses, cache work, bounces. Must
hold: names and order of checks are 6.1's; where older code differs, `Rules` says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.dma.address import (
    dma_capable,
    dma_to_phys,
    last_address,
    min_not_zero,
    phys_to_dma,
    phys_to_dma_direct,
    phys_to_dma_unencrypted,
)
from analyzer.dma.cache import (
    arch_sync_dma_flush,
    arch_sync_dma_for_cpu,
    arch_sync_dma_for_cpu_all,
    arch_sync_dma_for_device,
    dev_is_dma_coherent,
)
from analyzer.dma.machine import Device, Machine
from analyzer.dma.mappings import Allocation, Segment
from analyzer.dma.swiotlb import (
    is_swiotlb_buffer,
    is_swiotlb_force_bounce,
    may_bounce,
    swiotlb_map,
    swiotlb_sync_single_for_cpu,
    swiotlb_sync_single_for_device,
    swiotlb_tbl_unmap_single,
)
from analyzer.model.dma import PAGE_SIZE, U64, Attrs, Direction

EIO = -5
NO_ATTRS = Attrs.NONE
"""The one member that is 0: whoever is it has no flag, and is told by `is` at a tenth of what `&` takes."""
ENXIO = -6


NEVER_BOUNCED = Attrs.MMIO | Attrs.REQUIRE_COHERENT
"""Attributes that 7.3 knows: such a mapping is direct or fails, and its unmap does nothing."""


def dma_direct_map_page(
    m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs, *, flush: bool = True
) -> int:
    """Map a buffer; leaves its DMA address, or DMA_MAPPING_ERROR. `flush` is False for one entry of a list."""
    stays = mmio = shared = False
    if attrs is not NO_ATTRS and m.rules.map_phys:
        stays, mmio = bool(attrs & NEVER_BOUNCED), bool(attrs & Attrs.MMIO)
        # Registers are never encrypted by a host; a guest cannot know.
        shared = bool(attrs & Attrs.CC_SHARED) or (mmio and m.layout.host_encrypts)
    if is_swiotlb_force_bounce(m):
        return m.dma_addr_max if stays else swiotlb_map(m, dev, phys, size, direction, attrs)
    dma_addr = phys_to_dma_unencrypted(m, dev, phys) if shared else phys_to_dma(m, dev, phys)
    coherent = dev.coherent or not m.knows_noncoherent
    if not dma_capable(m, dev, dma_addr, size, is_ram=not mmio, shared=shared) or (
        not (coherent or mmio) and kmalloc_needs_bounce(m, dev, size, direction)
    ):
        if may_bounce(m) and not stays:
            return swiotlb_map(m, dev, phys, size, direction, attrs)
        m.warn("DMA addr overflow")
        return m.dma_addr_max
    if not coherent and not (attrs & Attrs.SKIP_CPU_SYNC or mmio):
        arch_sync_dma_for_device(m, phys, size, direction)
        if flush:
            arch_sync_dma_flush(m)
    return dma_addr


def dma_direct_unmap_page(
    m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs, *, flush: bool = True
) -> None:
    """Give a buffer back to the CPU and its slot to the pool."""
    if attrs is not NO_ATTRS and m.rules.map_phys and attrs & NEVER_BOUNCED:
        return
    if m.pool is None and (dev.coherent or not m.knows_noncoherent):
        return
    phys = dma_to_phys(m, dev, dma_addr)
    sync = attrs is NO_ATTRS or not attrs & Attrs.SKIP_CPU_SYNC
    if sync:
        dma_direct_sync_single_for_cpu(m, dev, dma_addr, size, direction, flush=flush)
    if is_swiotlb_buffer(m, phys):
        swiotlb_tbl_unmap_single(m, dev, phys, size, direction, sync=sync and m.rules.unmap_copies_twice)


def dma_direct_sync_single_for_device(
    m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, *, flush: bool = True
) -> None:
    """The slot first, then the cache."""
    phys = dma_to_phys(m, dev, dma_addr)
    if is_swiotlb_buffer(m, phys):
        swiotlb_sync_single_for_device(m, dev, phys, size, direction)
    if not dev_is_dma_coherent(m, dev):
        arch_sync_dma_for_device(m, phys, size, direction)
        if flush:
            arch_sync_dma_flush(m)


def dma_direct_sync_single_for_cpu(
    m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, *, flush: bool = True
) -> None:
    """The cache first, then the slot."""
    phys = dma_to_phys(m, dev, dma_addr)
    if not dev_is_dma_coherent(m, dev):
        arch_sync_dma_for_cpu(m, phys, size, direction)
        if flush:
            arch_sync_dma_flush(m)
        arch_sync_dma_for_cpu_all(m)
    if is_swiotlb_buffer(m, phys):
        swiotlb_sync_single_for_cpu(m, dev, phys, size, direction)


def dma_direct_map_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> int:
    """Map a list; leaves how many entries, or -EIO after the ones before the failing one were unmapped again."""
    for index, segment in enumerate(segments):
        segment.dma_address = dma_direct_map_page(m, dev, segment.phys, segment.length, direction, attrs, flush=False)
        if segment.dma_address == m.dma_addr_max:
            dma_direct_unmap_sg(m, dev, segments[:index], direction, attrs | Attrs.SKIP_CPU_SYNC)
            return EIO
        segment.dma_length = segment.length
    if not dev_is_dma_coherent(m, dev):
        arch_sync_dma_flush(m)
    return len(segments)


def dma_direct_unmap_sg(
    m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs
) -> None:
    """Unmap a list. Compiled away where neither a cache hook for the CPU nor swiotlb is there."""
    if not _has_cpu_side(m):
        return
    for segment in segments:
        dma_direct_unmap_page(m, dev, segment.dma_address, segment.dma_length, direction, attrs, flush=False)
    if segments and not dev_is_dma_coherent(m, dev):
        arch_sync_dma_flush(m)


def dma_direct_sync_sg_for_device(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
    """For each entry: the slot, then the cache."""
    if not (m.platform.sync_for_device or m.platform.swiotlb):
        return
    for segment in segments:
        dma_direct_sync_single_for_device(m, dev, segment.dma_address, segment.length, direction, flush=False)
    if not dev_is_dma_coherent(m, dev):
        arch_sync_dma_flush(m)


def dma_direct_sync_sg_for_cpu(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
    """For each entry: the cache, then the slot; what concerns the whole cache once, at the end."""
    if not _has_cpu_side(m):
        return
    for segment in segments:
        phys = dma_to_phys(m, dev, segment.dma_address)
        if not dev_is_dma_coherent(m, dev):
            arch_sync_dma_for_cpu(m, phys, segment.length, direction)
        if is_swiotlb_buffer(m, phys):
            swiotlb_sync_single_for_cpu(m, dev, phys, segment.length, direction)
    if not dev_is_dma_coherent(m, dev):
        arch_sync_dma_flush(m)
        arch_sync_dma_for_cpu_all(m)


def dma_direct_map_resource(m: Machine, dev: Device, phys: int, size: int) -> int:
    """A device's registers until 6.12: never bounced, never offset."""
    dma_addr = phys & m.dma_addr_max
    if not dma_capable(m, dev, dma_addr, size, is_ram=False):
        m.warn("DMA addr overflow")
        return m.dma_addr_max
    return dma_addr


def dma_direct_alloc(m: Machine, dev: Device, size: int, attrs: Attrs) -> Allocation | None:
    """Memory that both sides see alike, or None. `size` is rounded up to whole pages."""
    size = (size + PAGE_SIZE - 1) & -PAGE_SIZE
    uncached = not dev_is_dma_coherent(m, dev)
    no_mapping = bool(attrs & Attrs.NO_KERNEL_MAPPING) and not m.layout.force_unencrypted
    if uncached and not no_mapping:
        other = m.platform.remap or m.platform.set_uncached
        if m.platform.arch_alloc if m.rules.arch_alloc_by_symbol else not (other or m.platform.global_pool):
            m.note("arch_dma_alloc", size)
        elif m.platform.global_pool:
            m.note("global_pool", size)
            return None
        elif not other:
            m.note("warn", "coherent DMA allocations not supported")
            return None
    phys = _alloc_pages(m, dev, size)
    if phys is None:
        return None
    m.memory.write(phys, bytes(size))
    return Allocation(phys=phys, dma_address=phys_to_dma_direct(m, dev, phys), size=size, uncached=uncached)


def dma_direct_supported(m: Machine, dev: Device, mask: int) -> bool:
    """Whether a mask of this size can be served: always from 32 bits on, else down to the DMA zone."""
    if mask >= (1 << 32) - 1:
        return True
    lowest = last_address(m)
    if m.platform.zone_dma:
        lowest = min(lowest, (1 << m.platform.zone_dma_bits) - 1)
    return mask >= phys_to_dma_unencrypted(m, dev, lowest)


def dma_direct_can_mmap(m: Machine, dev: Device) -> bool:
    """Whether user space may map coherent memory."""
    return dev_is_dma_coherent(m, dev) or m.platform.noncoherent_mmap


def dma_direct_need_sync(m: Machine, dev: Device, dma_addr: int) -> bool:
    """Whether syncs of this mapping do anything."""
    return not dev_is_dma_coherent(m, dev) or is_swiotlb_buffer(m, dma_to_phys(m, dev, dma_addr))


def kmalloc_needs_bounce(m: Machine, dev: Device, size: int, direction: Direction) -> bool:
    """dma_kmalloc_needs_bounce(): a small buffer may share a cache line with another that kmalloc() gave out.

    Sizes are arm64's: ARCH_DMA_MINALIGN 128, cache lines of 64 bytes, kmalloc() of 96 and 192 beside powers of two.
    """
    if not (m.rules.kmalloc_bounces and m.platform.bounce_unaligned_kmalloc):
        return False
    if dev_is_dma_coherent(m, dev) or direction is Direction.DMA_TO_DEVICE or size >= 2 * 128:
        return False
    return size <= 32 or 64 < size <= 96


def _has_cpu_side(m: Machine) -> bool:
    platform = m.platform
    return platform.sync_for_cpu or platform.sync_for_cpu_all or platform.swiotlb


def _alloc_pages(m: Machine, dev: Device, size: int) -> int | None:
    phys_limit = dma_to_phys(m, dev, min_not_zero(dev.coherent_dma_mask, dev.bus_dma_limit))
    zone = "NORMAL"
    if phys_limit <= (1 << m.platform.zone_dma_bits) - 1:
        zone = "DMA"
    elif phys_limit <= (1 << 32) - 1:
        zone = "DMA32"
    while True:
        phys = m.take_page(zone, size)
        if phys is None or _coherent_ok(m, dev, phys, size):
            return phys
        if m.platform.zone_dma32 and phys_limit < U64 and zone == "NORMAL":
            zone = "DMA32"
        elif m.platform.zone_dma and zone != "DMA":
            zone = "DMA"
        else:
            return None


def _coherent_ok(m: Machine, dev: Device, phys: int, size: int) -> bool:
    dma_addr = phys_to_dma_direct(m, dev, phys)
    if dma_addr == m.dma_addr_max:
        return False
    return dma_addr + size - 1 <= min_not_zero(dev.coherent_dma_mask, dev.bus_dma_limit)
