"""Draws a report as Markdown.

Enters: a `Report`. Leaves: GitHub-flavoured Markdown that also reads well as plain text in a mail. Must hold:
foreign text is neutral and appears as text: no emphasis, tag, entity, table border, block or link with a text of
its own comes from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.model.neutral import neutral
from analyzer.model.report import Code, Facts, Grid, Heading, Outline, Paragraph, Table
from analyzer.reports.formats.outline import guided
from analyzer.reports.formats.unfolded import unfolded
from analyzer.reports.words.phrases import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from analyzer.model.report import Block, Report

WIDEST_PADDED = 40
"""Cells up to this many characters are padded, so that the columns of the source stand straight."""

_WIDEST_GUIDE = 60

# An underscore inside a word (DMA_OPS) is no emphasis, a lone `&` (PCI && MMU) no entity, `<` before a space no tag.
_MARKUP = re.compile(r"""[\\`*\[\]|~$#]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=\#?\w+;)""")
_BLOCK_START = re.compile(r"^(\s*)([>+=-]|(?:\d+)(?=[.)]))")


def draw_markdown(report: Report) -> str:
    """The blocks of `report` under a second-level heading."""
    parts = [f"## {inline(report.title)}", *("\n".join(_draw(block)) for block in unfolded(report.blocks))]
    return "\n\n".join(parts) + "\n"


def inline(text: str) -> str:
    """`text` so that it is shown as it is, inside a line."""
    return _MARKUP.sub(r"\\\g<0>", neutral(text)).strip()


def _line(text: str) -> str:
    """`text` at the start of a line, where it must not open a list, quote or rule."""
    return _BLOCK_START.sub(_escaped_start, inline(text))


def _escaped_start(match: re.Match[str]) -> str:
    start = match[2]
    return f"{match[1]}{start}\\" if start.isdigit() else f"{match[1]}\\{start}"


def _draw(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield f"### {inline(text)}"
        case Paragraph(phrase=phrase):
            yield _line(plain(phrase))
        case Facts(rows=rows):
            yield from (f"- {_line(label)}: {inline(plain(phrase))}" for label, phrase in rows)
        case Table(columns=columns, rows=rows):
            marks = ["-:" if column.align == "right" else "-" for column in columns]
            lines = _grouped((row.group, [inline(plain(cell)) for cell in row.cells]) for row in rows)
            yield from _table([inline(column.title) for column in columns], marks, lines)
        case Grid():
            yield from _grid(block)
        case Outline():
            drawn = guided(block, widest=_WIDEST_GUIDE)
            yield from _fenced([line.guide + neutral(plain(line.phrase)) for line in drawn])
        case Code(text=text, language=language):
            yield from _fenced([neutral(line) for line in text.rstrip("\n").split("\n")], language)


def _grid(grid: Grid) -> Iterator[str]:
    """One column per group, its cells side by side, where all groups have the same columns; else one per column."""
    together = bool(grid.shared) and len(grid.groups) > 1
    size = len(grid.shared) if together else 1
    titles = list(grid.groups) if together else [f"{column.group} {column.title}" for column in grid.columns]
    if together:
        yield f"Each: {inline(', '.join(grid.shared))}"
        yield ""
    rows: list[tuple[str, list[str]]] = []
    for row in grid.rows:
        texts = [cell.text for cell in row.cells]
        cells = [" ".join(texts[i : i + size]) for i in range(0, len(texts), size)]
        rows.append((row.group, [inline(text) for text in (row.title, *cells)]))
    yield from _table(["", *map(inline, titles)], ["-"] * (len(titles) + 1), _grouped(rows))


def _grouped(rows: Iterable[tuple[str, list[str]]]) -> list[list[str]]:
    """Rows with a row of its own in front of each group, an empty one in front of rows that have none."""
    lines: list[list[str]] = []
    before = ""
    for group, cells in rows:
        if group != before:
            lines.append([f"*{inline(group)}*" if group else "", *[""] * (len(cells) - 1)])
        before = group
        lines.append(cells)
    return lines


def _table(titles: Sequence[str], marks: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table; `marks` are `-` and `-:`, the alignment of each column."""
    widths = [
        max([3, *(len(row[i]) for row in (titles, *rows) if len(row[i]) <= WIDEST_PADDED)]) for i in range(len(titles))
    ]
    if any(len(row[-1]) > WIDEST_PADDED for row in rows):
        widths[-1] = 3
    yield _cells(titles, marks, widths)
    yield _cells([mark.rjust(width, "-") for mark, width in zip(marks, widths, strict=True)], marks, widths)
    for row in rows:
        yield _cells(row, marks, widths)


def _cells(cells: Sequence[str], marks: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.rjust(width) if mark.endswith(":") else cell.ljust(width)
        for cell, mark, width in zip(cells, marks, widths, strict=True)
    )
    return f"| {' | '.join(padded)} |"


def _fenced(lines: Sequence[str], language: str = "") -> Iterator[str]:
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield fence + language
    yield from lines
    yield fence
