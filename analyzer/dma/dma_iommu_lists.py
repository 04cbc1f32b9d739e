"""Lists through an IOMMU: drivers/iommu/dma-iommu.c's scatterlists.

Enters: a machine, a device, the entries of a list. Leaves: the same entries with what the device sees of them, which
may be fewer pieces. Must hold: names and order of checks are the kernel's; where versions differ, `Rules` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.dma.cache import (
    arch_sync_dma_flush,
    arch_sync_dma_for_cpu,
    arch_sync_dma_for_device,
    dev_is_dma_coherent,
)
from analyzer.dma.direct import EIO, kmalloc_needs_bounce
from analyzer.dma.dma_iommu import (
    iommu_dma_map_page,
    iommu_dma_sync_single_for_cpu,
    iommu_dma_sync_single_for_device,
    iommu_dma_unmap_page,
    is_untrusted,
)
from analyzer.dma.domain import IOVA_MASK, U32, dma_info_to_prot, domain_of, iommu_dma_unmap, iova_align
from analyzer.dma.machine import Device, Machine
from analyzer.dma.mappings import Segment
from analyzer.dma.ops import EINVAL, ENOMEM, dma_get_mask
from analyzer.model.dma import Attrs, Direction


def _sg_is_bounced(m: Machine, dev: Device, segments: Sequence[Segment]) -> bool:
    # A mark at the list from 6.12 on; before, a question to the device.
    if m.rules.kmalloc_bounces:
        return segments[0].swiotlb
    return m.rules.iommu_bounces and m.platform.swiotlb and is_untrusted(dev)


def iommu_dma_sync_sg_for_cpu(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
    """Each entry's buffer by where the CPU has it, unless it bounced."""
    _sync_sg(m, dev, segments, direction, iommu_dma_sync_single_for_cpu, arch_sync_dma_for_cpu)


def iommu_dma_sync_sg_for_device(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
    """Each entry's buffer by where the CPU has it, unless it bounced."""
    _sync_sg(m, dev, segments, direction, iommu_dma_sync_single_for_device, arch_sync_dma_for_device)


def _sync_sg(
    m: Machine,
    dev: Device,
    segments: Sequence[Segment],
    direction: Direction,
    single: Callable[[Machine, Device, int, int, Direction], None],
    arch_sync: Callable[[Machine, int, int, Direction], None],
) -> None:
    if _sg_is_bounced(m, dev, segments):
        for segment in segments:
            single(m, dev, segment.dma_address, segment.length, direction)
    elif not dev_is_dma_coherent(m, dev):
        for segment in segments:
            arch_sync(m, segment.phys, segment.length, direction)
        arch_sync_dma_flush(m)


def iommu_dma_map_sg(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> int:
    """Enter a list as one range of addresses; leaves in how many pieces the device finds it, or a negative error."""
    if m.rules.iommu_bounces and m.platform.swiotlb:
        bounced = is_untrusted(dev) or any(kmalloc_needs_bounce(m, dev, s.length, direction) for s in segments)
        if bounced:
            return _map_sg_swiotlb(m, dev, segments, direction, attrs)
    if not attrs & Attrs.SKIP_CPU_SYNC:
        iommu_dma_sync_sg_for_device(m, dev, segments, direction)
    lengths: list[int] = []
    total = 0
    for segment in segments:
        length = iova_align(segment.length + (segment.phys & IOVA_MASK))
        pad = (dev.seg_boundary - total + 1) & dev.seg_boundary
        if pad and pad < length - 1:
            lengths[-1] += pad
            total += pad
        lengths.append(length)
        total += length
    domain = domain_of(m, dev)
    iova = domain.alloc_iova(m, dev, total, dma_get_mask(dev))
    if not iova:
        _invalidate_sg(m, segments)
        return ENOMEM if m.rules.map_sg_says_why else 0
    at, prot = iova, dma_info_to_prot(m, direction, attrs, coherent=dev_is_dma_coherent(m, dev))
    for segment, length in zip(segments, lengths, strict=True):
        if domain.enter(m, at, segment.phys & ~IOVA_MASK, length, prot):
            domain.free_iova(iova, total)
            _invalidate_sg(m, segments)
            return EINVAL if m.rules.map_sg_says_why else 0
        at += length
    return _finalise_sg(m, dev, segments, lengths, iova)


def _finalise_sg(m: Machine, dev: Device, segments: Sequence[Segment], lengths: Sequence[int], dma_addr: int) -> int:
    """What follows each other for the device, too, is one piece, if it is not too long."""
    max_len = dev.setup.max_seg_size or 1 << 16
    current, cur_len, count = -1, 0, 0
    for segment, length in zip(segments, lengths, strict=True):
        offset = segment.phys & IOVA_MASK
        segment.dma_address, segment.dma_length = m.dma_addr_max, 0
        # Unsigned: after a piece that is too long already, anything fits.
        if cur_len and not offset and dma_addr & dev.seg_boundary and (max_len - cur_len) & U32 >= segment.length:
            cur_len += segment.length
        else:
            current += 1
            cur_len = segment.length
            count += 1
            segments[current].dma_address = (dma_addr + offset) & m.dma_addr_max
        segments[current].dma_length = cur_len
        dma_addr += length
        if segment.length + offset < length:
            cur_len = 0
    return count


def _invalidate_sg(m: Machine, segments: Sequence[Segment]) -> None:
    for segment in segments:
        segment.dma_address, segment.dma_length = m.dma_addr_max, 0


def _map_sg_swiotlb(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs) -> int:
    segments[0].swiotlb = True
    for index, segment in enumerate(segments):
        segment.dma_address = iommu_dma_map_page(m, dev, segment.phys, segment.length, direction, attrs)
        if segment.dma_address == m.dma_addr_max:
            for mapped in segments[:index]:
                skip = attrs | Attrs.SKIP_CPU_SYNC
                iommu_dma_unmap_page(m, dev, mapped.dma_address, mapped.dma_length, direction, skip)
            return EIO
        segment.dma_length = segment.length
    return len(segments)


def iommu_dma_unmap_sg(
    m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs
) -> None:
    """Take a list out: each bounced entry, else the range from its first address to its last."""
    if _sg_is_bounced(m, dev, segments):
        for segment in segments:
            iommu_dma_unmap_page(m, dev, segment.dma_address, segment.dma_length, direction, attrs)
        return
    if not attrs & Attrs.SKIP_CPU_SYNC:
        iommu_dma_sync_sg_for_cpu(m, dev, segments, direction)
    end = 0
    for segment in segments:
        if not segment.dma_length:
            break
        end = segment.dma_address + segment.dma_length
    if end:
        iommu_dma_unmap(m, dev, segments[0].dma_address, end - segments[0].dma_address)
