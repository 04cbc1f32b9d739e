"""Composes the report of `kweigh matrix`: the features of many configs side by side.

Enters: a `Matrix`. Leaves: a `Report` (`kweigh.matrix/1`). Must hold: a config that could not be resolved stays a
row, with its error; every value that is on has its reason and place, gathered per feature for people and per cell
in the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Block,
    Column,
    Grid,
    GridColumn,
    GridRow,
    Heading,
    Item,
    Outline,
    Paragraph,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.forms import feature_set_json, reason_json
from analyzer.reports.phrases import about_feature, because, by, plain, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState, Matrix, MatrixRow
    from analyzer.model.report import Json, Phrase

MOST_WAYS = 12
"""How many ways to turn a feature on are listed before they are only counted."""

MOST_CONFIGS = 8
"""How many configs of an architecture are named beside a way before they are only counted."""


def matrix(found: Matrix) -> Report:
    """The report on many configs: the matrix, what turns each feature on where, and what could not be resolved."""
    return Report(
        schema="kweigh.matrix/1",
        title=f"{found.feature_set.title}: {found.tree}",
        blocks=(*_grid_blocks(found), *_error_blocks(found), *_way_blocks(found)),
        data={
            "tree": found.tree,
            "feature_set": feature_set_json(found.feature_set),
            "rows": [_row_json(row) for row in found.rows],
        },
        records=Records(
            columns=("arch", "config", "feature", "symbol", "value", "why", "where", "error"),
            rows=tuple(record for row in found.rows for record in _records(row)),
        ),
    )


def _grid_blocks(found: Matrix) -> Iterator[Block]:
    resolved = [row for row in found.rows if not row.error]
    if not resolved:
        return
    rows, missing = [], []
    for number, feature in enumerate(found.feature_set.features):
        if any(row.features[number].symbol for row in resolved):
            cells = tuple(_cell(row, number) for row in found.rows)
            rows.append(GridRow(title=feature.name, cells=cells, group=feature.group))
        else:
            missing.append(feature.name)
    if rows:
        columns = tuple(GridColumn(title=row.config, group=row.arch) for row in found.rows)
        yield Grid(columns=columns, rows=tuple(rows))
        legend = "y built in, m module, . off, - not defined for the architecture"
        unknown = ", ? not resolved" if any(row.error for row in found.rows) else ""
        yield Paragraph(phrase=say(legend + unknown, "place"))
    if missing:
        yield Paragraph(phrase=say(f"Not defined in this tree: {', '.join(missing)}.", "missing"))


def _cell(row: MatrixRow, number: int) -> Span:
    if row.error:
        return Span("?", "warn")
    state = row.features[number]
    if state.symbol is None:
        return Span("-", "missing")
    return value(state.value) if state.is_on else Span(".", "off")


def _error_blocks(found: Matrix) -> Iterator[Block]:
    failed = [row for row in found.rows if row.error]
    if failed:
        yield Heading(text="Not resolved")
        columns = tuple(Column(title=title) for title in ("arch", "config", "error"))
        rows = (Row(cells=(say(row.arch), say(row.config), say(row.error, "warn"))) for row in failed)
        yield Table(columns=columns, rows=tuple(rows))


def _way_blocks(found: Matrix) -> Iterator[Block]:
    items = [item for number in range(len(found.feature_set.features)) for item in _way_items(found, number)]
    if items:
        yield Heading(text="What turns them on")
        yield Outline(items=tuple(items))


def _way_items(found: Matrix, number: int) -> Iterator[Item]:
    on = [row for row in found.rows if not row.error and row.features[number].is_on]
    if not on:
        return
    ways: dict[Phrase, list[MatrixRow]] = {}
    for row in on:
        for way in _ways(row.features[number]):
            ways.setdefault(way, []).append(row)
    yield Item(0, say(found.feature_set.features[number].name, "name"))
    for way, where in list(ways.items())[:MOST_WAYS]:
        yield Item(1, (*way, Span(f" {_configs(where, found)}")))
    if len(ways) > MOST_WAYS:
        yield Item(1, say(f"and {len(ways) - MOST_WAYS} more ways", "missing"))


def _ways(state: FeatureState) -> Iterator[Phrase]:
    """What turned a feature on, one phrase per line that did; equal phrases from different configs count as one way."""
    reason = state.reason
    if reason is None:
        return
    if reason.kind in {"selected", "implied"}:
        yield from (say(f"{reason.kind} by ") + by(cause) for cause in reason.causes)
    elif reason.kind == "user":
        # Each config sets it on a line of its own: one way, whatever the line; the data has the lines.
        yield say("set by the config itself")
    else:
        yield because(reason)


def _configs(where: Sequence[MatrixRow], found: Matrix) -> str:
    """`everywhere`, or `in alpha, arm (tinyconfig)`: an architecture alone stands for all of its configs."""
    whole = Counter(row.arch for row in found.rows if not row.error)
    part = Counter(row.arch for row in where)
    if part == whole:
        return "everywhere"
    configs: dict[str, list[str]] = {}
    for row in where:
        configs.setdefault(row.arch, []).append(row.config)
    named = [
        arch if part[arch] == whole[arch] else f"{arch} ({_cut(names, MOST_CONFIGS)})"
        for arch, names in configs.items()
    ]
    return f"in {', '.join(named)}"


def _cut(names: Sequence[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"


def _row_json(row: MatrixRow) -> Json:
    return {
        "arch": row.arch,
        "config": row.config,
        "error": row.error or None,
        "cells": [
            {
                "feature": state.feature.name,
                "symbol": state.symbol.name if state.symbol else None,
                "value": state.value if state.symbol else None,
                "reason": reason_json(state.reason) if state.reason else None,
            }
            for state in row.features
        ],
    }


def _records(row: MatrixRow) -> Iterator[tuple[str, ...]]:
    if row.error:
        yield (row.arch, row.config, "", "", "", "", "", row.error)
    for state in row.features:
        symbol = state.symbol.name if state.symbol else ""
        where = str(state.reason.location) if state.reason else ""
        why = plain(about_feature(state))
        yield (row.arch, row.config, state.feature.name, symbol, state.value, why, where, "")
