"""A neighbourhood as DOT and as Mermaid.

Enters: a `Neighbourhood`. Leaves: text. Must hold: pure and deterministic; whatever a
name, prompt or condition contains, it stays inside its quotes: the output has one node per node and one edge per
edge.
"""

from __future__ import annotations

import re

from analyzer.model.expr import show
from analyzer.model.graph import EdgeKind, Neighbourhood, Node, ValuedEdge
from analyzer.model.neutral import neutral

_DOT_STYLE: dict[EdgeKind, str] = {
    "depends": "solid",
    "selects": "bold",
    "implies": "dashed",
    "default": "dotted",
    "choice": "solid",
}
_MERMAID_ARROW: dict[EdgeKind, str] = {
    "depends": "-->",
    "selects": "==>",
    "implies": "-.->",
    "default": "-.->",
    "choice": "---",
}


def to_dot(near: Neighbourhood) -> str:
    """The neighbourhood in Graphviz's DOT language; names are node ids, edges carry kind, place and condition's
    value.
    """
    rows = [f"digraph {_dot(near.centre)} {{", "  rankdir=LR;", "  node [shape=box];"]
    for node in near.nodes:
        looks = ["peripheries=2"] if node.name == near.centre else []
        looks += ["style=dashed"] if node.value == "n" else []
        rows.append(f"  {_dot(node.name)} [{', '.join([f'label={_dot(_node_label(node))}', *looks])}];")
    for valued in near.edges:
        edge = valued.edge
        looks = [f"label={_dot(_edge_label(valued))}", f"tooltip={_dot(show(edge.condition))}"]
        looks += [f"style={_DOT_STYLE[edge.kind]}"]
        rows.append(f"  {_dot(edge.source)} -> {_dot(edge.target)} [{', '.join(looks)}];")
    return "\n".join([*rows, "}", ""])


def to_mermaid(near: Neighbourhood) -> str:
    """The neighbourhood as a Mermaid flowchart; node ids are numbers, so that no name can be a keyword."""
    ids = {node.name: f"n{index}" for index, node in enumerate(near.nodes)}
    rows = ["flowchart LR"]
    rows += [f'  {ids[node.name]}["{_mermaid(_node_label(node))}"]' for node in near.nodes]
    for valued in near.edges:
        edge = valued.edge
        label = _mermaid(_edge_label(valued))
        rows.append(f'  {ids[edge.source]} {_MERMAID_ARROW[edge.kind]}|"{label}"| {ids[edge.target]}')
    return "\n".join([*rows, ""])


def _node_label(node: Node) -> str:
    return f"{node.name}={node.value}" if node.location else f"{node.name} (not defined)"


def _edge_label(valued: ValuedEdge) -> str:
    return f"{valued.edge.kind} [{valued.value}] {valued.edge.location}"


def _dot(text: str) -> str:
    """A double-quoted DOT string. A backslash is doubled: in labels it would otherwise start an escape such as \\N."""
    return '"' + neutral(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


_PLAIN = re.compile(r"[^A-Za-z0-9_ .:/=()\[\]-]")


def _mermaid(text: str) -> str:
    """Text for a quoted Mermaid label: everything that could mean something becomes a numeric entity code."""
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", neutral(text))
