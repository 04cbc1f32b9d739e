"""Direct or by ops: the decision before every call, kernel/dma/mapping.c's dma_go_direct() and its callers.

Enters: a machine and a device. Leaves: the device's table, and which way a call goes, noted in `m.path`. Must hold: the
series' versions differ here, and only `Rules` says how.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.dma.address import dma_direct_get_required_mask, mask_of, min_not_zero
from analyzer.dma.cache import dev_is_dma_coherent
from analyzer.dma.machine import Crash, Device, DmaMapOps, Machine
from analyzer.dma.powerpc import can_map_direct, is_direct_handle
from analyzer.model.dma import Attrs, Direction


def get_dma_ops(m: Machine, dev: Device) -> DmaMapOps | None:
    """The device's table; the constant NULL where DMA_OPS is off; dma-iommu's functions where use_dma_iommu() holds."""
    if dev.dma_iommu is not None and m.platform.iommu_dma:
        return dev.dma_iommu
    return dev.ops if m.ops_compiled else None


def dma_go_direct(m: Machine, dev: Device, mask: int | None, ops: DmaMapOps | None) -> bool:
    """Whether dma-direct serves the call. `mask` is None where the version compares none (v2)."""
    if ops is None:
        return True
    if ops.by_name:
        return False
    if m.bypass_compiled and dev.dma_ops_bypass:
        if mask is None:
            return True
        reach = min_not_zero(mask & m.dma_addr_max, dev.bus_dma_limit)
        return reach >= dma_direct_get_required_mask(m, dev)
    return False


def dma_alloc_direct(m: Machine, dev: Device, ops: DmaMapOps | None) -> bool:
    """The choice for coherent memory."""
    return dma_go_direct(m, dev, dev.coherent_dma_mask, ops)


def dma_map_direct(m: Machine, dev: Device, ops: DmaMapOps | None) -> bool:
    """The choice for streaming mappings.

    *dev->dma_mask is read before anything is asked; only where no bypass is compiled does the compiler drop the read.
    """
    mask = None
    if m.compares_mask and (mask := dev.dma_mask) is None:
        mask = mask_of(dev)
    return ops is None or dma_go_direct(m, dev, mask, ops)


def go_direct(m: Machine) -> None:
    """dma-direct serves the call."""
    m.path = "direct"
    m.counts["direct"] += 1


def go_ops(m: Machine, ops: DmaMapOps, name: str) -> None:
    """The call goes through a pointer of the table, or to dma-iommu by name."""
    if m.rules.map_phys:
        name = _PHYS.get(name, name)
    if ops.by_name:
        m.path = "iommu"
        m.counts["iommu"] += 1
        m.events.append(("dma_iommu", name))
        return
    m.path = "ops"
    m.counts["ops"] += 1
    m.counts["indirect"] += 1
    m.events.append(("ops", name))


_PHYS = {"map_page": "map_phys", "unmap_page": "unmap_phys"}


def go_nowhere(m: Machine) -> None:
    """The table has no such callback, and nothing happens."""
    m.path = "nothing"
    m.counts["nothing"] += 1


def left_out(m: Machine, dev: Device) -> bool:
    """Whether a sync is none, by dev->dma_skip_sync or because nothing here could ever need one."""
    if not m.rules.skip_sync or (m.platform.need_sync and not dev.dma_skip_sync):
        return False
    m.path = "left out"
    m.counts["nothing"] += 1
    return True


def lacks_coherence(m: Machine, dev: Device, attrs: Attrs) -> bool:
    """Whether the mapping must be coherent and the device is not (DMA_ATTR_REQUIRE_COHERENT, which 7.3 knows)."""
    if not (m.rules.map_phys and attrs & Attrs.REQUIRE_COHERENT) or dev_is_dma_coherent(m, dev):
        return False
    m.path = "fail"
    return True


def refused(m: Machine) -> bool:
    """A NULL dma_mask: warned of; always true, so that it can stand in a condition."""
    m.path = "fail"
    m.warn("NULL dma_mask")
    return True


def check_direction(direction: Direction) -> None:
    """BUG_ON(!valid_dma_direction(dir)). Raises Crash."""
    if direction is Direction.DMA_NONE:
        raise Crash("BUG: no valid direction")


def arch_map_direct(m: Machine, dev: Device, buffers: Sequence[tuple[int, int]]) -> bool:
    """Whether the architecture maps these buffers (address, size) directly, past the ops."""
    return m.arch_map_direct and can_map_direct(m, dev, buffers)


def arch_alloc_direct(m: Machine, dev: Device, handle: int | None = None) -> bool:
    """Whether the architecture takes coherent memory past the ops; of a handle, whether it is such memory's."""
    if not (m.rules.arch_alloc_direct and m.platform.arch_map_direct and dev.dma_ops_bypass and dev.bus_dma_limit):
        return False
    return handle is None or handle >= dev.offset


def arch_unmap_direct(m: Machine, dev: Device, ends: Sequence[int]) -> bool:
    """Whether the architecture takes mappings that end here for direct ones."""
    return m.arch_map_direct and is_direct_handle(m, dev, ends)
