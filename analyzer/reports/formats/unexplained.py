"""Leaves the reasons out of a report.

Enters: a `Report`. Leaves: the same without columns of reasons and the parts that say nothing else. Must hold: values
stay; the data for programs stays whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.model.report import Fold, Heading, Table

if TYPE_CHECKING:
    from analyzer.model.report import Block, Column, Report


def without_reasons(report: Report) -> Report:
    """What `--no-why` shows."""
    return replace(report, blocks=tuple(_without(report.blocks)))


def _without(blocks: Iterable[Block]) -> Iterator[Block]:
    skipped = False
    for block in blocks:
        if isinstance(block, Heading):
            skipped = block.reasons
        if skipped:
            continue
        match block:
            case Table():
                yield _values(block)
            case Fold():
                yield replace(block, blocks=tuple(_without(block.blocks)))
            case _:
                yield block


def _values(table: Table) -> Table:
    kept = [number for number, column in enumerate(table.columns) if not _says_why(column)]
    gone = len(table.columns) - len(kept)
    return replace(
        table,
        columns=tuple(table.columns[number] for number in kept),
        rows=tuple(replace(row, cells=tuple(row.cells[number] for number in kept)) for row in table.rows),
        stack=max(0, table.stack - gone),
    )


def _says_why(column: Column) -> bool:
    """`why`, and `why a` beside `why b`."""
    return column.title.split(" ")[0] == "why"
