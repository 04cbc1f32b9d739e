"""Draws a report as one page of HTML.

Enters: a `Report` and the version of the program. Leaves: a whole document that needs nothing else: no network, no
font, no second file. Must hold: foreign text is neutral and escaped wherever a template shows it, since both happen to
every value that a template prints; the page's policy lets no script run but our own, by its checksum.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import chain, count, groupby, zip_longest
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analyzer.model.neutral import neutral
from analyzer.model.report import Curve, Fold, Heading, Network, Table, Treemap
from analyzer.reports.formats.unfolded import edges, points, tiles, unfolded
from analyzer.reports.html.charts import can_draw, draw_curve, draw_network, draw_treemap
from analyzer.reports.words.phrases import plain
from analyzer.reports.words.places import PATH

if TYPE_CHECKING:
    from analyzer.model.report import Block, Grid, GridColumn, GridRow, Outline, Phrase, Report, Role

MOST_COLUMNS = 48
"""A grid of more columns is drawn in parts: a page is long rather than wide, on paper as well."""

DEEPEST = 24
"""Lines of an outline that lie deeper are drawn at this depth; browsers give up on very deep nesting."""

FEWEST_FILTERED = 8
"""A table of fewer rows has no filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading ("": what stands in front of the first) and the blocks below it."""

    title: str
    ident: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a heat map; `about` says whose it is, `link` is the id of the row that says why ("": none)."""

    text: str
    role: Role
    about: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """A grid as HTML lays it out: columns and rows in their groups, each group with what it holds."""

    columns: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[tuple[str, tuple[tuple[str, tuple[Cell, ...]], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an outline as a list item: how many lists end in front of it, and whether one begins."""

    phrase: Phrase
    closes: int
    opens: bool


@dataclass(slots=True)
class _Page:
    """What one page numbers while it is drawn."""

    anchors: dict[str, str]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def number(self) -> int:
        return next(self.numbers)

    def row(self, anchor: str) -> str:
        return self.anchors.get(anchor, "")

    def heat_maps(self, grid: Grid) -> tuple[HeatMap, ...]:
        firsts = range(0, max(len(grid.columns), 1), MOST_COLUMNS)
        return tuple(_heat_map(grid, first, self.anchors) for first in firsts)


def draw_html(report: Report, *, version: str) -> str:
    """The blocks of `report` as a document; where what draws charts is missing, with tables in their place."""
    page = _Page({anchor: f"row-{number}" for number, anchor in enumerate(_anchors(report.blocks), 1)})
    style, script = _read("page.css"), _read("page.js")
    text = (
        _templates()
        .get_template("page.html")
        .render(
            report=report,
            sections=tuple(_sections(report.blocks)),
            page=page,
            drawn=can_draw(),
            undrawn=undrawn(report),
            version=version,
            style=Markup(style),
            script=Markup(script),
            style_hash=_checksum(style),
            script_hash=_checksum(script),
        )
    )
    return text.rstrip("\n") + "\n"


def draw_inline(report: Report) -> str:
    """The blocks of `report` as a part of another document: tables and plain words, without script or style sheet."""
    blocks = tuple(unfolded(report.blocks))
    return _templates().get_template("inline.html").render(report=report, blocks=blocks)


def undrawn(report: Report) -> str:
    """What a page of `report` goes without, and what would add it ("": nothing)."""
    return (
        ""
        if can_draw() or not _has_charts(report.blocks)
        else "without drawings (pip install 'kweigh[html]' adds them)"
    )


def _has_charts(blocks: Sequence[Block]) -> bool:
    return any(
        isinstance(block, Treemap | Network | Curve) or (isinstance(block, Fold) and _has_charts(block.blocks))
        for block in blocks
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("analyzer.reports", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    filters: dict[str, Callable[..., object]] = {
        "kind": lambda block: type(block).__name__,
        "plain": plain,
        "lines": lambda text: text.rstrip("\n").split("\n"),
        "outline": lambda outline: tuple(_lines(outline)),
        "still_open": lambda outline: min(outline.items[-1].depth, DEEPEST) + 1 if outline.items else 0,
        "grouped": lambda rows: [(group, list(members)) for group, members in groupby(rows, lambda row: row.group)],
        "tiles": tiles,
        "edges": edges,
        "points": points,
        "drawing": _drawing,
        "whole": _whole,
    }
    environment.filters |= filters
    environment.globals |= {"FEWEST_FILTERED": FEWEST_FILTERED, "DEEPEST": DEEPEST}
    return environment


def _shown(value: object) -> object:
    """What a template prints: text is made neutral here, then escaped by the template; Markup is ours."""
    return neutral(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _whole(text: str) -> Markup:
    """A text in which every place (`path:line`) stands on one line."""
    parts = re.split(_PLACE, neutral(text))
    spans = (Markup("<samp>{}</samp>").format(part) for part in parts[1::2])
    return Markup("").join(chain.from_iterable(zip_longest(parts[::2], spans, fillvalue="")))


_PLACE = re.compile(rf"(\(?{PATH}:\d+\b[),.;:]*)")


def _drawing(block: Treemap | Network | Curve) -> Markup:
    if isinstance(block, Curve):
        return Markup(draw_curve(block))
    return Markup(draw_treemap(block) if isinstance(block, Treemap) else draw_network(block))


@lru_cache(maxsize=4)
def _read(name: str) -> str:
    return (resources.files("analyzer.reports") / "html" / name).read_text(encoding="utf-8")


def _checksum(text: str) -> str:
    """As a Content-Security-Policy names an inline script or style: of its text, the quotes with it."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _sections(blocks: Sequence[Block]) -> Iterator[Section]:
    title, ident = "", "top"
    inside: list[Block] = []
    known: dict[str, int] = {}
    for block in blocks:
        if isinstance(block, Heading):
            yield Section(title=title, ident=ident, blocks=tuple(inside))
            name = re.sub(r"[^a-z0-9]+", "-", block.text.lower()).strip("-")[:40] or "section"
            known[name] = known.get(name, 0) + 1
            title, ident, inside = block.text, f"s-{name}" if known[name] == 1 else f"s-{name}-{known[name]}", []
        else:
            inside.append(block)
    yield Section(title=title, ident=ident, blocks=tuple(inside))


def _anchors(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from (row.anchor for row in block.rows if row.anchor)
        elif isinstance(block, Fold):
            yield from _anchors(block.blocks)


def _lines(outline: Outline) -> Iterator[Line]:
    before = -1
    for item in outline.items:
        depth = min(item.depth, DEEPEST)
        yield Line(phrase=item.phrase, closes=max(0, before - depth), opens=depth > before)
        before = depth


def _heat_map(grid: Grid, first: int, anchors: dict[str, str]) -> HeatMap:
    across = grid.columns[first : first + MOST_COLUMNS]
    cells = [[_cell(row, column, place, anchors) for place, column in enumerate(across, first)] for row in grid.rows]
    numbered = list(enumerate(grid.rows))
    return HeatMap(
        columns=tuple((group, tuple(c.title for c in members)) for group, members in groupby(across, _group)),
        rows=tuple(
            (group, tuple((row.title, tuple(cells[number])) for number, row in members))
            for group, members in groupby(numbered, lambda one: _group(one[1]))
        ),
    )


def _group(one: GridColumn | GridRow) -> str:
    return one.group


def _cell(row: GridRow, column: GridColumn, place: int, anchors: dict[str, str]) -> Cell:
    span = row.cells[place]
    link = anchors.get(row.links[place], "") if row.links else ""
    about = f"{row.title}, {column.group} {column.title}: {_SPOKEN.get(span.text, span.text)}"
    return Cell(text=span.text, role=span.role, about=about, link=link)


_SPOKEN: dict[str, Literal["off", "not defined", "not resolved"]] = {
    ".": "off",
    "-": "not defined",
    "?": "not resolved",
}
