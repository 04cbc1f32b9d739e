"""Composes the report of `kweigh graph`: the neighbourhood of a symbol.

Enters: a `Neighbourhood` and the config that valued it. Leaves: a `Report` (`kweigh.graph/1`). Must hold: every
edge has its place and what its condition is worth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.expr import YES, show
from analyzer.model.report import Block, Column, Heading, Records, Report, Row, Span, Table
from analyzer.reports.words.forms import config_json, location_json
from analyzer.reports.words.phrases import say, value

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.graph import Neighbourhood, Node, ValuedEdge
    from analyzer.model.report import Json, Phrase

_VERBS = {
    "depends": "depends on",
    "selects": "selects",
    "implies": "implies",
    "default": "defaults to",
    "choice": "is in",
}
_ROWS = 15
"""Symbols, and edges, that people are shown."""


def graph(config: ResolvedConfig, found: Neighbourhood) -> Report:
    """The report on what is around one symbol: the names, then the edges between them."""
    return Report(
        schema="kweigh.graph/1",
        title=f"Around {found.centre}: {config.source.name} on {config.tree.label}",
        blocks=(*_node_blocks(found), *_edge_blocks(found)),
        data={
            "config": config_json(config),
            "centre": found.centre,
            "depth": found.depth,
            "kinds": list(found.kinds),
            "nodes": [_node_json(node) for node in found.nodes],
            "edges": [_edge_json(edge) for edge in found.edges],
        },
        records=Records(
            columns=("source", "kind", "target", "condition", "value", "place"),
            rows=tuple(
                (e.edge.source, e.edge.kind, e.edge.target, show(e.edge.condition), str(e.value), str(e.edge.location))
                for e in found.edges
            ),
        ),
    )


def _node_blocks(found: Neighbourhood) -> Iterator[Block]:
    yield Heading(text=f"Symbols within {found.depth} of it: {len(found.nodes):,}")
    columns = tuple(Column(title=title) for title in ("symbol", "is", "prompt", "where"))
    yield Table(columns=columns, rows=tuple(Row(cells=_node_cells(node)) for node in found.nodes), most=_ROWS)


def _edge_blocks(found: Neighbourhood) -> Iterator[Block]:
    yield Heading(text=f"Edges between them: {len(found.edges):,}")
    if found.edges:
        columns = tuple(Column(title=title) for title in ("edge", "is", "if", "where"))
        rows = tuple(Row(cells=_edge_cells(edge)) for edge in found.edges)
        yield Table(columns=columns, rows=rows, stack=2, most=_ROWS)


def _node_cells(node: Node) -> tuple[Phrase, ...]:
    if node.location is None:
        return (say(node.name, "name"), say("-", "missing"), (), say("not defined in this tree", "missing"))
    return (say(node.name, "name"), (value(node.value),), say(node.prompt), say(str(node.location), "place"))


def _edge_cells(valued: ValuedEdge) -> tuple[Phrase, ...]:
    edge = valued.edge
    condition = () if edge.condition == YES else say(show(edge.condition))
    text = (Span(edge.source, "name"), Span(f" {_VERBS[edge.kind]} {edge.target}"))
    return (text, (value(str(valued.value)),), condition, say(str(edge.location), "place"))


def _node_json(node: Node) -> Json:
    return {
        "name": node.name,
        "value": node.value,
        "type": node.type,
        "prompt": node.prompt,
        "distance": node.distance,
        "location": location_json(node.location) if node.location else None,
    }


def _edge_json(valued: ValuedEdge) -> Json:
    edge = valued.edge
    return {
        "kind": edge.kind,
        "source": edge.source,
        "target": edge.target,
        "condition": show(edge.condition),
        "value": str(valued.value),
        "location": location_json(edge.location),
    }
