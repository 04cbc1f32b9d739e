"""Which way each call of the DMA API goes for every kind of device.

Enters: `Rules`, a `Platform`. Leaves: a `WayTaken` for every way there. Must hold: the calls are those of a driver that
maps a page and a list and has a ring, with a mask as wide as its device's.
"""

from __future__ import annotations

from analyzer.dma.packets import PACKET, packets
from analyzer.dma.play import platform_under, play
from analyzer.dma.programs import step
from analyzer.dma.ways import Way, ways
from analyzer.model.dma import Platform, Rules, Scenario
from analyzer.model.dma_trace import DmaTrace
from analyzer.model.expr import Location
from analyzer.model.mapping import WayTaken

_PLACE, _LIST = 5 << 30, (6 << 30, (6 << 30) + (64 << 10))


def ways_taken(rules: Rules, platform: Platform, *, count: int) -> tuple[WayTaken, ...]:
    """Every way with its calls, and what `count` packets cost on it."""
    if not platform.has_dma:
        return ()
    costs = packets(rules, platform, count=count)
    return tuple(
        WayTaken(
            way=way.name,
            calls=_calls(way, rules, platform),
            packets=tuple(cost for cost in costs if cost.path == way.name),
        )
        for way in ways(rules, platform_under(rules, platform))
    )


def _calls(way: Way, rules: Rules, platform: Platform) -> tuple[tuple[str, str], ...]:
    less = 0 if platform.dma_addr_bits == 64 else 4 << 30
    masks = way.device.dma_mask, way.device.coherent_dma_mask
    steps = (
        step("set_mask", mask=masks[0]),
        step("set_coherent_mask", mask=masks[1]),
        step("map_page", at=_PLACE - less, size=PACKET, direction="FROM_DEVICE"),
        step("sync_single_for_cpu"),
        step("sync_single_for_device"),
        step("unmap_page"),
        step("map_sg", at=tuple(place - less for place in _LIST), size=PACKET, direction="TO_DEVICE", as_="list"),
        step("unmap_sg", as_="list"),
        step("alloc", size=PACKET, as_="ring"),
        step("free", as_="ring"),
    )
    scenario = Scenario(
        name="calls",
        title="one of each call",
        rules=(rules.name,),
        requires={},
        layout=way.layout,
        device=way.device,
        steps=steps,
        where=Location(path="calls", line=0),
    )
    trace = play(scenario, rules, platform)
    if not isinstance(trace, DmaTrace):
        return ()
    return tuple((one.step.do, one.path) for one in trace.steps if not one.step.do.startswith("set_"))
