"""What becomes of a call's result, and which calls exclude each other.

Enters: an `Event` and its `Source`. Leaves: whether somebody looks at the result, whether two calls can both happen.
Must hold: "nobody looks" is only said where the result is seen to go nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.drivers.frames import Event, Frame, arguments
from analyzer.drivers.source import Source, text
from analyzer.model.driver import Checked

if TYPE_CHECKING:
    from tree_sitter import Node

_CONDITIONS = ("if_statement", "while_statement", "do_statement", "for_statement", "conditional_expression")
_LOOPS = ("for_statement", "while_statement", "do_statement")
_WRAPPING = ("parenthesized_expression", "cast_expression", "unary_expression", "binary_expression")
_BRANCHES = {
    "if_statement": ("consequence", "alternative"),
    "conditional_expression": ("consequence", "alternative"),
}


def kept_in(event: Event) -> str:
    """The text of what the result is assigned to, as it stands where the call is made; empty: nothing."""
    for node, _ in reversed(event.places):
        target = _target(node)
        if target is not None:
            return " ".join(text(target).split())
    return ""


def _target(node: Node) -> Node | None:
    above = node.parent
    while above is not None and above.type in _WRAPPING:
        node, above = above, above.parent
    if above is None:
        return None
    if above.type == "assignment_expression" and above.child_by_field_name("right") == node:
        return above.child_by_field_name("left")
    if above.type == "init_declarator" and above.child_by_field_name("value") == node:
        return above.child_by_field_name("declarator")
    return None


def looked_at(event: Event, source: Source) -> Checked:
    """Whether what the call gives back (not the address: a number of entries, a pointer) is looked at."""
    node, frame = event.node, event.frame
    above = node.parent
    while above is not None and above.type in _WRAPPING:
        above = above.parent
    if above is None or above.type == "expression_statement":
        return Checked.NO if above is not None else Checked.UNKNOWN
    target = _target(node)
    if target is None:
        return Checked.YES if above.type in _CONDITIONS else Checked.UNKNOWN
    while target.type == "identifier" and text(target) in frame.arguments:
        target, frame = frame.arguments[text(target)]
    name = _last_name(target)
    inside = [frame.function] if target.type in ("identifier", "pointer_declarator") else source.functions.values()
    for function in inside:
        if any(_reads(one, name, target) for one in source.walk(function.body)):
            return Checked.YES
    return Checked.NO


def _reads(node: Node, name: str, target: Node) -> bool:
    """Whether the node is the name, somewhere where its value decides, goes to another function, or is given back."""
    if node.type not in ("identifier", "field_identifier") or text(node) != name or node.end_byte == target.end_byte:
        return False
    below, above = node, node.parent
    while above is not None and above.type not in ("compound_statement", "expression_statement"):
        if above.type in ("argument_list", "return_statement", "binary_expression", "unary_expression"):
            return True
        if above.type in _CONDITIONS and above.child_by_field_name("condition") == below:
            return True
        if above.type in ("assignment_expression", "init_declarator"):
            return above.child_by_field_name("left") != below and above.child_by_field_name("declarator") != below
        below, above = above, above.parent
    return False


def _last_name(target: Node) -> str:
    if target.type == "field_expression":
        return text(target.child_by_field_name("field"))
    if target.type in ("subscript_expression", "pointer_expression", "parenthesized_expression"):
        return _last_name(target.child_by_field_name("argument") or target.named_children[0])
    inside = target.child_by_field_name("declarator") if target.type == "pointer_declarator" else None
    return _last_name(inside) if inside is not None else text(target)


def exclusive(a: Event, b: Event) -> bool:
    """Whether the two stand in different branches of one condition."""
    ours, theirs = _branches(a), _branches(b)
    return any(key in theirs and theirs[key] != branch for key, branch in ours.items())


def comes_again(event: Event, earlier: Event, source: Source) -> bool | None:
    """Whether what stands earlier in the text comes after the event as well, in the next round of a loop; None: maybe,
    by a goto."""
    loops = {(frame.name, node.start_byte) for place, frame in event.places for node in _around(place, _LOOPS)}
    if any(
        (frame.name, node.start_byte) in loops for place, frame in earlier.places for node in _around(place, _LOOPS)
    ):
        return True
    labels = [n for n in source.walk(event.root.function.body) if n.type == "labeled_statement"]
    back = any(label.start_byte <= earlier.places[-1][0].start_byte for label in labels)
    return None if back else False


def _around(node: Node, kinds: tuple[str, ...]) -> Iterator[Node]:
    above = node.parent
    while above is not None:
        if above.type in kinds or _iterates(above):
            yield above
        above = above.parent


def _iterates(node: Node) -> bool:
    """A block behind a call without a semicolon is the body of a macro such as list_for_each_entry()."""
    before = node.prev_named_sibling if node.type == "compound_statement" else None
    return before is not None and before.type == "expression_statement" and not text(before).endswith(";")


def leaves(a: Event) -> bool:
    """Whether the innermost block that the call stands in ends by leaving: return, goto, break, continue."""
    for node, _ in a.places:
        above: Node | None = node
        while above is not None and above.type != "compound_statement":
            above = above.parent
        if above is not None and above.parent is not None and above.parent.type != "function_definition":
            last = above.named_children[-1:]
            return bool(last) and last[0].type in (
                "return_statement",
                "goto_statement",
                "break_statement",
                "continue_statement",
            )
    return False


def _branches(event: Event) -> dict[tuple[str, int], int]:
    """Every condition around the event, with the branch that it stands in."""
    found: dict[tuple[str, int], int] = {}
    for place, frame in event.places:
        node = place
        while node.parent is not None:
            above = node.parent
            for number, name in enumerate(_BRANCHES.get(above.type, ())):
                if above.child_by_field_name(name) == node:
                    found[frame.name, above.start_byte] = number
            if above.type == "case_statement" and above.parent is not None:
                found[frame.name, above.parent.start_byte] = above.start_byte
            if above.type in ("preproc_ifdef", "preproc_if"):
                found[frame.name, above.start_byte] = int(node.type in ("preproc_else", "preproc_elif"))
            node = above
    return found


def on_the_stack(event: Event, source: Source) -> str:
    """The local that is mapped, if its memory lies on the stack; else empty."""
    if event.call.buffer is None:
        return ""
    given = arguments(event.node)
    return _local(given[event.call.buffer], event.frame, source) if event.call.buffer < len(given) else ""


def _local(node: Node, frame: Frame, source: Source) -> str:
    while node.type in ("parenthesized_expression", "cast_expression"):
        node = node.named_children[-1]
    if node.type == "identifier":
        name = text(node)
        if name in frame.arguments:
            given, where = frame.arguments[name]
            return _local(given, where, source)
        return name if name in frame.function.arrays and _is_array(name, frame, source) else ""
    if node.type == "pointer_expression" and text(node).startswith("&"):
        inner = node.child_by_field_name("argument")
        while inner is not None and inner.type == "field_expression" and "->" not in text(inner):
            inner = inner.child_by_field_name("argument")
        if inner is not None and inner.type == "identifier" and text(inner) in frame.function.arrays:
            return text(inner)
    return ""


def _is_array(name: str, frame: Frame, source: Source) -> bool:
    return any(
        node.type == "array_declarator" and text(node.child_by_field_name("declarator")) == name
        for node in source.walk(frame.function.body)
    )
