"""Masks and limits, as drivers set them and ask for them: kernel/dma/mapping.c.

Enters: a machine, a device, a mask. Leaves: numbers, or errors as the kernel gives them; `m.path` says which way the
call went. Must hold: which calls ask for the bypass and which do not is the kernel's own choice, call by call.
"""

from __future__ import annotations

from analyzer.dma import direct
from analyzer.dma.address import dma_direct_get_required_mask, min_not_zero
from analyzer.dma.choice import dma_alloc_direct, dma_map_direct, get_dma_ops, go_direct, go_ops
from analyzer.dma.direct import EIO
from analyzer.dma.machine import Device, Machine
from analyzer.dma.ops import dma_get_mask
from analyzer.dma.swiotlb import is_swiotlb_force_bounce, swiotlb_max_mapping_size
from analyzer.dma.xsk import xsk_needs_sync
from analyzer.model.dma import U64


def dma_get_required_mask(m: Machine, dev: Device) -> int:
    """The mask that a driver should set to reach all of memory."""
    ops = get_dma_ops(m, dev)
    if dma_alloc_direct(m, dev, ops):
        go_direct(m)
        return dma_direct_get_required_mask(m, dev)
    if ops is not None and ops.get_required_mask:
        go_ops(m, "get_required_mask")
        return ops.get_required_mask(m, dev)
    m.path = "ops"
    return (1 << 32) - 1


def dma_addressing_limited(m: Machine, dev: Device) -> bool:
    """Whether some memory is out of the device's reach."""
    return min_not_zero(dma_get_mask(dev), dev.bus_dma_limit) < dma_get_required_mask(m, dev)


def dma_supported(m: Machine, dev: Device, mask: int) -> int:
    """Whether a mask can be served. The bypass is not asked: the callback is what sets it."""
    ops = get_dma_ops(m, dev)
    if ops is None:
        go_direct(m)
        return int(direct.dma_direct_supported(m, dev, mask))
    if ops.dma_supported is None:
        m.path = "ops"
        return 1
    go_ops(m, "dma_supported")
    return ops.dma_supported(m, dev, mask)


def dma_set_mask(m: Machine, dev: Device, mask: int) -> int:
    """0, or -EIO."""
    mask &= m.platform.dma_addr_max
    if dev.dma_mask is None or not dma_supported(m, dev, mask):
        return EIO
    dev.dma_mask = mask
    return 0


def dma_set_coherent_mask(m: Machine, dev: Device, mask: int) -> int:
    """0, or -EIO."""
    mask &= m.platform.dma_addr_max
    if not dma_supported(m, dev, mask):
        return EIO
    dev.coherent_dma_mask = mask
    return 0


def dma_max_mapping_size(m: Machine, dev: Device) -> int:
    """The longest mapping in bytes; SIZE_MAX where nothing limits it."""
    ops = get_dma_ops(m, dev)
    if dma_map_direct(m, dev, ops):
        limited = m.pool is not None and (dma_addressing_limited(m, dev) or is_swiotlb_force_bounce(m))
        go_direct(m)
        return swiotlb_max_mapping_size(m, dev) if limited else U64
    if ops is not None and ops.max_mapping_size:
        go_ops(m, "max_mapping_size")
        return ops.max_mapping_size(m, dev)
    m.path = "ops"
    return U64


def dma_need_sync(m: Machine, dev: Device, dma_addr: int) -> bool:
    """Whether syncs of this mapping do anything; before the call existed, as the XSK pool judged it."""
    if not m.rules.need_sync:
        return xsk_needs_sync(m, dev, get_dma_ops(m, dev), dma_addr)
    ops = get_dma_ops(m, dev)
    if dma_map_direct(m, dev, ops):
        go_direct(m)
        return direct.dma_direct_need_sync(m, dev, dma_addr)
    m.path = "ops"
    return ops is not None and bool(ops.sync_single_for_cpu or ops.sync_single_for_device)


def dma_get_merge_boundary(m: Machine, dev: Device) -> int:
    """The mask within which an IOMMU merges; 0: it cannot. The bypass is not asked."""
    ops = get_dma_ops(m, dev)
    if ops is None or ops.get_merge_boundary is None:
        m.path = "direct" if ops is None else "nothing"
        return 0
    go_ops(m, "get_merge_boundary")
    return ops.get_merge_boundary(m, dev)
