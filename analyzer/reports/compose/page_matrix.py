"""Composes the heat map of a matrix and the reasons behind its cells.

Enters: a `Matrix`. Leaves: blocks. Must hold: every cell of a config that could be resolved leads to a row with its
reason and place; equal reasons are one row, which names the configs it holds for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Grid, GridColumn, GridRow, Heading, Paragraph, Row, Span, Table
from analyzer.reports.compose.matrix import grid_cell
from analyzer.reports.words.phrases import say, value
from analyzer.reports.words.reasons import why_cell

if TYPE_CHECKING:
    from analyzer.model.analysis import Matrix, MatrixRow
    from analyzer.model.report import Phrase

MOST_NAMED = 12
"""How many configs a reason names before it counts them."""


def matrix_blocks(found: Matrix) -> Iterator[Block]:
    """The grid, its legend, and the reasons."""
    resolved = [row for row in found.rows if not row.error]
    numbers = [
        number
        for number in range(len(found.feature_set.features))
        if any(row.features[number].symbol for row in resolved)
    ]
    if not numbers:
        yield Paragraph(phrase=say("The tree defines none of these features.", "missing"))
        return
    grid_rows: list[GridRow] = []
    reasons: list[Row] = []
    for number in numbers:
        feature = found.feature_set.features[number]
        ways: dict[tuple[str, Phrase], list[MatrixRow]] = {}
        links: list[str] = []
        for place, row in enumerate(found.rows):
            if row.error:
                links.append(f"failure {place}")
                continue
            state = row.features[number]
            way = state.value if state.symbol else "-", why_cell(state, "these architectures")
            ways.setdefault(way, []).append(row)
            links.append(f"{number} {list(ways).index(way)}")
        cells = tuple(grid_cell(row, number) for row in found.rows)
        grid_rows.append(GridRow(title=feature.name, group=feature.group, cells=cells, links=tuple(links)))
        for place, ((text, why), rows) in enumerate(ways.items()):
            shown = Span("-", "missing") if text == "-" else value(text)
            told = (say(feature.name, "name"), (shown,), why, say(_configs(rows, resolved)))
            reasons.append(Row(cells=told, anchor=f"{number} {place}"))
    columns = tuple(GridColumn(title=row.config, group=row.arch) for row in found.rows)
    yield Grid(columns=columns, rows=tuple(grid_rows))
    legend = "y built in, m module, . off, - not defined for the architecture"
    yield Paragraph(phrase=say(legend + (", ? not resolved" if len(resolved) < len(found.rows) else ""), "place"))
    if len(resolved) < len(found.rows):
        yield Heading(text="Not resolved")
        yield Table(
            columns=tuple(Column(title=title) for title in ("arch", "config", "error")),
            rows=tuple(
                Row(cells=(say(row.arch), say(row.config), say(row.error, "warn")), anchor=f"failure {place}")
                for place, row in enumerate(found.rows)
                if row.error
            ),
        )
    yield Heading(text="Why each cell is so")
    titles = ("feature", "value", "why", "in")
    yield Table(columns=tuple(Column(title=title) for title in titles), rows=tuple(reasons), stack=2)


def _configs(rows: list[MatrixRow], resolved: list[MatrixRow]) -> str:
    """`everywhere`, or `arm, mips; tinyconfig of alpha`: an architecture alone stands for all of its configs."""
    whole, part = _by_arch(resolved), _by_arch(rows)
    if part == whole:
        return "everywhere"
    alike: dict[tuple[str, ...], list[str]] = {}
    for arch, configs in part.items():
        alike.setdefault(() if configs == whole[arch] else tuple(configs), []).append(arch)
    said = []
    for some, arches in sorted(alike.items()):
        where = "every architecture" if len(arches) == len(whole) > 1 else ", ".join(arches)
        # Of a single architecture there is no other to be told apart from.
        said.append(f"{_some(some)} of {where}" if some and len(whole) > 1 else _some(some) if some else where)
    return "; ".join(said)


def _by_arch(rows: list[MatrixRow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.arch, []).append(row.config)
    return found


def _some(configs: tuple[str, ...]) -> str:
    more = len(configs) - MOST_NAMED
    return ", ".join(configs) if more <= 0 else f"{', '.join(configs[:MOST_NAMED])} and {more} more"
