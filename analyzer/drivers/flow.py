"""Follows addresses through a C file.

Enters: a `Source`. Leaves: `Event`s: the calls of the DMA API as each function makes them, with the cell that each
address is kept in and the directions that it may have. Must hold: a function or macro that passes an address or a
direction on is looked into at each of its calls, with what is given there; fields are told by their structure, and
where that is unknown they may be those of any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.drivers.api import Call, accessor, calls, fields, passes
from analyzer.drivers.cells import Cells
from analyzer.drivers.expressions import DEEPEST, TRANSPARENT, Expressions
from analyzer.drivers.frames import Escape, Event, Frame, arguments
from analyzer.drivers.source import Function, Source, text

if TYPE_CHECKING:
    from tree_sitter import Node

_COMPARED = ("==", "!=")


class Flow:
    """What a file's functions do with addresses."""

    def __init__(
        self, source: Source, *, called: set[str] | None = None, carriers: dict[str, bool] | None = None
    ) -> None:
        self.source = source
        self.cells = Cells()
        self.of = Expressions(source, self.cells, self.carries)
        self.events: list[Event] = []
        self.escapes: list[Escape] = []
        self.foreign: dict[str, str] = {}
        """Cells that get what a function outside of this file makes, with its name."""
        self.returned: set[str] = set()
        """Cells of what the functions that are looked at for their own sake give back."""
        self._carriers: dict[str, bool] = {} if carriers is None else carriers
        self.called = _call_sites(source) if called is None else called
        """Functions of the file that the file calls."""

    def run(self) -> None:
        """Look at every function of the file; one that only passes on is seen where it is called."""
        passing: list[Function] = []
        for function in (*self.source.functions.values(), *self.source.others):
            here = function.path == self.source.path
            if function.first_line or not (here or function.name in self.called):
                continue
            if function.name in self.called and self.carries(function):
                passing += [function] if here else []
            else:
                self.look(function)
        for function in passing:
            # Called by nobody whom this file calls: an `#if` or a table of functions stands between.
            if all(frame.function is not function for event in self.events for _, frame in event.places):
                self.look(function)
        for cell, unknown in list(self.cells.unsure()):
            self.cells.join(cell, unknown)

    def look(self, function: Function) -> None:
        """Look at one function for its own sake."""
        frame = Frame(function, function.name)
        self._visit(frame)
        self.returned.add(f"{frame.name}:return")

    def carries(self, function: Function) -> bool:
        """Whether it passes an address or a direction from or to its caller; a macro always does."""
        name = function.name
        if function.first_line:
            return True
        if name not in self._carriers:
            self._carriers[name] = False
            alone = Flow(self.source, called=self.called, carriers=self._carriers)
            alone.look(function)
            own = {alone.cells.find(f"{name}:{one}") for one in (*function.parameters, "return")}
            self._carriers[name] = any(
                alone.cells.find(event.cell) in own or f"?{name}:" in " ".join(event.ways) for event in alone.events
            )
        return self._carriers[name]

    # The walk.

    def _visit(self, frame: Frame) -> None:
        for node in self._reached(frame):
            match node.type:
                case "assignment_expression":
                    self._assign(node.child_by_field_name("left"), node.child_by_field_name("right"), frame)
                case "init_declarator":
                    self._assign(node.child_by_field_name("declarator"), node.child_by_field_name("value"), frame)
                case "return_statement":
                    for value in node.named_children[:1]:
                        self._join(f"{frame.name}:return", self.of.cell(value, frame))
                case "binary_expression":
                    self._compare(node, frame)
                case "call_expression":
                    self._call(node, frame)

    def _reached(self, frame: Frame) -> Iterator[Node]:
        """What a call of the function comes to: of a condition that its arguments decide, one branch."""
        stack = [frame.function.body]
        while stack:
            node = stack.pop()
            yield node
            below = self.source.below(node)
            if node.type in ("if_statement", "conditional_expression") and frame.arguments:
                condition = node.child_by_field_name("condition")
                holds = self.of.holds(condition, frame) if condition is not None else None
                if holds is not None:
                    left_out = node.child_by_field_name("alternative" if holds else "consequence")
                    below = [one for one in below if one != left_out]
            stack.extend(reversed(below))

    def _assign(self, left: Node | None, right: Node | None, frame: Frame) -> None:
        if left is None or right is None:
            return
        into, out = self.of.cell(left, frame), self.of.cell(right, frame)
        self._join(into, out)
        if into and (maker := self._maker(right)):
            self.foreign.setdefault(into, maker)

    def _maker(self, node: Node) -> str:
        """The function outside of this file that a value comes from; empty: none."""
        if node.type == "call_expression":
            name = text(node.child_by_field_name("function"))
            if name in passes():
                return next((made for one in arguments(node) if (made := self._maker(one))), "")
            known = name in calls() or name in self.source.functions or name in fields("read") or accessor(name)
            return "" if known else name
        if node.type in (*TRANSPARENT, "binary_expression", "conditional_expression"):
            return next((made for one in node.named_children if (made := self._maker(one))), "")
        return ""

    def _join(self, a: str, b: str) -> None:
        if a and b:
            self.cells.join(a, b)

    def _compare(self, node: Node, frame: Frame) -> None:
        sides = node.child_by_field_name("left"), node.child_by_field_name("right")
        if text(node.child_by_field_name("operator")) not in _COMPARED or None in sides:
            return
        for one, other in (sides, sides[::-1]):
            if text(one) == "DMA_MAPPING_ERROR" and other is not None:
                self._note("DMA_MAPPING_ERROR", calls()["dma_mapping_error"], node, frame, self.of.cell(other, frame))

    def _call(self, node: Node, frame: Frame) -> None:
        name, given = text(node.child_by_field_name("function")), arguments(node)
        if name in fields("write") and len(given) > 2:
            self._join(self.of.field(given[0], text(given[1]), frame), self.of.cell(given[2], frame))
        elif found := calls().get(name):
            self._api(name, found, node, given, frame)
        elif name in self.source.functions:
            self._own(self.source.functions[name], node, given, frame)
        elif name not in passes() and name not in fields("read"):
            for one in given:
                if cell := self.of.cell(one, frame):
                    self.escapes.append(Escape(cell, name))

    def _api(self, name: str, call: Call, node: Node, given: list[Node], frame: Frame) -> None:
        cell = f"{frame.name}@{node.start_byte}"
        if call.handle is not None and call.handle < len(given):
            cell = self.of.cell(given[call.handle], frame) or cell
        ways: frozenset[str] = frozenset()
        if call.direction is not None and call.direction < len(given):
            ways = self.of.ways(given[call.direction], frame)
        self._note(name, call, node, frame, cell, ways)

    def _note(
        self, name: str, call: Call, node: Node, frame: Frame, cell: str, ways: frozenset[str] = frozenset()
    ) -> None:
        if cell:
            self.cells.find(cell)
            self.events.append(Event(len(self.events) + 1, name, call, node, frame, cell, ways))

    def _own(self, function: Function, node: Node, given: list[Node], frame: Frame) -> None:
        bound = dict(zip(function.parameters, ((one, frame) for one in given), strict=False))
        if frame.depth < DEEPEST and self.carries(function):
            inner = Frame(function, f"{frame.name}>{node.start_byte}", bound, node, frame)
            self._visit(inner)
            return
        for parameter, (one, _) in bound.items():
            self._join(f"{function.name}:{parameter}", self.of.cell(one, frame))


def _call_sites(source: Source) -> set[str]:
    """Functions of the file that the file calls."""
    return {
        text(node.child_by_field_name("function"))
        for function in source.functions.values()
        for node in source.walk(function.body)
        if node.type == "call_expression"
    }
