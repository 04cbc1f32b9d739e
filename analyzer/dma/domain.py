"""An IOMMU's domain: its page table and its addresses, as drivers/iommu/dma-iommu.c uses them.

Enters: a machine, a device, physical or DMA addresses, sizes in bytes. Leaves: DMA addresses, entries of the table.
Must hold: names and order of checks are the kernel's; where versions differ, `Rules` says so. The IOMMU's pages are the
CPU's, and it is flushed at every unmap (strict).
"""

from __future__ import annotations

from analyzer.dma.address import min_not_zero
from analyzer.dma.iommu import Iommu
from analyzer.dma.iova import IovaDomain
from analyzer.dma.machine import Device, Machine
from analyzer.dma.ops import EINVAL
from analyzer.model.dma import PAGE_SHIFT, PAGE_SIZE, Attrs, Direction, IommuSetup, Rules

IOMMU_READ, IOMMU_WRITE, IOMMU_CACHE, IOMMU_MMIO = 1, 2, 4, 16
IOVA_MASK = PAGE_SIZE - 1
"""iova_mask(): what an address has within its page."""
U32 = (1 << 32) - 1
EEXIST = -17


class Domain(Iommu):
    """struct iommu_domain of type IOMMU_DOMAIN_DMA: a page table, and the addresses that it has."""

    def __init__(self, setup: IommuSetup, rules: Rules, *, pci: bool) -> None:
        super().__init__(setup)
        self.aperture_end = setup.window + setup.window_size - 1
        self.iovad = IovaDomain(setup.window >> PAGE_SHIFT, retries=rules.iommu_bounces)
        self.pci_32bit_workaround = pci
        """Whether addresses below 4 GiB are tried first; from 6.12 on until the first time that none is left."""

    def alloc_iova(self, m: Machine, dev: Device, size: int, dma_limit: int) -> int:
        """iommu_dma_alloc_iova(): leaves a DMA address, or 0."""
        pages = size >> PAGE_SHIFT
        dma_limit = min(min_not_zero(dma_limit, dev.bus_dma_limit), self.aperture_end)
        if dma_limit > U32 and self.pci_32bit_workaround:
            if found := self.iovad.alloc_iova_fast(pages, U32 >> PAGE_SHIFT, flush_rcache=False):
                return found << PAGE_SHIFT
            self.pci_32bit_workaround = not m.rules.dma_iommu
        found = self.iovad.alloc_iova_fast(pages, dma_limit >> PAGE_SHIFT, flush_rcache=True)
        return (found << PAGE_SHIFT) & m.dma_addr_max

    def free_iova(self, dma_addr: int, size: int) -> None:
        """iommu_dma_free_iova()."""
        self.iovad.free_iova_fast(dma_addr >> PAGE_SHIFT, size >> PAGE_SHIFT)

    def enter(self, m: Machine, iova: int, phys: int, size: int, prot: int) -> int:
        """iommu_map(): 0, or a negative error that leaves the table as it was."""
        m.events.append(("iommu_map", iova, phys, size, prot))
        first, page, count = iova >> PAGE_SHIFT, phys >> PAGE_SHIFT, size >> PAGE_SHIFT
        table = self._table
        if (iova | phys | size) & IOVA_MASK:
            return EINVAL
        if any(at in table for at in range(first, first + count)):
            return EEXIST
        for at in range(count):
            table[first + at] = page + at
        m.counts["iommu_maps"] += count
        return 0

    def take_out(self, m: Machine, iova: int, size: int) -> None:
        """iommu_unmap_fast() and iommu_iotlb_sync(), with a warning where not all of it was there."""
        first, count, gone = iova >> PAGE_SHIFT, size >> PAGE_SHIFT, 0
        for page in range(first, first + count):
            if self._table.pop(page, None) is not None:
                gone += 1
        m.events.append(("iommu_unmap", iova, gone << PAGE_SHIFT))
        if gone != count:
            m.warn("unmapped != size")
        m.counts["iommu_unmaps"] += gone
        m.counts["iotlb_flushes"] += 1
        m.events.append(("iotlb_sync",))


def domain_of(m: Machine, dev: Device) -> Domain:
    """iommu_get_dma_domain()."""
    if not isinstance(dev.iommu, Domain):
        dev.iommu = Domain(dev.setup.iommu, m.rules, pci=dev.setup.pci)
    return dev.iommu


def iova_align(size: int) -> int:
    return (size + IOVA_MASK) & ~IOVA_MASK


def dma_info_to_prot(m: Machine, direction: Direction, attrs: Attrs, *, coherent: bool) -> int:
    """dma_info_to_prot()."""
    prot = IOMMU_CACHE if coherent else 0
    if m.rules.map_phys and attrs & Attrs.MMIO:
        prot = IOMMU_MMIO
    if direction is not Direction.DMA_FROM_DEVICE:
        prot |= IOMMU_READ
    if direction is not Direction.DMA_TO_DEVICE:
        prot |= IOMMU_WRITE
    return prot


def iommu_dma_map(m: Machine, dev: Device, phys: int, size: int, prot: int, mask: int) -> int:
    """__iommu_dma_map()."""
    domain = domain_of(m, dev)
    offset = phys & IOVA_MASK
    if m.rules.dma_iommu and dev.min_align_mask > IOVA_MASK:
        m.warn("Unsupported alignment constraint")
        return m.dma_addr_max
    size = iova_align(size + offset)
    iova = domain.alloc_iova(m, dev, size, mask)
    if not iova:
        return m.dma_addr_max
    if domain.enter(m, iova, phys - offset, size, prot):
        domain.free_iova(iova, size)
        return m.dma_addr_max
    return iova + offset


def iommu_dma_unmap(m: Machine, dev: Device, dma_addr: int, size: int) -> None:
    """__iommu_dma_unmap()."""
    domain = domain_of(m, dev)
    offset = dma_addr & IOVA_MASK
    size = iova_align(size + offset)
    domain.take_out(m, dma_addr - offset, size)
    domain.free_iova(dma_addr - offset, size)
