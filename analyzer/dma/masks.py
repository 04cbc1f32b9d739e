"""Masks and limits, as drivers set them and ask for them: kernel/dma/mapping.c.

Enters: a machine, a device, a mask. Leaves: numbers, or errors as the kernel gives them; `m.path` says which way the
call went. Must hold: which calls ask for the bypass and which do not is the kernel's own choice, call by call.
"""

from __future__ import annotations

from analyzer.dma import direct
from analyzer.dma.address import dma_direct_get_required_mask, min_not_zero
from analyzer.dma.cache import dev_is_dma_coherent
from analyzer.dma.choice import dma_alloc_direct, dma_map_direct, get_dma_ops, go_direct, go_ops, left_out
from analyzer.dma.direct import EIO
from analyzer.dma.machine import Device, Machine
from analyzer.dma.ops import dma_get_mask
from analyzer.dma.swiotlb import is_swiotlb_force_bounce, swiotlb_max_mapping_size
from analyzer.dma.xsk import xsk_needs_sync
from analyzer.model.dma import PAGE_SHIFT, U64


def dma_get_required_mask(m: Machine, dev: Device) -> int:
    """The mask that a driver should set to reach all of memory."""
    ops = get_dma_ops(m, dev)
    if dma_alloc_direct(m, dev, ops):
        go_direct(m)
        return dma_direct_get_required_mask(m, dev)
    if ops is not None and ops.get_required_mask:
        go_ops(m, ops, "get_required_mask")
        return ops.get_required_mask(m, dev)
    m.path = "ops"
    return (1 << 32) - 1


def dma_addressing_limited(m: Machine, dev: Device) -> bool:
    """Whether some memory is out of the device's reach: by its mask, or because no range of its bus covers it."""
    if min_not_zero(dma_get_mask(dev), dev.bus_dma_limit) < dma_get_required_mask(m, dev):
        return True
    if not m.rules.ranges_limit_addressing or get_dma_ops(m, dev) is not None:
        return False
    return bool(dev.ranges) and not _all_ram_mapped(m, dev)


def _all_ram_mapped(m: Machine, dev: Device) -> bool:
    # dma_direct_all_ram_mapped(): in whole pages, from range to range.
    page = 0
    while page < m.max_pfn:
        found = next(
            (
                (cpu_start >> PAGE_SHIFT) + (size >> PAGE_SHIFT)
                for cpu_start, _, size in dev.ranges
                if 0 <= page - (cpu_start >> PAGE_SHIFT) < size >> PAGE_SHIFT
            ),
            None,
        )
        if found is None:
            return False
        page = found
    return True


def dma_supported(m: Machine, dev: Device, mask: int) -> int:
    """Whether a mask can be served. The bypass is not asked: the callback is what sets it."""
    ops = get_dma_ops(m, dev)
    if ops is None:
        go_direct(m)
        return int(direct.dma_direct_supported(m, dev, mask))
    if ops.dma_supported is None:
        m.path = "ops"
        return 1
    go_ops(m, ops, "dma_supported")
    return ops.dma_supported(m, dev, mask)


def dma_set_mask(m: Machine, dev: Device, mask: int) -> int:
    """0, or -EIO."""
    mask &= m.dma_addr_max
    if dev.dma_mask is None or not dma_supported(m, dev, mask):
        return EIO
    dev.dma_mask = mask
    if m.rules.skip_sync and m.platform.need_sync:
        _setup_need_sync(m, dev)
    return 0


def _setup_need_sync(m: Machine, dev: Device) -> None:
    ops = get_dma_ops(m, dev)
    if ops is None or ops.by_name or dma_map_direct(m, dev, ops):
        dev.dma_skip_sync = dev_is_dma_coherent(m, dev)
    else:
        dev.dma_skip_sync = not (
            ops.sync_single_for_device or ops.sync_single_for_cpu or ops.sync_sg_for_device or ops.sync_sg_for_cpu
        )


def dma_set_coherent_mask(m: Machine, dev: Device, mask: int) -> int:
    """0, or -EIO."""
    mask &= m.dma_addr_max
    if not dma_supported(m, dev, mask):
        return EIO
    dev.coherent_dma_mask = mask
    return 0


def dma_max_mapping_size(m: Machine, dev: Device) -> int:
    """The longest mapping in bytes; SIZE_MAX where nothing limits it."""
    ops = get_dma_ops(m, dev)
    if dev.dma_mask is None and m.rules.null_mask_no_size:
        m.path = "fail"
        return 0
    if dma_map_direct(m, dev, ops):
        limited = m.pool is not None and (
            dma_addressing_limited(m, dev)
            or is_swiotlb_force_bounce(m)
            or (m.rules.cc_shared and m.layout.force_unencrypted)
        )
        go_direct(m)
        return swiotlb_max_mapping_size(m, dev) if limited else U64
    if ops is not None and ops.max_mapping_size:
        go_ops(m, ops, "max_mapping_size")
        return ops.max_mapping_size(m, dev)
    m.path = "ops"
    return U64


def dma_opt_mapping_size(m: Machine, dev: Device) -> int:
    """The longest mapping in bytes that is still quick to make, where an IOMMU's cache of addresses ends."""
    ops = get_dma_ops(m, dev)
    size = U64
    if ops is not None and ops.opt_mapping_size:
        go_ops(m, ops, "opt_mapping_size")
        size = ops.opt_mapping_size(m, dev)
    return min(dma_max_mapping_size(m, dev), size)


def dma_need_unmap(m: Machine, dev: Device) -> bool:
    """Whether an unmap does anything for this device (7.3)."""
    if not dma_map_direct(m, dev, get_dma_ops(m, dev)):
        m.path = "ops"
        return True
    go_direct(m)
    return not dev.dma_skip_sync and m.platform.need_sync


def dma_need_sync(m: Machine, dev: Device, dma_addr: int) -> bool:
    """Whether syncs of this mapping do anything; before the call existed, as the XSK pool judged it."""
    if not m.rules.need_sync:
        return xsk_needs_sync(m, dev, get_dma_ops(m, dev), dma_addr)
    if left_out(m, dev):
        return False
    ops = get_dma_ops(m, dev)
    if dma_map_direct(m, dev, ops):
        go_direct(m)
        return direct.dma_direct_need_sync(m, dev, dma_addr)
    m.path = "ops"
    if m.rules.skip_sync:
        return True
    return ops is not None and bool(ops.sync_single_for_cpu or ops.sync_single_for_device)


def dma_get_merge_boundary(m: Machine, dev: Device) -> int:
    """The mask within which an IOMMU merges; 0: it cannot. The bypass is not asked."""
    ops = get_dma_ops(m, dev)
    if ops is None or ops.get_merge_boundary is None:
        m.path = "direct" if ops is None else "nothing"
        return 0
    go_ops(m, ops, "get_merge_boundary")
    return ops.get_merge_boundary(m, dev)
