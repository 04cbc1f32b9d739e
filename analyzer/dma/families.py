"""The kinds of dma_map_ops by their names in scenarios, and the two ways proposed for intel-iommu.

Enters: a device's set-up. Leaves: a `Device` with its table. Must hold: a kind that the platform does not compile is no
kind. Source of intel's two: the discussion of the series, which left intel-iommu out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analyzer.dma import direct
from analyzer.dma.address import dma_direct_get_required_mask
from analyzer.dma.dma_iommu_memory import dma_iommu_ops
from analyzer.dma.domain import Domain
from analyzer.dma.gart import GART
from analyzer.dma.iommu import Iommu
from analyzer.dma.machine import Device, DmaMapOps, Machine
from analyzer.dma.ops import IOMMU, dummy_ops
from analyzer.dma.powerpc import powerpc_ops
from analyzer.dma.xen import XEN_SWIOTLB
from analyzer.model.dma import DeviceSetup, Rules


def _switching(m: Machine, dev: Device, mask: int) -> int:
    """Proposal one: a mask that reaches everything makes the device a direct one, for good."""
    if dev.setup.iommu.passthrough and mask >= dma_direct_get_required_mask(m, dev):
        dev.ops = None
        return int(direct.dma_direct_supported(m, dev, mask))
    return 1


def _by_mask(m: Machine, dev: Device, mask: int) -> int:
    """Proposal two: the ops stay, the flag is on, and every call compares the mask (the series' own bypass)."""
    dev.dma_ops_bypass = dev.setup.iommu.passthrough
    return 1


INTEL_SWITCH = replace(IOMMU, kind="intel-switch", dma_supported=_switching)
INTEL_MASK = replace(IOMMU, kind="intel-mask", dma_supported=_by_mask)

KINDS: dict[str, Callable[[Rules], DmaMapOps]] = {
    "iommu": lambda rules: IOMMU,
    "dma-iommu": dma_iommu_ops,
    "dummy": dummy_ops,
    "powerpc": powerpc_ops,
    "gart": lambda rules: GART,
    "xen-swiotlb": lambda rules: XEN_SWIOTLB,
    "intel-switch": lambda rules: INTEL_SWITCH,
    "intel-mask": lambda rules: INTEL_MASK,
}
"""Every kind by its name."""


def device_of(m: Machine, setup: DeviceSetup) -> Device:
    """The device, with the ops that its kind has in this version."""
    table = KINDS[setup.ops](m.rules) if setup.ops else None
    if table and setup.callbacks is not None:
        table = table.only(setup.callbacks)
    if not setup.coherent:
        m.memory.cached = True
    iommu: Iommu | None = None
    if setup.ops == "dma-iommu":
        iommu = Domain(setup.iommu, m.rules, pci=setup.pci)
    elif setup.ops not in ("", "dummy", "xen-swiotlb"):
        iommu = Iommu(setup.iommu)
    if table and table.by_name:
        return Device(setup, dma_iommu=table, iommu=iommu)
    return Device(setup, ops=table, iommu=iommu)
