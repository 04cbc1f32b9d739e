"""The life of a driver's buffer as a scenario, on each way that its device may go.

Enters: `DriverBuffer`s and masks as a driver's source has them, `Rules`, a `Platform`. Leaves: a `DriverPlay` for each
buffer, direction and way. Must hold: the calls are those that the source makes; what the CPU and the device read and
write between them is what the direction allows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.dma.packets import less
from analyzer.dma.play import platform_under, play
from analyzer.dma.programs import step
from analyzer.dma.ways import NARROW, Way, ways
from analyzer.model.dma import Platform, Rules, Scenario, Step, SwiotlbMode
from analyzer.model.dma_trace import DmaTrace
from analyzer.model.driver import CallKind, DriverBuffer, DriverCall, DriverPlay

_FIRST, _SECOND = 5 << 30, (5 << 30) + (64 << 10)
"""Where a buffer lies: above what 32 bits reach."""
_SIZE = 2048
_KINDS = {"page": ("map_page", "unmap_page", "sync_single"), "sg": ("map_sg", "unmap_sg", "sync_sg")}
_KINDS["resource"] = ("map_resource", "unmap_resource", "")
_EITHER = ("TO_DEVICE", "FROM_DEVICE")
_PROPOSED = ("intel-switch", "intel-mask")
"""Ways that were talked of and never merged."""


def lives(
    buffers: Sequence[DriverBuffer], masks: Sequence[int], rules: Rules, platform: Platform
) -> tuple[DriverPlay, ...]:
    """Every buffer that the source maps or allocates, on every way there."""
    if not platform.has_dma:
        return ()
    there = tuple(_devices(rules, platform))
    asked = (1 << masks[0]) - 1 if masks else NARROW
    setup = (step("set_mask", mask=asked), step("set_coherent_mask", mask=asked))
    low = 0 if platform.dma_addr_bits == 64 else 4 << 30
    found: list[DriverPlay] = []
    for buffer in buffers:
        mapped, allocated = buffer.of(CallKind.MAP), buffer.of(CallKind.ALLOC)
        if not (mapped or allocated):
            continue
        first = (*mapped, *allocated)[0]
        for direction in _directions(buffer):
            life = tuple(_streaming(buffer, first.memory, direction, low)) if mapped else _coherent()
            for way in there:
                before, whole = (_played(s, way, first, rules, platform) for s in (setup, (*setup, *life)))
                if before and whole:
                    found.append(
                        DriverPlay(
                            buffer=buffer.name,
                            where=first.where,
                            direction=direction,
                            way=way.name,
                            trace=whole,
                            counts=less(whole.counts, before.counts),
                        )
                    )
    return tuple(found)


def _devices(rules: Rules, platform: Platform) -> Iterator[Way]:
    for way in ways(rules, platform_under(rules, platform)):
        if "bounced" in way.name or way.device.ops in _PROPOSED:
            continue
        device = replace(way.device, dma_mask=NARROW, coherent_dma_mask=NARROW)
        yield replace(way, device=device)
        if way.name == "no ops" and platform.swiotlb:
            forced = replace(way.layout, swiotlb=SwiotlbMode.FORCE)
            yield replace(way, name="swiotlb=force", device=device, layout=forced)


def _directions(buffer: DriverBuffer) -> tuple[str, ...]:
    if not buffer.of(CallKind.MAP):
        return ("BIDIRECTIONAL",)
    said = {way for call in buffer.of(CallKind.MAP) for way in call.ways}
    known = [way.removeprefix("DMA_") for way in sorted(said) if way.startswith("DMA_") and way != "DMA_NONE"]
    return tuple(known) if all(way.startswith("DMA_") for way in said) else _EITHER


def _played(steps: Sequence[Step], way: Way, first: DriverCall, rules: Rules, platform: Platform) -> DmaTrace | None:
    scenario = Scenario(
        name=first.handle,
        title=f"{first.handle}, {way.name}",
        rules=(rules.name,),
        requires={},
        layout=way.layout,
        device=way.device,
        steps=tuple(steps),
        where=first.where,
    )
    trace = play(scenario, rules, platform)
    return trace if isinstance(trace, DmaTrace) else None


def _coherent() -> tuple[Step, ...]:
    return (
        step("alloc", size=_SIZE),
        step("cpu_write"),
        step("device_read"),
        step("device_write"),
        step("cpu_read"),
        step("free"),
    )


def _streaming(buffer: DriverBuffer, memory: str, direction: str, low: int) -> Iterator[Step]:
    """Mapped, used, reused as often as the source has syncs for it, unmapped."""
    mapped, unmapped, sync = _KINDS[memory]
    place: object = (_FIRST - low, _SECOND - low) if memory == "sg" else _FIRST - low
    where = {"at": place, "size": _SIZE}
    to_device, from_device = direction != "FROM_DEVICE", direction != "TO_DEVICE"
    for_cpu, for_device = (_syncs(buffer, kind, direction) for kind in (CallKind.SYNC_CPU, CallKind.SYNC_DEVICE))
    if memory == "resource":
        yield step(mapped, direction=direction, **where)
        if buffer.of(CallKind.UNMAP):
            yield step(unmapped)
        return
    if to_device:
        yield step("cpu_write", **where)
    yield step(mapped, direction=direction, **where)
    for again in (False, True) if for_device else (False,):
        if again:
            yield step(f"{sync}_for_device")
        if to_device:
            yield step("device_read")
        if from_device:
            yield step("device_write")
        if for_cpu:
            yield step(f"{sync}_for_cpu")
            yield step("cpu_read" if from_device else "cpu_write")
    ends = [call for call in buffer.of(CallKind.UNMAP) if _about(call, direction)] or buffer.of(CallKind.UNMAP)
    if ends:
        other = "" if _about(ends[0], direction) else ends[0].ways[0].removeprefix("DMA_")
        yield step(unmapped, direction=other or None)
    if from_device and ends and not for_cpu:
        yield step("cpu_read")


def _syncs(buffer: DriverBuffer, kind: CallKind, direction: str) -> bool:
    return any(_about(call, direction) for call in buffer.of(kind))


def _about(call: DriverCall, direction: str) -> bool:
    """Whether a call may be one for that direction."""
    return f"DMA_{direction}" in call.ways or not all(way.startswith("DMA_") for way in call.ways)
