"""Which rules of the DMA API a file breaks.

Enters: a `Flow` that has run. Leaves: `Broken` and `Undecided`. Must hold: a rule is only called broken where all that
could keep it would have to stand in this file; an address that others can see, or a direction that is worked out
elsewhere, is undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analyzer.drivers.api import DIRECTIONS
from analyzer.drivers.buffers import Buffer
from analyzer.drivers.flow import Flow
from analyzer.drivers.frames import Event
from analyzer.drivers.uses import comes_again, exclusive, kept_in, leaves, looked_at, on_the_stack
from analyzer.model.driver import Broken, CallKind, Checked, DriverCall, Rule, Undecided

Verdicts = Iterator[Broken | Undecided]
Tell = Callable[[Event], DriverCall]
_SYNCS = (CallKind.SYNC_CPU, CallKind.SYNC_DEVICE)


def judge(flow: Flow, buffers: tuple[Buffer, ...], tell: Tell) -> Verdicts:
    """Everything that is broken or undecided, buffer by buffer."""
    for buffer in buffers:
        for event in buffer.of(CallKind.MAP):
            yield from _mapping(flow, buffer, event, tell)
        for event in buffer.of(CallKind.ALLOC):
            if looked_at(event, flow.source) is Checked.NO:
                yield Broken(rule=Rule.ALLOC_RESULT, call=tell(event), because="what it gives back is used as it is")
        yield from _directions(buffer, tell)
        yield from _lives(buffer, tell)
    yield from _masks(flow, tell)


def checked(flow: Flow, buffer: Buffer, event: Event) -> tuple[Checked, str]:
    """Whether somebody looks at what a mapping gave, and why that is not known."""
    if event.call.memory == "sg":
        found = looked_at(event, flow.source)
        return found, "its result goes on" if found is Checked.UNKNOWN else ""
    later = [e for e in buffer.events if e.root is event.root and e.number > event.number]
    target = kept_in(event)
    for other in later:
        if other.call.kind is CallKind.CHECK:
            return Checked.YES, ""
        mapped_again = other.call.kind is CallKind.MAP and kept_in(other) == target
        if mapped_again and not exclusive(event, other) and not leaves(event):
            break
    elsewhere = [one for one in buffer.of(CallKind.CHECK) if one.root is not event.root]
    checks = [one for one in buffer.of(CallKind.CHECK) if one.root is event.root]
    again = [comes_again(event, one, flow.source) for one in checks if one.number < event.number]
    if True in again or None in again:
        return (Checked.YES, "") if True in again else (Checked.UNKNOWN, "a check before it may come after it, too")
    if elsewhere:
        name = elsewhere[0].root.function.name
        return Checked.UNKNOWN, f"{name}() looks at an address that may be this one"
    if again:
        return Checked.NO, "the only check stands before it"
    if buffer.given_back:
        return Checked.UNKNOWN, "the address is given back to a caller outside of this file"
    if buffer.passed_to:
        return Checked.UNKNOWN, f"the address goes to {buffer.passed_to}(), which may look at it"
    return Checked.NO, ""


def _mapping(flow: Flow, buffer: Buffer, event: Event, tell: Tell) -> Verdicts:
    rule = Rule.SG_RESULT if event.call.memory == "sg" else Rule.MAPPING_ERROR
    found, why = checked(flow, buffer, event)
    if found is Checked.NO:
        kept, sees = kept_in(event), "no dma_mapping_error() sees" if rule is Rule.MAPPING_ERROR else "nothing reads"
        yield Broken(
            rule=rule, call=tell(event), because=why or (f"{kept}, which {sees}" if kept else "it is kept nowhere")
        )
    elif found is Checked.UNKNOWN:
        yield Undecided(rule=rule, call=tell(event), reason=why)
    if local := on_the_stack(event, flow.source):
        yield Broken(rule=Rule.STACK, call=tell(event), because=f"{local} is a local variable")


def _directions(buffer: Buffer, tell: Tell) -> Verdicts:
    maps = buffer.of(CallKind.MAP)
    mapped = frozenset[str]().union(*(event.ways for event in maps))
    for event in buffer.events:
        kind = event.call.kind
        if kind is not CallKind.UNMAP and kind not in _SYNCS:
            continue
        rule = Rule.UNMAP_DIRECTION if kind is CallKind.UNMAP else Rule.SYNC_DIRECTION
        if not maps:
            yield Undecided(rule=rule, call=tell(event), reason="what it is about is not mapped in this file")
        elif mapped & event.ways:
            pass
        elif not (mapped | event.ways) <= set(DIRECTIONS):
            yield Undecided(rule=rule, call=tell(event), reason="a direction is worked out elsewhere")
        elif not buffer.whole:
            yield Undecided(rule=rule, call=tell(event), reason=f"others may map what {buffer.shared} holds")
        elif kind is CallKind.UNMAP or not _may_sync(mapped):
            first = tell(maps[0])
            yield Broken(rule=rule, call=tell(event), because=f"mapped {' or '.join(sorted(mapped))} at {first.where}")
        if kind is CallKind.UNMAP and maps and event.call.memory not in {one.call.memory for one in maps}:
            memory = maps[0].call.memory
            if buffer.whole:
                yield Broken(rule=Rule.UNMAP_FUNCTION, call=tell(event), because=f"mapped as {memory}")
            else:
                yield Undecided(rule=Rule.UNMAP_FUNCTION, call=tell(event), reason=f"others see {buffer.shared}")


def _may_sync(mapped: frozenset[str]) -> bool:
    """check_sync() of kernel/dma/debug.c: what is mapped both ways may be synced either way."""
    return "DMA_BIDIRECTIONAL" in mapped


def _lives(buffer: Buffer, tell: Tell) -> Verdicts:
    maps, unmaps = buffer.of(CallKind.MAP), buffer.of(CallKind.UNMAP)
    if not maps:
        return
    free = buffer.whole and not buffer.passed_to and not buffer.given_back
    if not unmaps:
        if free:
            yield Broken(rule=Rule.NEVER_UNMAPPED, call=tell(maps[0]), because="no call of this file unmaps it")
        else:
            yield Undecided(rule=Rule.NEVER_UNMAPPED, call=tell(maps[0]), reason="others may unmap it")
    mapped = frozenset[str]().union(*(event.ways for event in maps))
    cpu, device = buffer.of(CallKind.SYNC_CPU), buffer.of(CallKind.SYNC_DEVICE)
    if device and not cpu and not unmaps and mapped <= {"DMA_FROM_DEVICE", "DMA_BIDIRECTIONAL"} and free:
        yield Broken(rule=Rule.SYNC_MISSING, call=tell(device[0]), because="no call of this file syncs or unmaps it")
    if cpu and not device and not unmaps and mapped == {"DMA_TO_DEVICE"} and free:
        yield Broken(rule=Rule.HANDED_BACK, call=tell(cpu[0]), because="no call of this file syncs it for the device")


def _masks(flow: Flow, tell: Tell) -> Verdicts:
    """In one function, memory is asked for before the mask is said."""
    masks = [event for event in flow.events if event.call.kind is CallKind.MASK]
    for event in flow.events:
        if event.call.kind is not CallKind.ALLOC:
            continue
        after = [m for m in masks if m.root is event.root and m.number > event.number and not exclusive(m, event)]
        before = [m for m in masks if m.root is event.root and m.number < event.number]
        if after and not before:
            yield Broken(rule=Rule.MASK_LATE, call=tell(event), because=f"the mask is set at {tell(after[0]).where}")
