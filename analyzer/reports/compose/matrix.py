"""Composes the report of `kweigh matrix`: the features of many configs side by side.

Enters: a `Matrix`. Leaves: a `Report` (`kweigh.matrix/1`). Must hold: a config that could not be resolved stays a
row, with its error; every cell has its reason and place, gathered per feature for people and per cell in the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
from analyzer.reports.compose.gate import gate_blocks, gate_json
from analyzer.reports.words.forms import failure_json, feature_set_json, reason_json
from analyzer.reports.words.outcome import spoken
from analyzer.reports.words.phrases import plain, say, value
from analyzer.reports.words.reasons import Ways, configs_of, gathered, off_ways, on_ways, why_cell

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState, MappingTally, Matrix, MatrixRow, Turned
    from analyzer.model.report import ColumnType, Json


def matrix(found: Matrix, *, whole: bool = False) -> Report:
    """The report on many configs: the matrix, and what could not be resolved; with `whole` what turns each feature on
    where, what keeps it off, what gates weigh, and how scenarios of the mapping model end."""
    return Report(
        schema="kweigh.matrix/1",
        title=f"{found.feature_set.title}: {found.tree}",
        blocks=(
            *_grid_blocks(found),
            *error_blocks(row for row in found.rows if row.error),
            *(_reasons(found) if whole else ()),
            *_mapping_blocks(found),
            *(() if whole else (Paragraph(phrase=say(_MORE, "missing")),)),
        ),
        data={
            "tree": found.tree,
            "feature_set": feature_set_json(found.feature_set),
            "rows": [_row_json(row) for row in found.rows],
            "gates": [gate_json(one) for one in found.gates],
        },
        records=Records(
            columns=tuple(name for name, _ in _COLUMNS),
            rows=tuple(record for row in found.rows for record in _records(row)),
            types=tuple(kind for _, kind in _COLUMNS),
        ),
    )


_MORE = "--all shows what turns each of them on, what keeps it off, and what was measured."


def _reasons(found: Matrix) -> Iterator[Block]:
    yield from _way_blocks(found, "What turns them on", on_ways)
    yield from _way_blocks(found, "What keeps them off", off_ways)
    if found.gates:
        yield from gate_blocks(found.gates, found.tree)


def _grid_blocks(found: Matrix) -> Iterator[Block]:
    resolved = [row for row in found.rows if not row.error]
    if not resolved:
        return
    rows, missing = [], []
    for number, feature in enumerate(found.feature_set.features):
        if any(row.features[number].symbol for row in resolved):
            cells = tuple(grid_cell(row, number) for row in found.rows)
            rows.append(GridRow(title=feature.name, cells=cells, group=feature.group))
        else:
            missing.append(feature.name)
    if rows:
        columns = tuple(GridColumn(title=row.config, group=row.arch) for row in found.rows)
        yield Grid(columns=columns, rows=tuple(rows))
        legend = "y built in, m module, . off, - not defined for the architecture"
        unknown = ", ? not resolved" if any(row.error for row in found.rows) else ""
        yield Paragraph(phrase=say(legend + unknown, "place"))
    names = [
        f"{feature.name} is {here}"
        for number, feature in enumerate(found.feature_set.features)
        if (here := _called(resolved, number))
    ]
    if names:
        yield Paragraph(phrase=say(f"By the tree's own names: {', '.join(names)}.", "place"))
    if missing:
        yield Paragraph(phrase=say(f"Not defined in this tree: {', '.join(missing)}.", "missing"))


def grid_cell(row: MatrixRow, number: int) -> Span:
    """What a grid shows of feature `number`: a letter or a sign."""
    if row.error:
        return Span("?", "warn")
    state = row.features[number]
    if state.symbol is None:
        return Span("-", "missing")
    return value(state.value) if state.is_on else Span(".", "off")


def error_blocks(rows: Iterable[MatrixRow]) -> Iterator[Block]:
    """What could not be resolved, and why."""
    failed = tuple(rows)
    if failed:
        yield Heading(text="Not resolved")
        columns = tuple(Column(title=title) for title in ("arch", "config", "error"))
        cells = ((say(row.arch), say(row.config), say(row.error, "warn")) for row in failed)
        yield Table(columns=columns, rows=tuple(Row(cells=row) for row in cells))


def _called(rows: Sequence[MatrixRow], number: int) -> str:
    """The symbols that stand for a feature where they are not called as it is."""
    states = [row.features[number] for row in rows]
    names = dict.fromkeys(one.symbol.name for one in states if one.symbol is not None)
    return " or ".join(name for name in names if name != states[0].feature.name)


def _way_blocks(found: Matrix, title: str, ways: Ways) -> Iterator[Block]:
    resolved = [row for row in found.rows if not row.error]
    whole = Counter(row.arch for row in resolved)
    items: list[Item] = []
    for number, feature in enumerate(found.feature_set.features):
        if any(row.features[number].symbol for row in resolved):
            below = list(gathered(resolved, number, ways, whole))
            here = _called(resolved, number)
            head = say(feature.name, "name") + (say(f" ({here})", "name") if here else ())
            items += [Item(0, head), *below] if below else []
    if items:
        yield Heading(text=title, reasons=True)
        yield Outline(items=tuple(items))


def _mapping_blocks(found: Matrix) -> Iterator[Block]:
    """What the mapping model says, configs of one answer together."""
    asked = [row for row in found.rows if row.mapping]
    whole = Counter(row.arch for row in found.rows if not row.error)
    if not asked:
        return
    tallies: dict[MappingTally, list[MatrixRow]] = {}
    for row in asked:
        if row.mapping:
            tallies.setdefault(row.mapping, []).append(row)
    yield Heading(text=f"DMA mapping ({', '.join(sorted({tally.kernel for tally in tallies}))})")
    rows = (
        Row(
            cells=(
                say(", ".join(f"{number} {spoken(verdict)}" for verdict, number in tally.verdicts if verdict != "-")),
                say(", ".join(tally.bad), "warn"),
                say(configs_of(where, whole)),
            )
        )
        for tally, where in sorted(tallies.items(), key=lambda item: -len(item[1]))
    )
    columns = tuple(Column(title=title) for title in ("scenarios", "the kernel's own fault in", "where"))
    yield Table(columns=columns, rows=tuple(rows), stack=2)


def _row_json(row: MatrixRow) -> Json:
    return {
        "arch": row.arch,
        "config": row.config,
        "error": row.error or None,
        "cells": [cell_json(state) for state in row.features],
        "mapping": _mapping_json(row.mapping) if row.mapping else None,
    }


def _mapping_json(tally: MappingTally) -> Json:
    return {
        "kernel": tally.kernel,
        "verdicts": [{"verdict": verdict, "scenarios": number} for verdict, number in tally.verdicts],
        "bad": list(tally.bad),
    }


def cell_json(state: FeatureState) -> Json:
    """`cell` of common.json."""
    return {
        "feature": state.feature.name,
        "symbol": state.symbol.name if state.symbol else None,
        "value": state.value if state.symbol else None,
        "reason": reason_json(state.reason) if state.reason else None,
        "lacks": [failure_json(part) for part in state.lacks],
        "turned": _turned_json(state.turned) if state.turned else None,
    }


def _turned_json(turned: Turned) -> Json:
    return {"value": turned.value, "content": turned.content, "tree": turned.tree}


CELL_COLUMNS: tuple[tuple[str, ColumnType], ...] = (
    ("symbol", "text"),
    ("value", "text"),
    ("is_on", "boolean"),
    ("kind", "text"),
    ("why", "text"),
    ("path", "text"),
    ("line", "integer"),
)
"""What `cell_record` gives."""


def cell_record(state: FeatureState, arch: str) -> tuple[str, ...]:
    """A cell for programs; `kind` is that of the reason, or `undefined`."""
    symbol, reason = state.symbol, state.reason
    return (
        symbol.name if symbol else "",
        state.value,
        str(state.is_on).lower() if symbol else "",
        reason.kind if reason else "undefined",
        plain(why_cell(state, arch)),
        reason.location.path if reason else "",
        str(reason.location.line) if reason and reason.location.line else "",
    )


_COLUMNS: tuple[tuple[str, ColumnType], ...] = (
    ("arch", "text"),
    ("config", "text"),
    ("feature", "text"),
    *CELL_COLUMNS,
    ("turned", "text"),
    ("bytes", "integer"),
    ("bytes_of", "text"),
    ("wrong", "integer"),
    ("error", "text"),
)


def _records(row: MatrixRow) -> Iterator[tuple[str, ...]]:
    if row.error:
        yield (row.arch, row.config, *[""] * (len(_COLUMNS) - 3), row.error)
    wrong = str(len(row.mapping.bad)) if row.mapping else ""
    for state in row.features:
        told = state.turned
        turned = (told.value, str(told.content), told.tree) if told else ("", "", "")
        yield (row.arch, row.config, state.feature.name, *cell_record(state, row.arch), *turned, wrong, "")
