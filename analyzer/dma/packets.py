"""What a packet costs: a receive ring as XDP drivers have it.

Enters: `Rules`, a `Platform`, a number of packets. Leaves: a `PacketCost` for every way that a mapping can go there.
Must hold: data moves and is compared for every packet; setting up the ring is not counted; no time is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

from analyzer.dma.play import platform_under, play
from analyzer.dma.programs import BYPASS_OFFSET, step
from analyzer.model.dma import DeviceSetup, IommuSetup, Layout, Platform, Rules, Scenario, Step, SwiotlbMode
from analyzer.model.dma_trace import Counts, DmaTrace, PacketCost
from analyzer.model.expr import Location

RING = 4
PACKET = 1536
"""Bytes of a packet."""
HEADER = 64
"""Bytes that a program rewrites before it sends the packet on."""

_FIRST = 5 << 30
"""Where the ring lies: above what 32 bits reach."""
_NARROW, _WIDE = (1 << 32) - 1, (1 << 64) - 1
_LAYOUT = Layout(ram=8 << 30)


def packets(rules: Rules, platform: Platform, *, count: int) -> tuple[PacketCost, ...]:
    """`count` packets on every path, sent on from their page (XDP_TX), and with a page mapped anew for each."""
    if not platform.has_dma:
        return ()
    workloads = {"XDP_TX, pages recycled": _recycled(count), "XDP_PASS, a page for each": _fresh(count)}
    found: list[PacketCost] = []
    for path, layout, device in _paths(rules, platform_under(rules, platform)):
        for workload, body in workloads.items():
            setup = [step("set_mask", mask=device.dma_mask), *(_map(slot) for slot in range(RING))]
            ring = _played((*setup,), layout, device, rules, platform)
            whole = _played((*setup, *body), layout, device, rules, platform)
            if ring is None or whole is None:
                continue
            counts = _less(whole.counts, ring.counts)
            found.append(PacketCost(path=path, workload=workload, packets=count, counts=counts, verdict=whole.verdict))
    return tuple(found)


def _paths(rules: Rules, platform: Platform) -> Iterator[tuple[str, Layout, DeviceSetup]]:
    wide = platform.dma_addr_bits == 64
    direct = DeviceSetup(dma_mask=_WIDE if wide else _NARROW, coherent_dma_mask=_WIDE if wide else _NARROW)
    near = replace(direct, dma_mask=_NARROW, coherent_dma_mask=_NARROW)
    yield "no ops", _LAYOUT, direct
    if platform.knows_noncoherent:
        yield "no ops, not coherent", _LAYOUT, replace(direct, coherent=False)
    if platform.swiotlb and wide:
        yield "no ops, bounced", _LAYOUT, near
    if "dma-iommu" in platform.ops and platform.iommu_dma:
        called = "by its name" if rules.dma_iommu else "by its table"
        yield f"dma-iommu, {called}", _LAYOUT, replace(direct, ops="dma-iommu", iommu=IommuSetup(bypass=False))
    if not platform.dma_ops:
        return
    through = IommuSetup(passthrough=True)
    if "powerpc" in platform.ops:
        powerpc = replace(direct, ops="powerpc", offset=BYPASS_OFFSET, iommu=IommuSetup(window=0))
        where = "inside the ops" if rules.powerpc_bypass_in_ops else "of the core"
        bypassed = rules.powerpc_bypass_in_ops or (rules.generic_bypass and platform.dma_ops_bypass)
        if bypassed:
            yield f"powerpc, bypass {where}", _LAYOUT, powerpc
            if platform.swiotlb:
                forced = replace(_LAYOUT, swiotlb=SwiotlbMode.FORCE)
                yield f"powerpc, bypass {where}, bounced", forced, powerpc
        yield "powerpc, translated", _LAYOUT, replace(powerpc, iommu=IommuSetup(window=0, bypass=False))
    if "iommu" in platform.ops:
        yield "IOMMU, translated", _LAYOUT, replace(direct, ops="iommu", iommu=IommuSetup(bypass=False))
    if "intel-switch" in platform.ops:
        yield "intel-iommu, ops switched", _LAYOUT, replace(direct, ops="intel-switch", iommu=through)
    if "intel-mask" in platform.ops and rules.generic_bypass and platform.dma_ops_bypass:
        yield "intel-iommu, chosen by mask", _LAYOUT, replace(direct, ops="intel-mask", iommu=through)
    if "gart" in platform.ops:
        yield "GART, in reach", _LAYOUT, replace(direct, ops="gart")
        yield "GART, translated", _LAYOUT, replace(near, ops="gart")
    if "xen-swiotlb" in platform.ops and platform.swiotlb:
        pool = replace(_LAYOUT, pool=True)
        yield "Xen, in reach", pool, replace(direct, ops="xen-swiotlb")
        yield "Xen, bounced", pool, replace(near, ops="xen-swiotlb")


def _less(whole: Counts, setup: Counts) -> Counts:
    before = asdict(setup)
    return Counts(**{name: after - before[name] for name, after in asdict(whole).items()})


def _map(slot: int) -> Step:
    return step("map_page", at=_place(slot), size=4096, direction="BIDIRECTIONAL", as_=_name(slot))


def _place(slot: int) -> int:
    return _FIRST + slot * 4096


def _name(slot: int) -> str:
    return f"slot{slot % RING}"


def _received(name: str) -> list[Step]:
    part = {"offset": 0, "size": PACKET}
    return [
        step("device_write", as_=name, **part),
        step("sync_single_for_cpu", as_=name, **part),
        step("cpu_read", as_=name, **part),
    ]


def _recycled(count: int) -> list[Step]:
    steps: list[Step] = []
    for name in map(_name, range(count)):
        steps += [
            *_received(name),
            step("cpu_write", as_=name, offset=0, size=HEADER),
            step("sync_single_for_device", as_=name, offset=0, size=PACKET),
            step("device_read", as_=name, offset=0, size=PACKET),
        ]
    return steps


def _fresh(count: int) -> list[Step]:
    steps: list[Step] = []
    for slot in range(count):
        steps += [*_received(_name(slot)), step("unmap_page", as_=_name(slot)), _map(slot % RING)]
    return steps


def _played(
    steps: tuple[Step, ...], layout: Layout, device: DeviceSetup, rules: Rules, platform: Platform
) -> DmaTrace | None:
    if platform.dma_addr_bits < 64:
        layout, steps = replace(layout, ram=2 << 30), tuple(_lower(one) for one in steps)
    scenario = Scenario(
        name="packets",
        title="a receive ring",
        rules=(rules.name,),
        requires={},
        layout=layout,
        device=device,
        steps=steps,
        where=Location(path="packets", line=0),
    )
    trace = play(scenario, rules, platform)
    return trace if isinstance(trace, DmaTrace) else None


def _lower(one: Step) -> Step:
    """The same step with its buffer 4 GiB further down, where dma_addr_t ends at 32 bits."""
    at = one.arguments.get("at")
    return replace(one, arguments={**one.arguments, "at": at - (4 << 30)}) if isinstance(at, int) else one
