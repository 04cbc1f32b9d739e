"""What an expression is: the cell that it names, its structure, the directions that it may have.

Enters: a node of the tree, and the `Frame` in which it stands. Leaves: names. Must hold: a parameter is what was given
for it; a constant, a macro and a function of the file are looked up; what comes from elsewhere is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from analyzer.drivers.api import DIRECTIONS, accessor, calls, fields, passes
from analyzer.drivers.cells import Cells
from analyzer.drivers.frames import Frame, arguments
from analyzer.drivers.source import Function, Source, text

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 6
"""Calls that are looked into, one in the other."""
TRANSPARENT = ("parenthesized_expression", "cast_expression", "subscript_expression", "pointer_expression")


class Expressions:
    """Of one file; `carries` says which functions are looked into where they are called."""

    def __init__(self, source: Source, cells: Cells, carries: Callable[[Function], bool]) -> None:
        self.source = source
        self.cells = cells
        self._carries = carries

    def holds(self, node: Node, frame: Frame) -> bool | None:
        """Whether a condition holds in this call; None: it takes more than constants to say."""
        while node.type == "parenthesized_expression" and node.named_children:
            node = node.named_children[0]
        said = text(node)
        if said in ("true", "false") or (node.type == "number_literal" and said.isdigit()):
            return said not in ("false", "0")
        if node.type == "unary_expression" and said.startswith("!"):
            inner = self.holds(node.named_children[0], frame)
            return None if inner is None else not inner
        if node.type == "identifier" and said in frame.arguments:
            given, where = frame.arguments[said]
            return self.holds(given, where)
        return None

    def cell(self, node: Node, frame: Frame) -> str:
        """Where an address is that the expression gives or names; empty: nowhere."""
        kind = node.type
        if kind in TRANSPARENT:
            inner = node.child_by_field_name("argument") or node.child_by_field_name("value")
            inner = inner or next(iter(node.named_children[-1:]), None)
            return self.cell(inner, frame) if inner else ""
        if kind in ("pointer_declarator", "array_declarator"):
            inner = node.child_by_field_name("declarator")
            return self.cell(inner, frame) if inner is not None else ""
        if kind == "update_expression":
            return self.cell(node.named_children[0], frame) if node.named_children else ""
        if kind == "identifier":
            return self._variable(text(node), frame)
        if kind == "field_expression":
            base = node.child_by_field_name("argument")
            return self.field(base, text(node.child_by_field_name("field")), frame) if base is not None else ""
        if kind == "assignment_expression" or (kind == "binary_expression" and _adds(node)):
            left = node.child_by_field_name("left")
            return self.cell(left, frame) if left is not None else ""
        if kind == "conditional_expression":
            sides = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
            found = [cell for side in sides if side is not None and (cell := self.cell(side, frame))]
            for one in found[1:]:
                self.cells.join(one, found[0])
            return found[0] if found else ""
        return self._result(node, frame) if kind == "call_expression" else ""

    def _variable(self, name: str, frame: Frame) -> str:
        if name.isupper() and (name in self.source.constants or name.startswith("DMA_")):
            return ""
        if name in frame.arguments:
            given, where = frame.arguments[name]
            return self.cell(given, where)
        if name in frame.function.types or name in frame.function.parameters:
            return f"{frame.name}:{name}"
        if frame.function.first_line and frame.caller is not None:
            return self._variable(name, frame.caller)
        return f":{name}" if name.isidentifier() and name not in ("NULL", "true", "false") else ""

    def field(self, base: Node, name: str, frame: Frame) -> str:
        """The cell of a field."""
        return f"{self.structure(base, frame) or '?'}.{name}"

    def _result(self, node: Node, frame: Frame) -> str:
        name, given = text(node.child_by_field_name("function")), arguments(node)
        if access := accessor(name):
            return access
        if name in fields("read") and len(given) > 1:
            return self.field(given[0], text(given[1]), frame)
        if name in passes() and given:
            return self.cell(given[0], frame)
        call = calls().get(name)
        if call and call.kind.value == "map" and call.handle is None:
            return f"{frame.name}@{node.start_byte}"
        own = self.source.functions.get(name)
        if own is None:
            return ""
        if frame.depth < DEEPEST and self._carries(own):
            return f"{frame.name}>{node.start_byte}:return"
        return f"{own.name}:return"

    def structure(self, node: Node, frame: Frame) -> str:
        """The structure that an expression is or points to; empty: unknown."""
        found = self._structure(node, frame)
        return self.source.aliases.get(found, found)

    def _structure(self, node: Node, frame: Frame) -> str:
        kind = node.type
        if kind == "cast_expression":
            described = node.child_by_field_name("type")
            named = described.child_by_field_name("type") if described is not None else None
            tag = named.child_by_field_name("name") if named is not None else None
            return text(tag)
        if kind in TRANSPARENT:
            inner = node.child_by_field_name("argument") or next(iter(node.named_children), None)
            return self.structure(inner, frame) if inner else ""
        if kind == "identifier":
            name = text(node)
            if name in frame.arguments and not frame.function.types.get(name):
                given, where = frame.arguments[name]
                return self.structure(given, where)
            return frame.function.types.get(name, "")
        if kind == "field_expression":
            base = node.child_by_field_name("argument")
            owner = self.structure(base, frame) if base is not None else ""
            return self.source.fields.get((owner, text(node.child_by_field_name("field"))), "")
        if kind == "call_expression":
            # container_of(pointer, struct foo, field) and its like.
            said = text(next(iter(arguments(node)[1:2]), None))
            return said.removeprefix("struct ").strip() if said.startswith("struct ") else ""
        return ""

    def ways(self, node: Node, frame: Frame, depth: int = 0) -> frozenset[str]:
        """The directions that an expression may have: DMA_…, else `?` and the expression."""
        kind, said = node.type, text(node)
        unknown = frozenset({f"?{' '.join(said.split())}"})
        if depth > DEEPEST:
            return unknown
        if kind in ("parenthesized_expression", "cast_expression"):
            inner = node.named_children[-1:]
            return self.ways(inner[0], frame, depth + 1) if inner else unknown
        if kind == "conditional_expression":
            condition = node.child_by_field_name("condition")
            holds = self.holds(condition, frame) if condition is not None else None
            taken = {True: ("consequence",), False: ("alternative",), None: ("consequence", "alternative")}[holds]
            sides = [node.child_by_field_name(name) for name in taken]
            return frozenset().union(*(self.ways(s, frame, depth + 1) for s in sides if s is not None))
        if kind == "number_literal" and said.isdigit() and int(said) < len(DIRECTIONS):
            return frozenset({DIRECTIONS[int(said)]})
        if kind == "identifier":
            return self._named(said, frame, depth) or unknown
        if kind == "call_expression":
            own = self.source.functions.get(text(node.child_by_field_name("function")))
            if own is not None:
                bound = dict(zip(own.parameters, ((one, frame) for one in arguments(node)), strict=False))
                inner_frame = Frame(own, f"{frame.name}>{node.start_byte}", bound, node, frame)
                given = [n.named_children[0] for n in self.source.walk(own.body) if _gives(n)]
                return frozenset().union(*(self.ways(one, inner_frame, depth + 1) for one in given)) or unknown
        return unknown

    def _named(self, name: str, frame: Frame, depth: int) -> frozenset[str]:
        if name in DIRECTIONS:
            return frozenset({name})
        if name in self.source.constants:
            return self.ways(self.source.constants[name], frame, depth + 1)
        if name in frame.arguments:
            given, where = frame.arguments[name]
            return self.ways(given, where, depth + 1)
        if name in frame.function.parameters:
            return frozenset({f"?{frame.name}:{name}"})
        assigned = list(_assigned(self.source, frame.function, name))
        return frozenset().union(*(self.ways(one, frame, depth + 1) for one in assigned))


def _adds(node: Node) -> bool:
    return text(node.child_by_field_name("operator")) in ("+", "-", "&", "|", ">>")


def _gives(node: Node) -> bool:
    return node.type == "return_statement" and bool(node.named_children)


def _assigned(source: Source, function: Function, name: str) -> Iterator[Node]:
    sides = {"assignment_expression": ("left", "right"), "init_declarator": ("declarator", "value")}
    for node in source.walk(function.body):
        into, out = sides.get(node.type, ("", ""))
        value = node.child_by_field_name(out) if into and text(node.child_by_field_name(into)) == name else None
        if value is not None:
            yield value
