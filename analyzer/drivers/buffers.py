"""The buffers of a driver: classes of cells with the calls that are about them.

Enters: a `Flow` that has run. Leaves: a `Buffer` for each class that a call of the DMA API is about. Must hold: a
buffer is whole only if every cell of it is one that no other file can know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.drivers.flow import Flow
from analyzer.drivers.frames import Event, arguments
from analyzer.drivers.source import text
from analyzer.model.driver import CallKind

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True, eq=False)
class Buffer:
    """One class. `shared` is a cell that others can see (empty: none), `passed_to` a function outside of this file that
    gets the address and whose answer counts, `given_back`: a function of this file gives it to whoever calls it."""

    name: str
    events: tuple[Event, ...]
    shared: str
    passed_to: str
    given_back: bool

    @property
    def whole(self) -> bool:
        """Whether nothing outside of the file can see the address."""
        return not self.shared

    def of(self, kind: CallKind) -> tuple[Event, ...]:
        """The calls of that kind."""
        return tuple(event for event in self.events if event.call.kind is kind)


def buffers_of(flow: Flow) -> tuple[Buffer, ...]:
    """Every buffer, in the order of its first call."""
    cells = flow.cells
    found: dict[str, list[Event]] = {}
    for event in flow.events:
        if event.call.kind is not CallKind.MASK:
            found.setdefault(cells.find(event.cell), []).append(event)
    members = cells.classes()
    passed: dict[str, str] = {}
    for escape in flow.escapes:
        passed.setdefault(cells.find(escape.cell), escape.function)
    made = {cells.find(cell): f"what {function}() gives" for cell, function in flow.foreign.items()}
    returned = {cells.find(cell) for cell in flow.returned}
    return tuple(
        Buffer(
            name=_name(members[root], events, flow),
            events=tuple(events),
            shared=next((_spoken(cell) for cell in members[root] if _seen_outside(cell, flow)), made.get(root, "")),
            passed_to=passed.get(root, ""),
            given_back=root in returned or any(_is_parameter(cell, flow) for cell in members[root]),
        )
        for root, events in found.items()
    )


def _name(members: list[str], events: list[Event], flow: Flow) -> str:
    """A field before a variable before nothing."""
    fields = [cell for cell in members if "." in cell and ":" not in cell]
    variables = [cell for cell in members if ":" in cell and not cell.endswith(":return") and ">" not in cell]
    own = [cell for cell in variables if cell.startswith(f"{events[0].root.name}:")]
    chosen = next(iter([*fields, *own, *variables]), "")
    structure, dot, field = chosen.partition(".")
    aliases = {tag: alias for alias, tag in flow.source.aliases.items() if tag.startswith("@")}
    if dot and structure in aliases:
        return f"{aliases[structure]}.{field}"
    return _spoken(chosen) if chosen else f"{events[0].root.function.name}()"


def _spoken(cell: str) -> str:
    if ":" in cell:
        function, _, name = cell.rpartition(":")
        return f"{name} of {function.partition('>')[0]}()" if function else name
    return cell.replace("?.", "….")


def _seen_outside(cell: str, flow: Flow) -> bool:
    source = flow.source
    if ":" in cell:
        function, _, name = cell.rpartition(":")
        if not function:
            return name not in source.statics
        return _is_parameter(cell, flow)
    structure, dot, _ = cell.partition(".")
    return bool(dot) and structure not in source.owned


def _is_parameter(cell: str, flow: Flow) -> bool:
    """Whether a caller outside of the file gives it."""
    function, _, name = cell.rpartition(":")
    known = flow.source.functions.get(function)
    return known is not None and name in known.parameters and not (known.static and function in flow.called)


def size_of(event: Event) -> str:
    """The size as the source has it."""
    given = arguments(event.node)
    return (
        " ".join(text(given[event.call.size]).split())
        if event.call.size is not None and event.call.size < len(given)
        else ""
    )


def masks_of(flow: Flow) -> Iterator[tuple[Event, Node]]:
    """The masks that are asked for, each with its expression."""
    for event in flow.events:
        if event.call.kind is CallKind.MASK and event.call.mask is not None:
            given = arguments(event.node)
            if event.call.mask < len(given):
                yield event, given[event.call.mask]
