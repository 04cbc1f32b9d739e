"""Composes the network around the symbols of a feature set.

Enters: the states of the features in one config, and the edges at their symbols. Leaves: blocks. Must hold: no more
names are drawn than can be read, those that say most about the features; every other name that touches a feature, and
every feature that is not drawn, is in a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from analyzer.model.expr import Tristate
from analyzer.model.report import Block, Column, Fold, Network, NetworkEdge, NetworkNode, Paragraph, Row, Span, Table
from analyzer.reports.words.phrases import counted, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState
    from analyzer.model.graph import EdgeKind, ValuedEdge
    from analyzer.model.report import Phrase

MOST_FEATURES = 24
"""How many features are drawn."""

MOST_OTHERS = 12
"""How many symbols beside the features' own are drawn."""

MOST_NOTED = 4
"""How many neighbours the note of a name lists."""

_WORKS = 1000
"""What a select in effect counts, in features touched."""

_CHOICE = "<"
"""Begins the names of choices, and occurs in no symbol's."""

_VERBS: dict[EdgeKind, str] = {"depends": "depends on", "selects": "selects", "implies": "implies"}


def graph_blocks(features: Sequence[FeatureState], edges: Sequence[ValuedEdge], label: str) -> Iterator[Block]:
    """The network, and lists of what it leaves out."""
    states = {state.symbol.name: state for state in features if state.symbol is not None}
    if not states:
        yield Paragraph(phrase=say("The tree defines none of these features.", "missing"))
        return
    told = list({(e.edge.kind, e.edge.source, e.edge.target): e for e in _told(edges)}.values())
    ranked = _ranked(told, states.keys())
    others = [name for name, points in ranked[:MOST_OTHERS] if points > 1]
    shown = _shown(states.keys(), others, told)
    if not shown:
        yield Paragraph(
            phrase=say("No line of the tree joins these features, or two of them to another symbol.", "missing")
        )
    names = {*shown, *others}
    drawn = [_edge(e) for e in told if e.edge.source in names and e.edge.target in names]
    nodes = [NetworkNode(name=name, value=value(states[name].value), note=_note(name, drawn)) for name in shown]
    nodes += [
        NetworkNode(name=name, value=Span("no feature of this set", "missing"), note=_note(name, drawn))
        for name in others
    ]
    if shown:
        yield Network(title=f"What the features need and select in {label}", nodes=tuple(nodes), edges=tuple(drawn))
        yield Paragraph(phrase=say(_LEGEND, "place"))
    beside = [name for name in states if name not in names]
    if beside:
        named: list[Span] = []
        for name in beside:
            named += [Span(", " if named else ""), Span(f"{name}="), value(states[name].value)]
        yield Paragraph(phrase=(Span("Features that are not drawn: "), *named, Span(".")))
    left = sorted(name for name, _ in ranked if name not in names)
    if left:
        title = f"{counted(len(left), 'more symbol')} next to a feature: what needs or selects it, and what it does"
        yield Fold(title=say(title), blocks=(_rest(left, told),))


_LEGEND = "Filled: on. Dashed: no feature of the set. Strong arrows: dependencies that are met, selects that select."


def _shown(features: Set[str], others: Sequence[str], edges: Sequence[ValuedEdge]) -> tuple[str, ...]:
    """The features that something drawn touches: first those with most lines in effect, then with most lines."""
    names = {*features, *others}
    points: dict[str, int] = {}
    for valued in edges:
        edge = valued.edge
        if edge.source in names and edge.target in names and edge.source != edge.target:
            for name in {edge.source, edge.target} & features:
                points[name] = points.get(name, 0) + (_WORKS if valued.value > Tristate.n else 1)
    ranked = sorted(points, key=lambda name: (-points[name], name))[:MOST_FEATURES]
    return tuple(name for name in features if name in ranked)


def _rest(names: Sequence[str], edges: Sequence[ValuedEdge]) -> Table:
    """What joins each of these to the features."""
    touching: dict[str, list[Phrase]] = {name: [] for name in names}
    for valued in edges:
        edge, verb = valued.edge, _VERBS[valued.edge.kind]
        for name, text in ((edge.source, f"{verb} {edge.target}"), (edge.target, f"{edge.source} {verb} it")):
            if name in touching:
                touching[name].append((Span(text), Span(f" ({edge.location})", "place")))
    rows = (
        Row(cells=(say(name, "name"), tuple(span for part in _between(parts) for span in part)))
        for name, parts in touching.items()
    )
    return Table(columns=(Column(title="symbol"), Column(title="what joins it")), rows=tuple(rows), stack=1)


def _between(parts: Sequence[Phrase]) -> Iterator[Phrase]:
    for number, part in enumerate(parts):
        if number:
            yield say("; ")
        yield part


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
