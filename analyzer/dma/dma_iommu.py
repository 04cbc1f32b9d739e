"""Mapping through an IOMMU: drivers/iommu/dma-iommu.c.

Enters: a machine, a device, physical or DMA addresses, sizes in bytes. Leaves: DMA addresses, entries of the domain's
page table, cache work, bounces. Must hold: names and order of checks are the kernel's; where versions differ, `Rules`
says so.
"""

from __future__ import annotations

from analyzer.dma.cache import (
    arch_sync_dma_flush,
    arch_sync_dma_for_cpu,
    arch_sync_dma_for_device,
    dev_is_dma_coherent,
)
from analyzer.dma.direct import NEVER_BOUNCED, NO_ATTRS, kmalloc_needs_bounce
from analyzer.dma.domain import (
    IOMMU_MMIO,
    IOVA_MASK,
    dma_info_to_prot,
    domain_of,
    iommu_dma_map,
    iommu_dma_unmap,
    iova_align,
)
from analyzer.dma.machine import Device, Machine
from analyzer.dma.ops import dma_get_mask
from analyzer.dma.swiotlb import (
    is_swiotlb_buffer,
    swiotlb_max_mapping_size,
    swiotlb_sync_single_for_cpu,
    swiotlb_sync_single_for_device,
    swiotlb_tbl_map_single,
    swiotlb_tbl_unmap_single,
)
from analyzer.model.dma import U64, Attrs, Direction


def is_untrusted(dev: Device) -> bool:
    return dev.setup.pci and dev.setup.untrusted


def use_swiotlb(m: Machine, dev: Device, size: int, direction: Direction) -> bool:
    """dev_use_swiotlb(): for a device that is not trusted, and (6.12) for buffers of kmalloc() too small to share."""
    if not (m.rules.iommu_bounces and m.platform.swiotlb):
        return False
    return is_untrusted(dev) or kmalloc_needs_bounce(m, dev, size, direction)


def iommu_dma_map_page(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    """Enter a buffer below the streaming mask, or its bounce buffer; leaves the DMA address, or DMA_MAPPING_ERROR."""
    failed, coherent = m.dma_addr_max, dev.coherent or not m.knows_noncoherent
    stays = mmio = False
    if attrs is not NO_ATTRS and m.rules.map_phys:
        stays, mmio = bool(attrs & NEVER_BOUNCED), bool(attrs & Attrs.MMIO)
    prot = dma_info_to_prot(m, direction, attrs, coherent=coherent)
    if (phys | size) & IOVA_MASK and not mmio and use_swiotlb(m, dev, size, direction):
        if stays:
            return failed
        slot = swiotlb_slot(m, dev, phys, size, direction, attrs)
        if slot is None:
            return failed
        phys = slot
    skip = attrs is not NO_ATTRS and bool(attrs & Attrs.SKIP_CPU_SYNC)
    if m.rules.iommu_bounces:
        if not coherent and not (skip or mmio):
            arch_sync_dma_for_device(m, phys, size, direction)
            arch_sync_dma_flush(m)
        iova = iommu_dma_map(m, dev, phys, size, prot, dma_get_mask(dev))
        if iova == failed and not stays and is_swiotlb_buffer(m, phys):
            swiotlb_tbl_unmap_single(m, dev, phys, size, direction, sync=not skip)
        return iova
    iova = iommu_dma_map(m, dev, phys, size, prot, dma_get_mask(dev))
    if not coherent and not skip and iova != failed:
        arch_sync_dma_for_device(m, phys, size, direction)
    return iova


def swiotlb_slot(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int | None:
    """A slot on pages of its own. What surrounds the data there is zeroed, lest the device sees what it should not."""
    if m.pool is None:
        m.note("warn", "bounce buffers are inactive")
        return None
    slot = swiotlb_tbl_map_single(m, dev, phys, size, direction, attrs, align=IOVA_MASK)
    if slot is None:
        return None
    if m.rules.iommu_zeroes_padding:
        if is_untrusted(dev):
            low, end = slot & ~IOVA_MASK, slot + size
            m.memory.cpu_write(low, bytes(slot - low))
            m.memory.cpu_write(end, bytes(iova_align(end) - end))
    else:
        keeps = not attrs & Attrs.SKIP_CPU_SYNC and direction is not Direction.DMA_FROM_DEVICE
        kept = size if keeps else 0
        m.memory.cpu_write(slot + kept, bytes(iova_align(size) - kept))
    return slot


def iommu_dma_unmap_page(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs) -> None:
    """Take a buffer out."""
    skip = False
    if attrs is not NO_ATTRS:
        if m.rules.map_phys and attrs & NEVER_BOUNCED:
            iommu_dma_unmap(m, dev, dma_addr, size)
            return
        skip = bool(attrs & Attrs.SKIP_CPU_SYNC)
    if not m.rules.iommu_bounces:
        if not skip:
            iommu_dma_sync_single_for_cpu(m, dev, dma_addr, size, direction)
        iommu_dma_unmap(m, dev, dma_addr, size)
        return
    phys = domain_of(m, dev).phys(dma_addr)
    if not phys:
        m.warn("!phys")
        return
    if not skip and not (dev.coherent or not m.knows_noncoherent):
        arch_sync_dma_for_cpu(m, phys, size, direction)
        arch_sync_dma_flush(m)
    iommu_dma_unmap(m, dev, dma_addr, size)
    if is_swiotlb_buffer(m, phys):
        swiotlb_tbl_unmap_single(m, dev, phys, size, direction, sync=not skip)


def iommu_dma_sync_single_for_cpu(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction) -> None:
    """The cache of what the table says, then the slot."""
    coherent = dev_is_dma_coherent(m, dev)
    if coherent and not use_swiotlb(m, dev, size, direction):
        return
    phys = domain_of(m, dev).phys(dma_addr) or 0
    if not coherent:
        arch_sync_dma_for_cpu(m, phys, size, direction)
        arch_sync_dma_flush(m)
    if m.rules.iommu_bounces and is_swiotlb_buffer(m, phys):
        swiotlb_sync_single_for_cpu(m, dev, phys, size, direction)


def iommu_dma_sync_single_for_device(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction) -> None:
    """The slot, then the cache."""
    coherent = dev_is_dma_coherent(m, dev)
    if coherent and not use_swiotlb(m, dev, size, direction):
        return
    phys = domain_of(m, dev).phys(dma_addr) or 0
    if m.rules.iommu_bounces and is_swiotlb_buffer(m, phys):
        swiotlb_sync_single_for_device(m, dev, phys, size, direction)
    if not coherent:
        arch_sync_dma_for_device(m, phys, size, direction)
        arch_sync_dma_flush(m)


def iommu_dma_map_resource(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs) -> int:
    """Another device's registers, until 6.12."""
    return iommu_dma_map(
        m, dev, phys, size, dma_info_to_prot(m, direction, attrs, coherent=False) | IOMMU_MMIO, dma_get_mask(dev)
    )


def iommu_dma_unmap_resource(
    m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs
) -> None:
    """Take them out."""
    iommu_dma_unmap(m, dev, dma_addr, size)


def iommu_dma_max_mapping_size(m: Machine, dev: Device) -> int:
    """What bounces for a device that is not trusted; else nothing limits it."""
    return swiotlb_max_mapping_size(m, dev) if is_untrusted(dev) and m.platform.swiotlb else U64
