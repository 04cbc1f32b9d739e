"""What a packet costs: a receive ring as XDP drivers have it.

Enters: `Rules`, a `Platform`, a number of packets. Leaves: a `PacketCost` for every way that a mapping can go there.
Must hold: data moves and is compared for every packet; setting up the ring is not counted; no time is invented.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from analyzer.dma.play import platform_under, play
from analyzer.dma.programs import step
from analyzer.dma.ways import Way, ways
from analyzer.model.dma import Platform, Rules, Scenario, Step
from analyzer.model.dma_trace import Counts, DmaTrace, PacketCost
from analyzer.model.expr import Location

RING = 4
PACKET = 1536
"""Bytes of a packet."""
HEADER = 64
"""Bytes that a program rewrites before it sends the packet on."""

_FIRST = 5 << 30
"""Where the ring lies: above what 32 bits reach."""


def packets(rules: Rules, platform: Platform, *, count: int) -> tuple[PacketCost, ...]:
    """`count` packets on every path, sent on from their page (XDP_TX), and with a page mapped anew for each."""
    if not platform.has_dma:
        return ()
    workloads = {"XDP_TX, pages recycled": recycled(count), "XDP_PASS, a page for each": fresh(count)}
    return tuple(
        PacketCost(
            path=way.name,
            detail=way.detail,
            workload=workload,
            packets=count,
            counts=played[1],
            verdict=played[0].verdict,
        )
        for way in ways(rules, platform_under(rules, platform))
        for workload, body in workloads.items()
        if (played := on_a_ring(body, way, rules, platform))
    )


def on_a_ring(
    body: Sequence[Step], way: Way, rules: Rules, platform: Platform, *, low: bool = False
) -> tuple[DmaTrace, Counts] | None:
    """What becomes of the steps on a ring that is set up, and what they cost without that; None: it can't be played.

    `low` is a ring in RAM that 32 bits reach.
    """
    setup = [step("set_mask", mask=way.device.dma_mask), *(_map(slot) for slot in range(RING))]
    ring = _played((*setup,), way, rules, platform, low=low)
    whole = _played((*setup, *body), way, rules, platform, low=low)
    return (whole, less(whole.counts, ring.counts)) if ring and whole else None


def less(whole: Counts, setup: Counts) -> Counts:
    """What is left of the first without the second."""
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


def recycled(count: int) -> list[Step]:
    """Packets that are received, changed and sent on from their page."""
    steps: list[Step] = []
    for name in map(_name, range(count)):
        steps += [
            *_received(name),
            step("cpu_write", as_=name, offset=0, size=HEADER),
            step("sync_single_for_device", as_=name, offset=0, size=PACKET),
            step("device_read", as_=name, offset=0, size=PACKET),
        ]
    return steps


def fresh(count: int) -> list[Step]:
    """Packets that are received and passed on with their page; a new one is mapped."""
    steps: list[Step] = []
    for slot in range(count):
        steps += [*_received(_name(slot)), step("unmap_page", as_=_name(slot)), _map(slot % RING)]
    return steps


def _played(steps: tuple[Step, ...], way: Way, rules: Rules, platform: Platform, *, low: bool) -> DmaTrace | None:
    if low or platform.dma_addr_bits < 64:
        steps = tuple(_lower(one) for one in steps)
    scenario = Scenario(
        name="packets",
        title="a receive ring",
        rules=(rules.name,),
        requires={},
        layout=way.layout,
        device=way.device,
        steps=steps,
        where=Location(path="packets", line=0),
    )
    trace = play(scenario, rules, platform)
    return trace if isinstance(trace, DmaTrace) else None


def _lower(one: Step) -> Step:
    """The same step with its buffer 4 GiB further down, where dma_addr_t ends at 32 bits."""
    at = one.arguments.get("at")
    return replace(one, arguments={**one.arguments, "at": at - (4 << 30)}) if isinstance(at, int) else one
