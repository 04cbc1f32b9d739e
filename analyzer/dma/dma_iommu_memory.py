"""Coherent memory through an IOMMU, and dma-iommu's functions as one table: drivers/iommu/dma-iommu.c.

Enters: a machine, a device, sizes in bytes. Leaves: memory that both sides see alike, `DmaMapOps`. Must hold: names and
order of checks are the kernel's; where versions differ, `Rules` says so.
"""

from __future__ import annotations

from analyzer.dma import dma_iommu as pages
from analyzer.dma import dma_iommu_lists as lists
from analyzer.dma.cache import dev_is_dma_coherent
from analyzer.dma.domain import IOVA_MASK, dma_info_to_prot, domain_of, iommu_dma_map, iommu_dma_unmap, iova_align
from analyzer.dma.iova import iova_rcache_range
from analyzer.dma.machine import Device, DmaMapOps, Machine
from analyzer.dma.mappings import Allocation
from analyzer.model.dma import PAGE_SIZE, Attrs, Direction, Rules

_LARGE = 9
"""The order of the pages that coherent memory is made of where there are any: 2 MiB."""


def iommu_dma_alloc(m: Machine, dev: Device, size: int, attrs: Attrs) -> Allocation | None:
    """Pages from anywhere, one range of addresses below the coherent mask."""
    if m.rules.cc_shared and m.layout.force_unencrypted:
        # "Not yet supported."
        return None
    size = iova_align(size)
    coherent = dev_is_dma_coherent(m, dev)
    prot = dma_info_to_prot(m, Direction.DMA_BIDIRECTIONAL, Attrs.NONE, coherent=coherent)
    if m.rules.iommu_bounces or m.platform.remap:
        return _alloc_remap(m, dev, size, prot)
    phys = m.take_page("NORMAL", size)
    if phys is None:
        return None
    found = iommu_dma_map(m, dev, phys, size, prot, dev.coherent_dma_mask)
    if found == m.dma_addr_max:
        return None
    return Allocation(phys=phys, dma_address=found, size=size, uncached=not coherent)


def _alloc_remap(m: Machine, dev: Device, size: int, prot: int) -> Allocation | None:
    """Single pages, or large ones, that one range of the CPU's addresses shows in a row."""
    domain = domain_of(m, dev)
    runs = _alloc_pages(m, size)
    if runs is None:
        return None
    iova = domain.alloc_iova(m, dev, size, dev.coherent_dma_mask)
    if not iova:
        return None
    at = iova
    for phys, length in runs:
        m.memory.write(phys, bytes(length))
        if domain.enter(m, at, phys, length, prot):
            domain.free_iova(iova, size)
            return None
        at += length
    first = runs[0][0]
    uncached = not dev_is_dma_coherent(m, dev)
    return Allocation(phys=first, dma_address=iova, size=size, uncached=uncached, pages=tuple(runs))


def _alloc_pages(m: Machine, size: int) -> list[tuple[int, int]] | None:
    """Runs of pages (address, size) in the order in which they are shown."""
    runs: list[tuple[int, int]] = []
    while size:
        order, phys = 0, None
        if size >= PAGE_SIZE << _LARGE:
            order, phys = _LARGE, m.take_page("NORMAL", PAGE_SIZE << _LARGE)
        if phys is None:
            order, phys = 0, m.take_page("NORMAL", PAGE_SIZE)
        if phys is None:
            return None
        length = PAGE_SIZE << order
        if runs and sum(runs[-1]) == phys:
            runs[-1] = runs[-1][0], runs[-1][1] + length
        else:
            runs.append((phys, length))
        size -= length
    return runs


def iommu_dma_free(m: Machine, dev: Device, memory: Allocation, attrs: Attrs) -> None:
    """Take it out."""
    iommu_dma_unmap(m, dev, memory.dma_address, memory.size)


def dma_iommu_ops(rules: Rules) -> DmaMapOps:
    """iommu_dma_ops; from 6.12 on the same functions by name."""
    newer = rules.iommu_bounces
    return DmaMapOps(
        kind="dma-iommu",
        by_name=rules.dma_iommu,
        map_page=pages.iommu_dma_map_page,
        unmap_page=pages.iommu_dma_unmap_page,
        map_sg=lists.iommu_dma_map_sg,
        unmap_sg=lists.iommu_dma_unmap_sg,
        map_resource=pages.iommu_dma_map_resource,
        unmap_resource=pages.iommu_dma_unmap_resource,
        sync_single_for_cpu=pages.iommu_dma_sync_single_for_cpu,
        sync_single_for_device=pages.iommu_dma_sync_single_for_device,
        sync_sg_for_cpu=lists.iommu_dma_sync_sg_for_cpu,
        sync_sg_for_device=lists.iommu_dma_sync_sg_for_device,
        alloc=iommu_dma_alloc,
        free=iommu_dma_free,
        mmap=lambda m, dev: 0,
        get_sgtable=lambda m, dev: 0,
        max_mapping_size=pages.iommu_dma_max_mapping_size if newer else None,
        opt_mapping_size=(lambda m, dev: iova_rcache_range()) if newer else None,
        get_merge_boundary=lambda m, dev: IOVA_MASK,
    )
