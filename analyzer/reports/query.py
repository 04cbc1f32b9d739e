"""Composes the report of `kweigh query`: the configs for which a query holds.

Enters: a `QueryAnswer`. Leaves: a `Report` (`kweigh.query/1`). Must hold: it says how many configs were looked at, so
that an empty answer can't be mistaken for one that nobody asked; configs of equal values stand together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Block,
    Column,
    Heading,
    Item,
    Outline,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.matrix import CELL_COLUMNS, cell_json, cell_record, error_blocks
from analyzer.reports.phrases import joined, say, value
from analyzer.reports.ways import gathered, off_ways, on_ways

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState, MatrixRow, QueryAnswer
    from analyzer.model.report import ColumnType


def query(answer: QueryAnswer) -> Report:
    """The report on one query: the configs, or how many there are of each architecture."""
    counting = answer.shown == "count"
    holding = _holding(answer)
    return Report(
        schema="kweigh.query/1",
        title=f"{answer.text.strip()} ({answer.tree})",
        blocks=(
            Paragraph(phrase=_summary(answer)),
            *(_count_blocks(answer) if counting else _row_blocks(answer)),
            *error_blocks(answer.failed),
        ),
        data={
            "query": answer.text,
            "tree": answer.tree,
            "symbols": list(answer.symbols),
            "reasons": list(answer.reasons),
            "looked_at": [
                {"arch": arch, "configs": number, "holding": holding[arch]} for arch, number in answer.looked_at
            ],
            "rows": [
                {"arch": row.arch, "config": row.config, "cells": [cell_json(state) for state in row.features]}
                for row in answer.rows
            ],
            "failed": [{"arch": row.arch, "config": row.config, "error": row.error} for row in answer.failed],
        },
        records=_counts(answer) if counting else _records(answer),
    )


def _holding(answer: QueryAnswer) -> Counter[str]:
    return Counter(row.arch for row in answer.rows)


def _summary(answer: QueryAnswer) -> Phrase:
    configs = sum(number for _, number in answer.looked_at)
    failed = f"; {len(answer.failed)} could not be resolved" if answer.failed else ""
    return (
        *say(f"{len(answer.rows):,}", "on" if answer.rows else "off"),
        *say(f" of {configs:,} configs, in {len(_holding(answer))} of {len(answer.looked_at)} architectures"),
        *say(failed, "warn"),
    )


def _count_blocks(answer: QueryAnswer) -> Iterator[Block]:
    holding = _holding(answer)
    columns = (Column(title="arch"), Column(title="hold", align="right"), Column(title="of", align="right"))
    rows = (
        Row(cells=(say(arch, "name"), say(f"{holding[arch]:,}"), say(f"{number:,}")))
        for arch, number in answer.looked_at
    )
    yield Table(columns=columns, rows=tuple(rows))


def _row_blocks(answer: QueryAnswer) -> Iterator[Block]:
    if not answer.rows:
        return
    rows: list[Row] = []
    for arch, members in groupby(answer.rows, lambda row: row.arch):
        together: dict[Phrase, list[str]] = {}
        for row in members:
            together.setdefault(joined(map(_value, row.features), " "), []).append(row.config)
        for number, (values, names) in enumerate(together.items()):
            rows.append(Row(cells=(say("" if number else arch, "name"), values, say(", ".join(names)))))
    yield Table(
        columns=(Column(title="arch"), Column(title="values"), Column(title="configs")), rows=tuple(rows), stack=1
    )
    whole = Counter(dict(answer.looked_at))
    items: list[Item] = []
    for number, name in enumerate(answer.symbols):
        if name in answer.reasons:
            items.append(Item(0, say(name, "name")))
            items += gathered(answer.rows, number, _both_ways, whole)
    if items:
        yield Heading(text="Why")
        yield Outline(items=tuple(items))


def _both_ways(state: FeatureState) -> Iterator[Phrase]:
    if state.symbol is None:
        yield from off_ways(state)
        return
    for way in (*on_ways(state), *off_ways(state)):
        yield (value(state.value), *say(": "), *way)


def _value(state: FeatureState) -> Phrase:
    shown = value(state.value) if state.symbol else Span("undefined", "missing")
    return (Span(f"{state.feature.name}="), shown)


_ROW_COLUMNS: tuple[tuple[str, ColumnType], ...] = (("arch", "text"), ("config", "text"), *CELL_COLUMNS)
_COUNT_COLUMNS: tuple[tuple[str, ColumnType], ...] = (("arch", "text"), ("holding", "integer"), ("configs", "integer"))


def _records(answer: QueryAnswer) -> Records:
    """One record per config and symbol; one per config where no symbol is shown."""
    return _typed(_ROW_COLUMNS, tuple(record for row in answer.rows for record in _of_row(row)))


def _of_row(row: MatrixRow) -> Iterator[tuple[str, ...]]:
    if not row.features:
        yield (row.arch, row.config, *[""] * len(CELL_COLUMNS))
    for state in row.features:
        symbol, *rest = cell_record(state, row.arch)
        yield (row.arch, row.config, symbol or state.feature.name, *rest)


def _counts(answer: QueryAnswer) -> Records:
    holding = _holding(answer)
    rows = tuple((arch, str(holding[arch]), str(number)) for arch, number in answer.looked_at)
    return _typed(_COUNT_COLUMNS, rows)


def _typed(columns: tuple[tuple[str, ColumnType], ...], rows: tuple[tuple[str, ...], ...]) -> Records:
    return Records(columns=tuple(name for name, _ in columns), rows=rows, types=tuple(kind for _, kind in columns))
