"""Cache maintenance for devices that do not snoop: arch_sync_dma_for_device() and _for_cpu().

Enters: a physical address and how many bytes. Leaves: lines cleaned or forgotten, counted. Must hold: an architecture
that has no hooks counts every device as coherent. One that has the CPU's hook has it because its CPUs speculate: there,
lines come back into the cache between the two calls, so that leaving out either shows.
"""

from __future__ import annotations

from analyzer.dma.machine import Device, Machine
from analyzer.model.dma import Direction


def dev_is_dma_coherent(m: Machine, dev: Device) -> bool:
    """Whether the kernel takes the device for coherent (include/linux/dma-map-ops.h)."""
    return dev.coherent or not m.knows_noncoherent


def arch_sync_dma_for_device(m: Machine, phys: int, size: int, direction: Direction) -> None:
    """Hand the memory to the device."""
    if not m.platform.sync_for_device:
        return
    m.note("arch_sync_dma_for_device", phys, size, direction.value)
    m.count("cache_bytes", size)
    if direction is not Direction.DMA_FROM_DEVICE:
        m.count("cache_cleans")
        m.memory.clean(phys, size)
    if direction is not Direction.DMA_TO_DEVICE:
        m.count("cache_invalidates")
        m.memory.invalidate(phys, size)
        if m.platform.sync_for_cpu or m.platform.sync_for_cpu_all:
            m.memory.prefetch(phys, size)


def arch_sync_dma_flush(m: Machine) -> None:
    """Wait for what the calls before began (7.3, where the architecture batches)."""
    if m.rules.batched_sync and m.platform.batched_sync:
        m.note("arch_sync_dma_flush")


def arch_sync_dma_for_cpu(m: Machine, phys: int, size: int, direction: Direction) -> None:
    """Take the memory back from the device."""
    if not m.platform.sync_for_cpu:
        return
    m.note("arch_sync_dma_for_cpu", phys, size, direction.value)
    if direction is not Direction.DMA_TO_DEVICE:
        m.count("cache_invalidates")
        m.count("cache_bytes", size)
        m.memory.invalidate(phys, size)


def arch_sync_dma_for_cpu_all(m: Machine) -> None:
    """One MIPS platform's way: all of the cache's prefetched lines at once."""
    if m.platform.sync_for_cpu_all:
        m.note("arch_sync_dma_for_cpu_all")
        m.count("cache_invalidates")
        m.memory.forget_clean()
