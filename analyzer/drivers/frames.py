"""A call that is looked into, and the calls of the DMA API that are found there.

Enters: nothing. Leaves: `Frame`, `Event`, `Escape`. Must hold: a frame knows what its function was given and by whom,
so that a parameter is what stands at the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.drivers.api import Call
from analyzer.drivers.source import Function

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A call of a function: who it is for, and what it was given."""

    function: Function
    name: str
    arguments: Mapping[str, tuple[Node, Frame]] = field(default_factory=dict)
    site: Node | None = None
    caller: Frame | None = None

    @property
    def depth(self) -> int:
        """How many calls lead here."""
        return 0 if self.caller is None else self.caller.depth + 1

    @property
    def outermost(self) -> Frame:
        """The function that is looked at for its own sake."""
        return self if self.caller is None else self.caller.outermost


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """A call of the DMA API; `number` counts them in the order of the text."""

    number: int
    name: str
    call: Call
    node: Node
    frame: Frame
    cell: str
    ways: frozenset[str]

    @property
    def root(self) -> Frame:
        """The function that makes it."""
        return self.frame.outermost

    @property
    def places(self) -> tuple[tuple[Node, Frame], ...]:
        """The node, and the calls that lead to it, from the inside out."""
        found, frame, node = [(self.node, self.frame)], self.frame, self.node
        while frame.caller is not None and frame.site is not None:
            node, frame = frame.site, frame.caller
            found.append((node, frame))
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Escape:
    """An address that goes to a function that is not in this file."""

    cell: str
    function: str


def arguments(node: Node) -> list[Node]:
    """The arguments of a call."""
    listed = node.child_by_field_name("arguments")
    return [one for one in listed.named_children if one.type != "comment"] if listed is not None else []
