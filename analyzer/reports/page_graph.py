"""Composes the network around the symbols of a feature set.

Enters: the states of the features in one config, and the edges at their symbols. Leaves: blocks. Must hold: every
feature that the tree defines is in the network; of the other symbols those that say most about them, and the rest is
counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from analyzer.model.expr import Tristate
from analyzer.model.report import Block, Network, NetworkEdge, NetworkNode, Paragraph, Span
from analyzer.reports.phrases import counted, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState
    from analyzer.model.graph import EdgeKind, ValuedEdge

MOST_OTHERS = 24
"""How many symbols beside the features' own are drawn."""

MOST_NOTED = 4
"""How many neighbours the note of a name lists."""

_WORKS = 1000
"""What a select in effect counts, in features touched."""

_CHOICE = "<"
"""Begins the names of choices, and occurs in no symbol's."""

_VERBS: dict[EdgeKind, str] = {"depends": "depends on", "selects": "selects", "implies": "implies"}


def graph_blocks(features: Sequence[FeatureState], edges: Sequence[ValuedEdge], label: str) -> Iterator[Block]:
    """The network, and what it leaves out."""
    states = {state.symbol.name: state for state in features if state.symbol is not None}
    if not states:
        yield Paragraph(phrase=say("The tree defines none of these features.", "missing"))
        return
    told = list({(e.edge.kind, e.edge.source, e.edge.target): e for e in _told(edges)}.values())
    ranked = _ranked(told, states.keys())
    others = [name for name, points in ranked[:MOST_OTHERS] if points > 1]
    names = {*states, *others}
    drawn = [_edge(e) for e in told if e.edge.source in names and e.edge.target in names]
    nodes = [
        NetworkNode(name=name, value=value(state.value), note=_note(name, drawn)) for name, state in states.items()
    ]
    nodes += [
        NetworkNode(name=name, value=Span("no feature of this set", "missing"), note=_note(name, drawn))
        for name in others
    ]
    yield Network(title=f"What the features need and select in {label}", nodes=tuple(nodes), edges=tuple(drawn))
    left = len(ranked) - len(others)
    more = f" Left out: {counted(left, 'symbol')} that touch few features (see kweigh graph)." if left > 0 else ""
    legend = "Filled: on. Dashed: no feature of the set. Strong arrows: dependencies that are met, selects that select."
    yield Paragraph(phrase=say(legend + more, "place"))


def _told(edges: Sequence[ValuedEdge]) -> Iterator[ValuedEdge]:
    """Lines between symbols, defaults and choices aside; those in effect last, so that they count."""
    told = (e for e in edges if e.edge.kind in _VERBS and not (e.edge.source + e.edge.target).count(_CHOICE))
    yield from sorted(told, key=lambda e: e.value)


def _ranked(edges: Sequence[ValuedEdge], features: Set[str]) -> list[tuple[str, int]]:
    """The names that are no feature: first those whose selects are in effect, then by how many features they touch."""
    touched: dict[str, set[str]] = {}
    works: set[str] = set()
    for valued in edges:
        edge = valued.edge
        for name, other in ((edge.source, edge.target), (edge.target, edge.source)):
            if name not in features:
                touched.setdefault(name, set()).add(other)
        if edge.kind != "depends" and valued.value > Tristate.n:
            works.add(edge.source)
    points = {name: len(others) + (_WORKS if name in works else 0) for name, others in touched.items()}
    return sorted(points.items(), key=lambda one: (-one[1], one[0]))


def _edge(valued: ValuedEdge) -> NetworkEdge:
    edge = valued.edge
    return NetworkEdge(
        source=edge.source,
        verb=_VERBS[edge.kind],
        target=edge.target,
        active=valued.value > Tristate.n,
        place=str(edge.location),
    )


def _note(name: str, edges: Sequence[NetworkEdge]) -> str:
    """The lines in effect that touch a name, in words."""
    does = [f"{e.verb} {e.target}" for e in edges if e.active and e.source == name]
    is_done = [f"{e.source} {e.verb} it" for e in edges if e.active and e.target == name]
    said = [*is_done, *does]
    more = len(said) - MOST_NOTED
    return "; ".join(said[:MOST_NOTED]) + (f"; and {more} more" if more > 0 else "")
