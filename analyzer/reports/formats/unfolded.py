"""Says in tables what a page would draw or fold.

Enters: the blocks of a report. Leaves: the same without `Fold`, `Treemap`, `Network` and `Curve`. Must hold: what is
left out of a long table is counted, and its bytes with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import Column, Curve, Fold, Network, Paragraph, Row, Span, Table, Treemap
from analyzer.reports.words.phrases import say

if TYPE_CHECKING:
    from analyzer.model.report import Block, NetworkEdge

MOST_FOLDERS = 20
"""How many folders of a treemap a format that cannot draw it shows."""


def unfolded(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with words and tables in the place of what only a page can show."""
    for block in blocks:
        match block:
            case Fold(title=title, blocks=inside):
                yield Paragraph(phrase=title)
                yield from unfolded(inside)
            case Treemap(title=title):
                yield Paragraph(phrase=say(f"{title}:"))
                yield folders(block)
            case Network(title=title):
                yield Paragraph(phrase=say(f"{title}:"))
                yield edges(block)
            case Curve(title=title):
                yield Paragraph(phrase=say(f"{title}:"))
                yield points(block)
            case _:
                yield block


def folders(treemap: Treemap) -> Table:
    """The largest folders of a treemap, the others counted."""
    found: Counter[str] = Counter()
    for tile in treemap.tiles:
        found["/".join(tile.path[:-1])] += tile.size
    ranked = found.most_common()
    shown = [(name, size) for name, size in ranked[:MOST_FOLDERS]]
    rest = ranked[MOST_FOLDERS:]
    if rest:
        shown.append((f"{len(rest):,} more", sum(size for _, size in rest)))
    return _sized("in", shown, sum(found.values()))


def tiles(treemap: Treemap) -> Table:
    """Every tile of a treemap, the largest first."""
    ranked = sorted(treemap.tiles, key=lambda tile: -tile.size)
    whole = sum(tile.size for tile in treemap.tiles)
    return _sized("what", [("/".join(tile.path), tile.size) for tile in ranked], whole)


def _sized(title: str, rows: Iterable[tuple[str, int]], whole: int) -> Table:
    return Table(
        columns=(Column(title=title), Column(title="bytes", align="right"), Column(title="share", align="right")),
        rows=tuple(
            Row(cells=(say(name, "name"), say(f"{size:,}"), say(f"{100 * size / (whole or 1):.1f} %")))
            for name, size in rows
        ),
    )


def edges(network: Network) -> Table:
    """Every edge of a network, and the names that none touches."""
    columns = (Column(title="edge"), Column(title="in effect"), Column(title="where"))
    joined = {name for edge in network.edges for name in (edge.source, edge.target)}
    rows = [_edge(edge) for edge in network.edges]
    rows += [
        Row(cells=(say(node.name, "name"), (node.value,), say("stands alone", "missing")))
        for node in network.nodes
        if node.name not in joined
    ]
    return Table(columns=columns, rows=tuple(rows), stack=1)


def points(curve: Curve) -> Table:
    """Every point of a curve."""
    titles = (Column(title="try", align="right"), Column(title="bytes", align="right"), Column(title="what came of it"))
    return Table(
        columns=titles,
        rows=tuple(
            Row(cells=(say(f"{one.number:,}"), say(f"{one.size:,}"), say(one.note, "on" if one.kept else "plain")))
            for one in curve.points
        ),
    )


def _edge(edge: NetworkEdge) -> Row:
    text = (Span(edge.source, "name"), Span(f" {edge.verb} {edge.target}"))
    effect = say("yes", "on") if edge.active else say("no", "off")
    return Row(cells=(text, effect, say(edge.place, "place")))
