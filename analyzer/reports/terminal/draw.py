"""Draws a report for a terminal or a mail.

Enters: a `Report`, the width in columns and whether colour is wanted. Leaves: the text, ending in a newline. Must
hold: no line is wider than the page unless a place, a line of a config or a command in it is, foreign text is neutral
and never read as markup, and without colour there is no escape sequence and no space at a line's end.
"""

from __future__ import annotations

import io
import re
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Ruled
from rich.text import Text

from analyzer.model.neutral import neutral
from analyzer.model.report import Code, Facts, Grid, Heading, Outline, Paragraph, Table
from analyzer.reports.formats.outline import guided
from analyzer.reports.formats.unfolded import unfolded
from analyzer.reports.terminal.grid import draw_grid
from analyzer.reports.terminal.styled import STAY, is_too_long, text_of, wrapped
from analyzer.reports.terminal.table import GAP, draw_table, hanging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from analyzer.model.report import Block, Phrase, Report

Colour = Literal["none", "ansi"]

NARROWEST = 40

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
    for block in unfolded(report.blocks):
        console.print()
        for drawn in _draw(block, console):
            # What is wrapped already is as wide as a place in it; print() asks no Text how it is to be wrapped.
            whole = isinstance(drawn, Text) and drawn.no_wrap
            console.print(drawn, crop=not whole, no_wrap=whole, overflow="ignore" if whole else None)
    return _LINE_END_SPACES.sub("", page.getvalue().replace(STAY, " "))


def _draw(block: Block, console: Console) -> Iterator[RenderableType]:
    width = console.width
    match block:
        case Heading(text=text):
            yield Text(neutral(text), style="bold")
        case Paragraph(phrase=phrase):
            yield from wrapped(text_of(phrase), width, console)
        case Facts(rows=rows):
            yield from _facts(rows, console)
        case Table():
            yield from draw_table(block, console)
        case Grid():
            yield from draw_grid(block, width)
        case Outline():
            for line in guided(block, widest=width // 2):
                yield from hanging(line.guide, line.rest, text_of(line.phrase), console)
        case Code(text=text, language=language):
            # Only "\n" ends a line here; all else that str.splitlines() would split at is shown by neutral().
            lines = [neutral(line) for line in text.rstrip("\n").split("\n")]
            pasted = language == "kconfig"
            if pasted:
                lines = [part for line in lines for part in _commented(line, width)]
            yield Text("\n".join(lines), no_wrap=pasted, overflow=None if pasted else "fold")


def _commented(line: str, width: int) -> list[str]:
    """A line of a config, which stays one; a comment goes on in further comments, so that all can be pasted."""
    if not line.startswith("# ") or line.endswith(" is not set") or cell_len(line) <= width:
        return [line]
    return wrap(line, width, subsequent_indent="#   ", break_long_words=False, break_on_hyphens=False)


def _facts(rows: tuple[tuple[str, Phrase], ...], console: Console) -> Iterator[RenderableType]:
    widest = max([0, *(cell_len(neutral(label)) for label, _ in rows)])
    for whole, some in groupby(rows, lambda row: is_too_long(text_of(row[1]), console.width - GAP - widest)):
        if whole:
            for label, phrase in some:
                named = Text(neutral(label), style="dim").append(" " * (widest + GAP - cell_len(neutral(label))))
                yield from hanging("", " " * GAP, named.append_text(text_of(phrase)), console)
            continue
        grid = Ruled.grid(padding=(0, GAP, 0, 0))
        grid.add_column(no_wrap=True, style="dim", min_width=widest)
        grid.add_column(overflow="fold")
        for label, phrase in some:
            grid.add_row(Text(neutral(label)), text_of(phrase))
        yield grid
