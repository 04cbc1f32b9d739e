"""Platforms and machines that the tests of the mapping model share.

Enters: nothing. Leaves: `PLATFORMS` by name, a machine with one device. Must hold: together the platforms can play
every scenario that comes with the program.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.dma.checks import Checks
from analyzer.dma.families import device_of
from analyzer.dma.machine import Device, Machine
from analyzer.dma.rules import VERSIONS
from analyzer.model.dma import DeviceSetup, Layout, Platform, Scenario, Step
from analyzer.model.expr import Location

FULL = Platform(
    arch="reference",
    iommu_dma=True,
    ops=("iommu", "dma-iommu", "dummy", "powerpc", "gart", "xen-swiotlb", "intel-switch", "intel-mask"),
)
POWERPC = Platform(
    arch="powerpc", ops=("iommu", "dummy", "powerpc"), zone_dma_bits=31, zone_dma32=False, arch_map_direct=True
)
X86 = Platform(arch="x86", dma_ops_bypass=False, ops=("iommu", "dummy", "gart", "intel-switch", "intel-mask"))
BARE = Platform(arch="bare", dma_ops=False, dma_ops_bypass=False, swiotlb=False)
NARROW = Platform(arch="narrow", dma_addr_bits=32, ops=("iommu",))

PLATFORMS = {
    "full": FULL,
    "without ops": replace(FULL, dma_ops=False, dma_ops_bypass=False, iommu_dma=False),
    "dma-iommu alone": replace(FULL, dma_ops=False, dma_ops_bypass=False, ops=("dma-iommu",)),
    "without bypass": replace(FULL, dma_ops_bypass=False),
    "without swiotlb": replace(FULL, swiotlb=False),
    "not coherent": replace(FULL, sync_for_device=True, sync_for_cpu=True),
    "cache as a whole": replace(FULL, sync_for_device=True, sync_for_cpu_all=True),
    "pSeries": replace(FULL, arch_map_direct=True),
}

NOWHERE = Location(path="test", line=0)


def machine(
    *, rules: str = "6.1", platform: Platform = FULL, layout: Layout | None = None, device: DeviceSetup | None = None
) -> tuple[Machine, Device, Checks]:
    """A machine with one device, watched as DMA_API_DEBUG would."""
    m = Machine(VERSIONS[rules], platform, layout or Layout())
    m.checks = Checks(platform.dma_addr_max)
    return m, device_of(m, device or DeviceSetup()), m.checks


def step(do: str, **arguments: object) -> Step:
    """A step without expectations."""
    return Step(do=do, arguments=arguments, expect={}, where=NOWHERE)


def scenario(*steps: Step, layout: Layout | None = None, device: DeviceSetup | None = None) -> Scenario:
    """A scenario for every version."""
    return Scenario(
        name="test",
        title="a test",
        rules=tuple(VERSIONS),
        requires={},
        layout=layout or Layout(),
        device=device or DeviceSetup(),
        steps=steps,
        where=NOWHERE,
    )
