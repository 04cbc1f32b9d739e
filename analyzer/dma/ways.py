"""The ways that a mapping can go under a version and platform: devices that differ in what stands before them.

Enters: `Rules`, a `Platform`. Leaves: a `Way` each. Must hold: a way has one name in every version, so that versions
can stand beside each other; a device that the platform can't have is no way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analyzer.dma.programs import BYPASS_OFFSET
from analyzer.model.dma import DeviceSetup, IommuSetup, Layout, Platform, Rules, SwiotlbMode

NARROW, WIDE = (1 << 32) - 1, (1 << 64) - 1
LARGE = Layout(ram=8 << 30)
"""A machine with RAM above what 32 bits reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A device and its machine; `detail` is how this version does it."""

    name: str
    device: DeviceSetup
    layout: Layout = LARGE
    detail: str = ""


def ways(rules: Rules, platform: Platform) -> Iterator[Way]:
    """Every way there. The platform is the one that `platform_under` gives."""
    for way in _ways(rules, platform):
        # Addresses of 32 bits reach no more RAM.
        yield way if platform.dma_addr_bits == 64 else replace(way, layout=replace(way.layout, ram=2 << 30))


def _ways(rules: Rules, platform: Platform) -> Iterator[Way]:
    wide = platform.dma_addr_bits == 64
    direct = DeviceSetup(dma_mask=WIDE if wide else NARROW, coherent_dma_mask=WIDE if wide else NARROW)
    near = replace(direct, dma_mask=NARROW, coherent_dma_mask=NARROW)
    yield Way(name="no ops", device=direct)
    if platform.knows_noncoherent:
        yield Way(name="no ops, not coherent", device=replace(direct, coherent=False))
    if platform.swiotlb and wide:
        yield Way(name="no ops, bounced", device=near)
    if "dma-iommu" in platform.ops and platform.iommu_dma:
        called = "by its name" if rules.dma_iommu else "by its table"
        behind = replace(direct, ops="dma-iommu", iommu=IommuSetup(bypass=False))
        yield Way(name="dma-iommu", detail=called, device=behind)
    if not platform.dma_ops:
        return
    through = IommuSetup(passthrough=True)
    if "powerpc" in platform.ops:
        yield from _powerpc(rules, platform, replace(direct, ops="powerpc", offset=BYPASS_OFFSET))
    if "iommu" in platform.ops:
        yield Way(name="IOMMU, translated", device=replace(direct, ops="iommu", iommu=IommuSetup(bypass=False)))
    if "intel-switch" in platform.ops:
        yield Way(name="intel-iommu, ops switched", device=replace(direct, ops="intel-switch", iommu=through))
    if "intel-mask" in platform.ops and rules.generic_bypass and platform.dma_ops_bypass:
        yield Way(name="intel-iommu, chosen by mask", device=replace(direct, ops="intel-mask", iommu=through))
    if "gart" in platform.ops:
        yield Way(name="GART, in reach", device=replace(direct, ops="gart"))
        yield Way(name="GART, translated", device=replace(near, ops="gart"))
    if "xen-swiotlb" in platform.ops and platform.swiotlb:
        pool = replace(LARGE, pool=True)
        yield Way(name="Xen, in reach", layout=pool, device=replace(direct, ops="xen-swiotlb"))
        yield Way(name="Xen, bounced", layout=pool, device=replace(near, ops="xen-swiotlb"))


def _powerpc(rules: Rules, platform: Platform, device: DeviceSetup) -> Iterator[Way]:
    device = replace(device, iommu=IommuSetup(window=0))
    if rules.powerpc_bypass_in_ops or (rules.generic_bypass and platform.dma_ops_bypass):
        where = "inside the ops" if rules.powerpc_bypass_in_ops else "of the core"
        yield Way(name="powerpc, bypass", detail=where, device=device)
        if platform.swiotlb:
            forced = replace(LARGE, swiotlb=SwiotlbMode.FORCE)
            yield Way(name="powerpc, bypass, bounced", detail=where, layout=forced, device=device)
    yield Way(name="powerpc, translated", device=replace(device, iommu=IommuSetup(window=0, bypass=False)))
