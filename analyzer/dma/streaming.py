"""Streaming mappings, as drivers call them: kernel/dma/mapping.c.

Enters: a machine, a device, what a driver passes. Leaves: what it gets; `m.path` says which way the call went. Must
hold: names and order of checks are 6.1's; where other versions differ, `Rules` says so. Raises `Crash` for a BUG(), an
oops or a panic.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.dma import direct
from analyzer.dma.choice import (
    arch_map_direct,
    arch_unmap_direct,
    check_direction,
    dma_map_direct,
    get_dma_ops,
    go_direct,
    go_nowhere,
    go_ops,
    lacks_coherence,
    left_out,
    refused,
)
from analyzer.dma.direct import EIO, NO_ATTRS
from analyzer.dma.machine import Crash, Device, Machine
from analyzer.dma.mappings import Segment
from analyzer.dma.ops import EINVAL, ENOMEM
from analyzer.model.dma import PAGE_SIZE, Attrs, Direction

NONE = Direction.DMA_NONE

EREMOTEIO = -121


def dma_map_page(m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs = Attrs.NONE) -> int:
    """dma_map_page_attrs(): leaves the DMA address, or DMA_MAPPING_ERROR."""
    ops = get_dma_ops(m, dev)
    if direction is NONE:
        check_direction(direction)
    if dev.dma_mask is None and m.rules.null_mask_fails and refused(m):
        return m.dma_addr_max
    if attrs is not NO_ATTRS and lacks_coherence(m, dev, attrs):
        return m.dma_addr_max
    if dma_map_direct(m, dev, ops) or (
        m.arch_map_direct and not _is_special(m, attrs) and arch_map_direct(m, dev, ((phys, size),))
    ):
        go_direct(m)
        dma_addr = direct.dma_direct_map_page(m, dev, phys, size, direction, attrs)
    elif attrs is not NO_ATTRS and m.rules.cc_shared and attrs & Attrs.CC_SHARED:
        m.path = "fail"
        return m.dma_addr_max
    elif ops is not None and ops.map_page:
        go_ops(m, ops, "map_page")
        dma_addr = ops.map_page(m, dev, phys, size, direction, attrs)
    elif m.rules.map_phys:
        go_nowhere(m)
        dma_addr = m.dma_addr_max
    else:
        raise Crash("oops: ops without map_page")
    if m.checks:
        m.checks.map_page(phys, size, direction, dma_addr)
    return dma_addr


def dma_unmap_page(
    m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs = Attrs.NONE
) -> None:
    """dma_unmap_page_attrs()."""
    ops = get_dma_ops(m, dev)
    if direction is NONE:
        check_direction(direction)
    if dma_map_direct(m, dev, ops) or (
        m.arch_map_direct and not _is_special(m, attrs) and arch_unmap_direct(m, dev, (dma_addr + size,))
    ):
        go_direct(m)
        direct.dma_direct_unmap_page(m, dev, dma_addr, size, direction, attrs)
    elif attrs is not NO_ATTRS and m.rules.cc_shared and attrs & Attrs.CC_SHARED:
        go_nowhere(m)
    elif ops is not None and ops.unmap_page:
        go_ops(m, ops, "unmap_page")
        ops.unmap_page(m, dev, dma_addr, size, direction, attrs)
    elif m.rules.unmap_needs_callback:
        raise Crash("oops: ops without unmap_page")
    else:
        go_nowhere(m)
    if m.checks:
        m.checks.unmap("page", dma_addr, size, direction)


def dma_map_sg(
    m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs = Attrs.NONE
) -> int:
    """dma_map_sg_attrs(): leaves how many entries are mapped, 0 for any error."""
    ops = get_dma_ops(m, dev)
    if direction is NONE:
        check_direction(direction)
    if attrs is not NO_ATTRS and lacks_coherence(m, dev, attrs):
        return 0
    if dev.dma_mask is None and m.rules.null_mask_fails and refused(m):
        return 0
    if dma_map_direct(m, dev, ops) or arch_map_direct(m, dev, [(_sg_end(s), 0) for s in segments]):
        go_direct(m)
        entries = direct.dma_direct_map_sg(m, dev, segments, direction, attrs)
    else:
        if ops is None or ops.map_sg is None:
            raise Crash("oops: ops without map_sg")
        go_ops(m, ops, "map_sg")
        entries = ops.map_sg(m, dev, segments, direction, attrs)
    if entries > 0:
        if m.checks:
            m.checks.map_sg(segments, entries, direction)
    elif m.rules.map_sg_says_why and entries not in (EINVAL, ENOMEM, EIO, EREMOTEIO):
        m.warn("map_sg: not an error that it may give")
    return max(entries, 0)


def dma_unmap_sg(
    m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction, attrs: Attrs = Attrs.NONE
) -> None:
    """dma_unmap_sg_attrs()."""
    ops = get_dma_ops(m, dev)
    if direction is NONE:
        check_direction(direction)
    if m.checks:
        m.checks.unmap_sg(segments, direction)
    if dma_map_direct(m, dev, ops) or arch_unmap_direct(
        m, dev, [(s.dma_address + s.length) & m.dma_addr_max for s in segments]
    ):
        go_direct(m)
        direct.dma_direct_unmap_sg(m, dev, segments, direction, attrs)
    elif ops is not None and ops.unmap_sg:
        go_ops(m, ops, "unmap_sg")
        ops.unmap_sg(m, dev, segments, direction, attrs)
    else:
        go_nowhere(m)


def dma_map_resource(
    m: Machine, dev: Device, phys: int, size: int, direction: Direction, attrs: Attrs = Attrs.NONE
) -> int:
    """Map another device's registers; leaves the DMA address, or DMA_MAPPING_ERROR."""
    phys &= m.dma_addr_max
    if m.rules.map_phys:
        return dma_map_page(m, dev, phys, size, direction, attrs | Attrs.MMIO)
    ops = get_dma_ops(m, dev)
    if direction is NONE:
        check_direction(direction)
    failed = m.dma_addr_max
    if dev.dma_mask is None and m.rules.null_mask_fails and refused(m):
        return failed
    if m.rules.resource_refuses_ram and phys < m.layout.ram:
        m.path = "fail"
        m.warn("a resource that is RAM")
        return failed
    if dma_map_direct(m, dev, ops):
        go_direct(m)
        dma_addr = direct.dma_direct_map_resource(m, dev, phys, size)
    elif ops is not None and ops.map_resource:
        go_ops(m, ops, "map_resource")
        dma_addr = ops.map_resource(m, dev, phys, size, direction, attrs)
    else:
        go_nowhere(m)
        dma_addr = failed
    if m.checks:
        m.checks.map_resource(phys, size, direction, dma_addr)
    return dma_addr


def dma_unmap_resource(
    m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction, attrs: Attrs = Attrs.NONE
) -> None:
    """Nothing to do when direct."""
    if m.rules.map_phys:
        dma_unmap_page(m, dev, dma_addr, size, direction, attrs | Attrs.MMIO)
        return
    ops = get_dma_ops(m, dev)
    if direction is NONE:
        check_direction(direction)
    if dma_map_direct(m, dev, ops):
        go_direct(m)
    elif ops is not None and ops.unmap_resource:
        go_ops(m, ops, "unmap_resource")
        ops.unmap_resource(m, dev, dma_addr, size, direction, attrs)
    else:
        go_nowhere(m)
    if m.checks:
        m.checks.unmap("resource", dma_addr, size, direction)


def dma_sync_single_for_cpu(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction) -> None:
    """The CPU wants to look."""
    ops = get_dma_ops(m, dev)
    if left_out(m, dev):
        return
    if direction is NONE:
        check_direction(direction)
    if dma_map_direct(m, dev, ops):
        go_direct(m)
        direct.dma_direct_sync_single_for_cpu(m, dev, dma_addr, size, direction)
    elif ops is not None and ops.sync_single_for_cpu:
        go_ops(m, ops, "sync_single_for_cpu")
        ops.sync_single_for_cpu(m, dev, dma_addr, size, direction)
    else:
        go_nowhere(m)
    if m.checks:
        m.checks.sync("cpu", dma_addr, size, direction)


def dma_sync_single_for_device(m: Machine, dev: Device, dma_addr: int, size: int, direction: Direction) -> None:
    """The device may go on."""
    ops = get_dma_ops(m, dev)
    if left_out(m, dev):
        return
    if direction is NONE:
        check_direction(direction)
    if dma_map_direct(m, dev, ops):
        go_direct(m)
        direct.dma_direct_sync_single_for_device(m, dev, dma_addr, size, direction)
    elif ops is not None and ops.sync_single_for_device:
        go_ops(m, ops, "sync_single_for_device")
        ops.sync_single_for_device(m, dev, dma_addr, size, direction)
    else:
        go_nowhere(m)
    if m.checks:
        m.checks.sync("device", dma_addr, size, direction)


def dma_sync_sg_for_cpu(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
    """The CPU wants to look at a list."""
    ops = get_dma_ops(m, dev)
    if left_out(m, dev):
        return
    if direction is NONE:
        check_direction(direction)
    if dma_map_direct(m, dev, ops):
        go_direct(m)
        direct.dma_direct_sync_sg_for_cpu(m, dev, segments, direction)
    elif ops is not None and ops.sync_sg_for_cpu:
        go_ops(m, ops, "sync_sg_for_cpu")
        ops.sync_sg_for_cpu(m, dev, segments, direction)
    else:
        go_nowhere(m)
    if m.checks:
        m.checks.sync_sg("cpu", segments, direction)


def dma_sync_sg_for_device(m: Machine, dev: Device, segments: Sequence[Segment], direction: Direction) -> None:
    """The device may go on with a list."""
    ops = get_dma_ops(m, dev)
    if left_out(m, dev):
        return
    if direction is NONE:
        check_direction(direction)
    if dma_map_direct(m, dev, ops):
        go_direct(m)
        direct.dma_direct_sync_sg_for_device(m, dev, segments, direction)
    elif ops is not None and ops.sync_sg_for_device:
        go_ops(m, ops, "sync_sg_for_device")
        ops.sync_sg_for_device(m, dev, segments, direction)
    else:
        go_nowhere(m)
    if m.checks:
        m.checks.sync_sg("device", segments, direction)


def _is_special(m: Machine, attrs: Attrs) -> bool:
    # What the architecture's hook is not asked about.
    return m.rules.map_phys and bool(attrs & (Attrs.MMIO | Attrs.CC_SHARED))


def _sg_end(segment: Segment) -> int:
    # arch_dma_map_sg_direct() adds the offset into the page once more than it should.
    return segment.phys + (segment.phys & PAGE_SIZE - 1) + segment.length
