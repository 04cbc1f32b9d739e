"""Composes the report of `kweigh query`: the configs for which a query holds.

Enters: a `QueryAnswer`. Leaves: a `Report` (`kweigh.query/1`). Must hold: it says how many configs were looked at, so
that an empty answer can't be mistaken for one that nobody asked; configs of equal values stand together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, islice
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
from analyzer.reports.compose.matrix import CELL_COLUMNS, cell_json, cell_record, error_blocks
from analyzer.reports.words.forms import interval_json, missing_json
from analyzer.reports.words.phrases import counted, joined, needed, say, value
from analyzer.reports.words.reasons import gathered, off_ways, on_ways

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState, MatrixRow, QueryAnswer
    from analyzer.model.gain import Size
    from analyzer.model.report import ColumnType, Json

MOST_MISSING = 2
"""Architectures whose lacking builds a person sees."""

MOST_RESTS = 2
"""Sentences on what bytes rest on that a person sees."""


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
            *_unknown_blocks(answer),
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
                {
                    "arch": row.arch,
                    "config": row.config,
                    "cells": [cell_json(state) for state in row.features],
                    "sizes": _sizes_json(row),
                }
                for row in answer.rows
            ],
            "sizes": list(answer.sizes),
            "bounds": [{"text": text, "bytes": _number(size)} for text, size in answer.bounds],
            "unknown": [{"arch": row.arch, "config": row.config, "sizes": _sizes_json(row)} for row in answer.unknown],
            "missing": [missing_json(one) for one in answer.missing],
            "failed": [{"arch": row.arch, "config": row.config, "error": row.error} for row in answer.failed],
        },
        records=_counts(answer) if counting else _records(answer),
    )


def _holding(answer: QueryAnswer) -> Counter[str]:
    return Counter(row.arch for row in answer.rows)


def _summary(answer: QueryAnswer) -> Phrase:
    configs = sum(number for _, number in answer.looked_at)
    archs = counted(len(answer.looked_at), "architecture")
    failed = f"; {len(answer.failed)} could not be resolved" if answer.failed else ""
    if answer.unknown:
        failed = f"; of {len(answer.unknown):,} it is not known{failed}"
    return (
        *say(f"{len(answer.rows):,}", "on" if answer.rows else "off"),
        *say(f" of {counted(configs, 'config')}, in {len(_holding(answer))} of {archs}"),
        *say(failed, "warn"),
    )


def _unknown_blocks(answer: QueryAnswer) -> Iterator[Block]:
    """What sizes mean and rest on, and of which configs they are not known."""
    about = [f"{text} is {_number(size):,} bytes" for text, size in answer.bounds if text != str(size)]
    rests = dict.fromkeys(size.rests for row in answer.rows for size in row.sizes if size is not None)
    about += [*islice(rests, MOST_RESTS), *(["others elsewhere"] if len(rests) > MOST_RESTS else [])]
    if about:
        yield Paragraph(phrase=say(f"Bytes: {'; '.join(about)}."))
    if answer.unknown:
        yield Heading(text="Not known")
        columns = (Column(title="arch"), Column(title="configs"))
        groups = groupby(answer.unknown, lambda row: row.arch)
        rows = (Row(cells=(say(arch, "name"), say(", ".join(row.config for row in some)))) for arch, some in groups)
        yield Table(columns=columns, rows=tuple(rows), stack=1)
    for one in answer.missing[:MOST_MISSING]:
        yield Paragraph(phrase=say("To know more, ", "missing") + needed(one))
    left = len(answer.missing) - MOST_MISSING
    if left > 0:
        more = counted(left, "more architecture")
        yield Paragraph(phrase=say(f"… and so for {more} (--format json has them).", "missing"))


def _number(size: Fraction) -> int | float:
    return int(size) if size.denominator == 1 else float(size)


def _sizes_json(row: MatrixRow) -> Json:
    return [{"bytes": interval_json(size.bytes), "rests": size.rests} if size else None for size in row.sizes]


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
            values = [*map(_value, row.features), *map(_size, answer.sizes, row.sizes)]
            together.setdefault(joined(values, " "), []).append(row.config)
        for number, (shown, names) in enumerate(together.items()):
            rows.append(Row(cells=(say("" if number else arch, "name"), shown, say(", ".join(names)))))
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
        yield Heading(text="Why", reasons=True)
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


def _size(kind: str, size: Size | None) -> Phrase:
    if size is None:
        return say(f"{kind}=?", "missing")
    doubt = size.bytes.width // 2
    return say(f"{kind}={size.bytes.value:,}{f' ±{doubt:,}' if doubt else ''}")


_ROW_COLUMNS: tuple[tuple[str, ColumnType], ...] = (("arch", "text"), ("config", "text"), *CELL_COLUMNS)
_COUNT_COLUMNS: tuple[tuple[str, ColumnType], ...] = (("arch", "text"), ("holding", "integer"), ("configs", "integer"))


def _records(answer: QueryAnswer) -> Records:
    """One record per config and symbol; one per config where no symbol is shown. With the bytes that were asked for."""
    columns: list[tuple[str, ColumnType]] = [*_ROW_COLUMNS, *((kind, "integer") for kind in answer.sizes)]
    rows = ((record, row.sizes) for row in answer.rows for record in _of_row(row))
    return _typed(
        tuple(columns), tuple((*one, *(str(s.bytes.value) if s else "" for s in sizes)) for one, sizes in rows)
    )


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
