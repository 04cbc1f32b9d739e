"""Reads a driver's source.

Enters: the path of a C file, the symbols that the config has off. Leaves: a `DriverSource`. Raises InputError,
SourceError for the file, UsageError without a parser of C. Must hold: a call is told at its line in the file, from the
function that makes it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.drivers.api import calls
from analyzer.drivers.buffers import Buffer, buffers_of, masks_of, size_of
from analyzer.drivers.flow import Flow
from analyzer.drivers.frames import Event, Frame
from analyzer.drivers.judge import checked, judge
from analyzer.drivers.reading import read
from analyzer.drivers.source import Source, text
from analyzer.drivers.uses import looked_at
from analyzer.model.driver import (
    Broken,
    CallKind,
    Checked,
    DriverBuffer,
    DriverCall,
    DriverSource,
    Undecided,
)
from analyzer.model.expr import Location

if TYPE_CHECKING:
    from tree_sitter import Node

_BITS = re.compile(r"DMA_BIT_MASK\s*\(\s*(\d+)\s*\)")
_ANSWERED = (CallKind.ALLOC, CallKind.MASK)


def study(path: Path, *, shown: str = "", off: frozenset[str] = frozenset()) -> DriverSource:
    """What the source says of its DMA."""
    source = read(path, shown=shown, off=off)
    flow = Flow(source)
    flow.run()
    return _Study(flow).told()


class _Study:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._buffers = buffers_of(flow)
        self._masks = {event: _bits(text(node), flow.source) for event, node in masks_of(flow)}
        self._told: dict[Event, DriverCall] = {}
        self._in = {event: buffer for buffer in self._buffers for event in buffer.events}

    def told(self) -> DriverSource:
        """Everything, as values."""
        flow = self._flow
        verdicts = list(judge(flow, self._buffers, self.call))
        return DriverSource(
            path=flow.source.path,
            calls=tuple(self.call(event) for event in flow.events),
            buffers=tuple(
                DriverBuffer(name=one.name, calls=tuple(map(self.call, one.events)), whole=one.whole)
                for one in self._buffers
            ),
            broken=tuple(dict.fromkeys(one for one in verdicts if isinstance(one, Broken))),
            undecided=tuple(dict.fromkeys(one for one in verdicts if isinstance(one, Undecided))),
            unread=_unread(flow),
        )

    def call(self, event: Event) -> DriverCall:
        """A call as its reader is told of it."""
        if event not in self._told:
            self._told[event] = self._call(event)
        return self._told[event]

    def _call(self, event: Event) -> DriverCall:
        buffer = self._in.get(event)
        return DriverCall(
            function=event.name,
            kind=event.call.kind,
            where=self._place(*event.places[-1]),
            at=self._place(*event.places[0]),
            inside=event.root.function.name,
            via=tuple(place.function.name for _, place in reversed(event.places[:-1])),
            ways=tuple(sorted(event.ways)),
            handle=buffer.name if buffer else "",
            memory=event.call.memory,
            size=size_of(event),
            mask=self._masks.get(event),
            checked=self._checked(event, buffer),
        )

    def _place(self, node: Node, frame: Frame) -> Location:
        path, own = frame.function.path, self._flow.source.path
        return Location(path=own if path == own else str(Path(own).parent / path), line=frame.function.line(node))

    def _checked(self, event: Event, buffer: Buffer | None) -> Checked:
        if event.call.kind is CallKind.MAP and buffer is not None:
            return checked(self._flow, buffer, event)[0]
        return looked_at(event, self._flow.source) if event.call.kind in _ANSWERED else Checked.NOTHING


def _bits(said: str, source: Source) -> int | None:
    """How many bits an expression of a mask has, if it says so."""
    said = text(source.constants[said]) if said in source.constants else said
    found = {int(bits) for bits in _BITS.findall(said)}
    if len(found) == 1:
        return found.pop()
    number = re.fullmatch(r"0[xX]([fF]+|[137][fF]*)[uUlL]*", said.strip())
    return int(number[1], 16).bit_length() if number else None


def _unread(flow: Flow) -> tuple[Location, ...]:
    """Calls of the DMA API that stand in the text and were seen in no function."""
    source = flow.source
    seen = {node.start_byte for event in flow.events for node, frame in event.places if not frame.function.first_line}
    names = calls()
    return tuple(
        Location(path=source.path, line=int(node.start_point[0]) + 1)
        for node in source.walk(source.root)
        if node.type == "call_expression" and node.start_byte not in seen
        if text(node.child_by_field_name("function")) in names
    )
