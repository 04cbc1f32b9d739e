"""Draws a report for a terminal or a mail.

Enters: a `Report`, the width in columns and whether colour is wanted. Leaves: the text, ending in a newline. Must
hold: no line is wider than the page, foreign text is neutral and never read as markup, and without colour there is
no escape sequence and no space at a line's end.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Ruled
from rich.text import Text

from analyzer.model.report import Code, Facts, Grid, Heading, Outline, Paragraph, Span, Table
from analyzer.reports.draw_grid import draw_grid
from analyzer.reports.neutral import neutral
from analyzer.reports.outline import guided
from analyzer.reports.phrases import plain
from analyzer.reports.styled import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from analyzer.model.report import Block, Phrase, Report, Row

Colour = Literal["none", "ansi"]

NARROWEST = 40
GAP = 2

_LINE_END_SPACES = re.compile(r"[ ]+$", re.MULTILINE)


def draw_terminal(report: Report, *, width: int, colour: Colour) -> str:
    """The blocks of `report` on a page of `width` columns (at least 40 are used), with ANSI colours or none."""
    page = io.StringIO()
    console = Console(
        file=page,
        width=max(width, NARROWEST),
        height=25,
        color_system="standard" if colour == "ansi" else None,
        force_terminal=colour == "ansi",
        no_color=colour == "none",
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        force_jupyter=False,
    )
    console.print(Text(neutral(report.title), style="bold"))
    for block in report.blocks:
        console.print()
        for drawn in _draw(block, console):
            console.print(drawn)
    return _LINE_END_SPACES.sub("", page.getvalue())


def _draw(block: Block, console: Console) -> Iterator[RenderableType]:
    width = console.width
    match block:
        case Heading(text=text):
            yield Text(neutral(text), style="bold")
        case Paragraph(phrase=phrase):
            yield text_of(phrase)
        case Facts(rows=rows):
            yield _facts(rows)
        case Table():
            if block.stack and sum(_widths(block)) + GAP * (len(block.columns) - 1) > width:
                yield from _stacked(block, console)
            else:
                yield _table(block)
        case Grid():
            yield from draw_grid(block, width)
        case Outline():
            for line in guided(block, widest=width // 2):
                yield from _hanging(line.guide, line.rest, text_of(line.phrase), console)
        case Code(text=text):
            # Only "\n" ends a line here; all else that str.splitlines() would split at is shown by neutral().
            yield Text("\n".join(neutral(line) for line in text.rstrip("\n").split("\n")), overflow="fold")


def _facts(rows: tuple[tuple[str, Phrase], ...]) -> Ruled:
    grid = Ruled.grid(padding=(0, GAP, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for label, phrase in rows:
        grid.add_row(Text(neutral(label)), text_of(phrase))
    return grid


def _table(table: Table) -> Ruled:
    ruled = Ruled(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim", show_edge=False)
    for column in table.columns:
        ruled.add_column(Text(neutral(column.title)), justify=column.align, overflow="fold")
    for row, indent in _grouped(table):
        if isinstance(row, str):
            ruled.add_row(Text(row, style="italic"))
        else:
            first, *others = [text_of(cell) for cell in row.cells]
            ruled.add_row(Padding(first, (0, 0, 0, indent)), *others)
    return ruled


def _stacked(table: Table, console: Console) -> Iterator[Text]:
    """The table with its last columns below each other, indented, each behind its title."""
    kept = len(table.columns) - table.stack
    widths = _widths(table)[:kept]
    gap = " " * GAP
    for row, indent in _grouped(table):
        if isinstance(row, str):
            yield Text(row, style="italic")
            continue
        cells = [
            _aligned(text_of(cell), width, column.align)
            for cell, width, column in zip(row.cells, widths, table.columns, strict=False)
        ]
        yield from _hanging(" " * indent, " " * indent, Text(gap).join(cells), console)
        for cell, column in zip(row.cells[kept:], table.columns[kept:], strict=True):
            if cell:
                margin = " " * (indent + 2 * GAP)
                yield from _hanging(margin, margin + gap, text_of((Span(f"{column.title}: ", "place"), *cell)), console)


def _grouped(table: Table) -> Iterator[tuple[Row | str, int]]:
    """The rows and their indentation, the name of each group in front of its first."""
    indent = GAP if any(row.group for row in table.rows) else 0
    group = ""
    for row in table.rows:
        if row.group != group:
            group = row.group
            yield neutral(group), 0
        yield row, indent


def _widths(table: Table) -> list[int]:
    """How wide each column is when nothing folds."""
    widths = [cell_len(column.title) for column in table.columns]
    for row in table.rows:
        widths = [max(w, cell_len(neutral(plain(cell)))) for w, cell in zip(widths, row.cells, strict=True)]
    return widths


def _aligned(text: Text, width: int, align: Literal["left", "right"]) -> Text:
    room = " " * (width - text.cell_len)
    return Text.assemble(room, text) if align == "right" else Text.assemble(text, room)


def _hanging(first: str, rest: str, text: Text, console: Console) -> Iterator[Text]:
    """The lines of `text` with a margin, or a guide, in front of each."""
    for number, line in enumerate(text.wrap(console, console.width - max(len(first), len(rest)), overflow="fold")):
        yield Text.assemble((first if number == 0 else rest, "dim"), line)
