"""Rule: an export has one statement per node and edge, whatever the names, prompts and paths contain."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from analyzer.deps import to_dot, to_mermaid
from analyzer.model.expr import Const, Location, Ref, Tristate
from analyzer.model.graph import EDGE_KINDS, Edge, Neighbourhood, Node, ValuedEdge

HOSTILE = (
    'A"]; evil -> "B',
    "end",
    "back\\",
    "\\N",
    "new\nline",
    "</script><b>",
    "`x`",
    "a|b",
    "%%{init}%%",
    "#quot;",
    "ä\u2028\x1b[31m",
    "\udc80",
    "",
)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8))


@st.composite
def neighbourhoods(draw: st.DrawFn) -> Neighbourhood:
    names = draw(st.lists(TEXTS, min_size=1, max_size=5, unique=True))
    nodes = tuple(
        Node(
            name=name,
            value=draw(st.sampled_from(["n", "m", "y", 'a "text"'])),
            type="bool",
            prompt=draw(TEXTS),
            location=draw(st.none() | st.builds(Location, path=TEXTS, line=st.integers(0, 9))),
            distance=index,
        )
        for index, name in enumerate(names)
    )
    edge = st.builds(
        Edge,
        kind=st.sampled_from(EDGE_KINDS),
        source=st.sampled_from(names),
        target=st.sampled_from(names),
        condition=st.one_of(TEXTS.map(Ref), TEXTS.map(Const)),
        location=st.builds(Location, path=TEXTS, line=st.integers(0, 9)),
    )
    edges = draw(st.lists(st.builds(ValuedEdge, edge=edge, value=st.sampled_from(Tristate)), max_size=6))
    return Neighbourhood(centre=names[0], depth=1, kinds=EDGE_KINDS, nodes=nodes, edges=tuple(edges))


QUOTED = r'"(?:[^"\\\x00-\x1f]|\\\\|\\")*"'
DOT_NODE = re.compile(rf"  {QUOTED} \[label={QUOTED}(?:, peripheries=2)?(?:, style=dashed)?\];")
DOT_EDGE = re.compile(rf"  {QUOTED} -> {QUOTED} \[label={QUOTED}, tooltip={QUOTED}, style=[a-z]+\];")
LABEL = r'"(?:[A-Za-z0-9_ .:/=()\[\]-]|#\d+;)*"'
MERMAID_NODE = re.compile(rf"  n\d+\[{LABEL}\]")
MERMAID_EDGE = re.compile(rf"  n\d+ (?:-->|==>|-\.->|---)\|{LABEL}\| n\d+")


@given(neighbourhoods())
def test_dot_has_one_statement_per_node_and_edge(near: Neighbourhood) -> None:
    lines = to_dot(near).split("\n")
    assert re.fullmatch(rf"digraph {QUOTED} \{{", lines[0])
    assert lines[1:3] == ["  rankdir=LR;", "  node [shape=box];"]
    assert lines[-2:] == ["}", ""]
    assert all(line.isprintable() for line in lines)
    nodes, edges = lines[3 : 3 + len(near.nodes)], lines[3 + len(near.nodes) : -2]
    assert all(DOT_NODE.fullmatch(line) for line in nodes)
    assert len(edges) == len(near.edges)
    assert all(DOT_EDGE.fullmatch(line) for line in edges)


@given(neighbourhoods())
def test_mermaid_has_one_statement_per_node_and_edge(near: Neighbourhood) -> None:
    lines = to_mermaid(near).split("\n")
    assert (lines[0], lines[-1]) == ("flowchart LR", "")
    nodes, edges = lines[1 : 1 + len(near.nodes)], lines[1 + len(near.nodes) : -1]
    assert all(MERMAID_NODE.fullmatch(line) for line in nodes)
    assert len(edges) == len(near.edges)
    assert all(MERMAID_EDGE.fullmatch(line) for line in edges)


@given(neighbourhoods())
def test_every_text_can_be_written_as_a_file(near: Neighbourhood) -> None:
    (to_dot(near) + to_mermaid(near)).encode("utf-8")


def test_what_it_looks_like() -> None:
    place = Location(path="kernel/dma/Kconfig", line=7)
    nodes = (
        Node(name="DMA_OPS", value="y", type="bool", prompt="", location=place, distance=0),
        Node(name="NOWHERE", value="n", type="unknown", prompt="", location=None, distance=1),
    )
    edge = Edge(kind="depends", source="DMA_OPS", target="NOWHERE", condition=Ref("NOWHERE"), location=place)
    near = Neighbourhood(
        centre="DMA_OPS",
        depth=1,
        kinds=("depends",),
        nodes=nodes,
        edges=(ValuedEdge(edge=edge, value=Tristate.n),),
    )
    assert to_dot(near) == (
        'digraph "DMA_OPS" {\n'
        "  rankdir=LR;\n"
        "  node [shape=box];\n"
        '  "DMA_OPS" [label="DMA_OPS=y", peripheries=2];\n'
        '  "NOWHERE" [label="NOWHERE (not defined)", style=dashed];\n'
        '  "DMA_OPS" -> "NOWHERE" [label="depends [n] kernel/dma/Kconfig:7", tooltip="NOWHERE", style=solid];\n'
        "}\n"
    )
    assert to_mermaid(near) == (
        "flowchart LR\n"
        '  n0["DMA_OPS=y"]\n'
        '  n1["NOWHERE (not defined)"]\n'
        '  n0 -->|"depends [n] kernel/dma/Kconfig:7"| n1\n'
    )
