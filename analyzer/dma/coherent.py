"""Coherent memory, as drivers ask for it: kernel/dma/mapping.c.

Enters: a machine, a device, a size in bytes. Leaves: memory, or errors as the kernel gives them; `m.path` says which
way the call went. Must hold: every call decides by the coherent mask.
"""

from __future__ import annotations

from analyzer.dma import direct
from analyzer.dma.choice import arch_alloc_direct, dma_alloc_direct, get_dma_ops, go_direct, go_nowhere, go_ops
from analyzer.dma.direct import ENXIO
from analyzer.dma.machine import Device, Machine
from analyzer.dma.mappings import Allocation
from analyzer.model.dma import Attrs


def dma_alloc(m: Machine, dev: Device, size: int, attrs: Attrs = Attrs.NONE) -> Allocation | None:
    """dma_alloc_attrs(): memory that both sides see alike, or None."""
    ops = get_dma_ops(m, dev)
    if not dev.coherent_dma_mask and m.rules.null_mask_fails:
        m.warn("no coherent_dma_mask")
    if m.rules.cc_shared and attrs & Attrs.CC_SHARED:
        m.path = "fail"
        return None
    if dma_alloc_direct(m, dev, ops) or arch_alloc_direct(m, dev):
        go_direct(m)
        memory = direct.dma_direct_alloc(m, dev, size, attrs)
    elif ops is not None and ops.alloc:
        go_ops(m, ops, "alloc")
        memory = ops.alloc(m, dev, size, attrs)
    else:
        go_nowhere(m)
        return None
    if m.checks and memory:
        m.checks.alloc(memory)
    return memory


def dma_free(m: Machine, dev: Device, memory: Allocation | None, attrs: Attrs = Attrs.NONE) -> None:
    """dma_free_attrs()."""
    ops = get_dma_ops(m, dev)
    if memory is None:
        go_nowhere(m)
        return
    if m.checks:
        m.checks.free(memory)
    if dma_alloc_direct(m, dev, ops) or arch_alloc_direct(m, dev, memory.dma_address):
        go_direct(m)
    elif ops is not None and ops.free:
        go_ops(m, ops, "free")
        ops.free(m, dev, memory, attrs)
    else:
        go_nowhere(m)


def dma_get_sgtable(m: Machine, dev: Device) -> int:
    """0, or a negative error."""
    ops = get_dma_ops(m, dev)
    if dma_alloc_direct(m, dev, ops):
        go_direct(m)
        return 0
    if ops is None or ops.get_sgtable is None:
        go_nowhere(m)
        return ENXIO
    go_ops(m, ops, "get_sgtable")
    return ops.get_sgtable(m, dev)


def dma_can_mmap(m: Machine, dev: Device) -> bool:
    """Whether user space may map coherent memory."""
    ops = get_dma_ops(m, dev)
    if dma_alloc_direct(m, dev, ops):
        go_direct(m)
        return direct.dma_direct_can_mmap(m, dev)
    m.path = "ops"
    return ops is not None and ops.mmap is not None


def dma_mmap(m: Machine, dev: Device) -> int:
    """0, or a negative error."""
    ops = get_dma_ops(m, dev)
    if dma_alloc_direct(m, dev, ops):
        go_direct(m)
        return 0 if m.platform.mmu else ENXIO
    if ops is None or ops.mmap is None:
        go_nowhere(m)
        return ENXIO
    go_ops(m, ops, "mmap")
    return ops.mmap(m, dev)
