"""A C file as a tree: its functions, function-like macros, structures and constants.

Enters: nothing. Leaves: a `Source`, which reading.py fills. Must hold: a macro is a function whose body is its text;
nothing is preprocessed, so both sides of an `#if` are there, but for what the config leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node

_IFDEF = ("preproc_ifdef", "preproc_if", "preproc_elif", "preproc_elifdef")
_DEFINED = re.compile(r"(!?)\s*(?:IS_ENABLED|IS_REACHABLE|IS_BUILTIN|defined)\s*\(?\s*CONFIG_(\w+)\s*\)?")


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function, or a macro that takes arguments."""

    name: str
    parameters: tuple[str, ...]
    body: Node
    path: str
    types: Mapping[str, str]
    """Of each parameter and local: the structure that it is or points to."""
    arrays: frozenset[str]
    """Locals that lie on the stack and are no pointers."""
    static: bool
    first_line: int = 0
    """Where the body's own line 0 is: macros are parsed from their text."""

    def line(self, node: Node) -> int:
        """The line in the file, from 1."""
        return self.first_line + int(node.start_point[0]) + 1


@dataclass(slots=True)
class Source:
    """A file with the headers beside it."""

    path: str
    functions: dict[str, Function] = field(default_factory=dict)
    others: list[Function] = field(default_factory=list)
    """Further functions of a name that is there already, where an `#if` has two."""
    constants: dict[str, Node] = field(default_factory=dict)
    fields: dict[tuple[str, str], str] = field(default_factory=dict)
    """Of (structure, field): the structure that the field is or points to; "" for anything else."""
    owned: set[str] = field(default_factory=set)
    """Structures that no other file can know."""
    statics: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    root: Any = None
    off: frozenset[str] = frozenset()

    def walk(self, node: Node) -> Iterator[Node]:
        """The node and what is below it, in the order of the text, without what the config leaves out."""
        stack = [node]
        while stack:
            at = stack.pop()
            yield at
            stack.extend(reversed(self.below(at)))

    def below(self, node: Node) -> list[Node]:
        """The named children that are compiled."""
        if node.type not in _IFDEF:
            return node.named_children
        known = self._holds(node)
        alternative = node.child_by_field_name("alternative")
        if known is None:
            return node.named_children
        if known:
            return [child for child in node.named_children if child != alternative]
        return [alternative] if alternative else []

    def _holds(self, node: Node) -> bool | None:
        """Whether the config has the condition; None: it is about something else."""
        name, condition = node.child_by_field_name("name"), node.child_by_field_name("condition")
        if name is not None:
            symbol = text(name)
            negated = text(node.child(0)) in ("#ifndef", "#elifndef")
            if symbol.startswith("CONFIG_") and symbol.removeprefix("CONFIG_") in self.off:
                return negated
            return None
        found = _DEFINED.fullmatch(text(condition).strip()) if condition is not None else None
        return bool(found[1]) if found and found[2] in self.off else None


def text(node: Node | None) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""
