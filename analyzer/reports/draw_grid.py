"""Draws a grid in the form that fits the page.

Enters: a `Grid` and the width in columns. Leaves: lines of rich text. Must hold: every cell is drawn, whatever the
width.

Two forms. Where all groups have the same columns (every architecture the same configs) and the page is wide enough,
rows stay rows and each group is one column that shows its cells side by side. Otherwise the grid is turned: its
columns become lines, its rows become lettered columns with a legend, in as many parts as the width demands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, groupby
from string import ascii_lowercase
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from analyzer.model.neutral import neutral
from analyzer.model.report import Span
from analyzer.reports.styled import text_of

if TYPE_CHECKING:
    from analyzer.model.report import Grid, GridColumn, Role

INDENT = 2


def draw_grid(grid: Grid, width: int) -> Iterator[Text]:
    """The lines of `grid` on a page of `width` columns."""
    for gap, between in ((2, " "), (1, "")) if grid.shared and len(grid.groups) > 1 else ():
        lines = _side_by_side(grid, gap, between)
        if max(cell_len(line.plain) for line in lines) <= width:
            yield from lines
            return
    yield from _turned(grid, width)


def _side_by_side(grid: Grid, gap: int, between: str) -> list[Text]:
    size = len(grid.shared)
    # A cell is as wide as the widest of its place in any group, so that the letters stand in straight columns.
    widths = [max([1, *(_length(cell.text) for row in grid.rows for cell in row.cells[i::size])]) for i in range(size)]
    block = sum(widths) + len(between) * (size - 1)
    tops = [max(_length(group), block) for group in grid.groups]
    indent = {row.group: INDENT if row.group else 0 for row in grid.rows}
    left = max([0, *(indent[row.group] + _length(row.title) for row in grid.rows)])
    head = " " * left + "".join(" " * gap + _padded(name, top) for name, top in zip(grid.groups, tops, strict=True))
    lines = [text_of((Span(f"each: {', '.join(grid.shared)}", "place"),)), text_of((Span(head, "place"),))]
    for group, rows in groupby(grid.rows, lambda row: row.group):
        if group or len(lines) > 2:
            lines.append(Text(neutral(group), style="italic"))
        for row in rows:
            spans = [Span(_padded(" " * indent[group] + row.title, left))]
            for number, top in enumerate(tops):
                spans.append(Span(" " * gap))
                for place, cell in enumerate(row.cells[number * size : (number + 1) * size]):
                    spans.append(Span((between if place else "") + _padded(cell.text, widths[place]), cell.role))
                spans.append(Span(" " * (top - block)))
            lines.append(text_of(tuple(spans)))
    return lines


def _turned(grid: Grid, width: int) -> Iterator[Text]:
    keys = _keys(len(grid.rows))
    widths = [
        max(len(key), *[_length(cell.text) for cell in row.cells], 1) for key, row in zip(keys, grid.rows, strict=True)
    ]
    labels = _labels(grid.columns)
    left = max([_length(label) for label in labels], default=0)
    for number, part in enumerate(_parts(widths, max(width - left - 1, 1))):
        if number:
            yield Text("")
        legend = [f"{keys[i]} {neutral(grid.rows[i].title)}" for i in part]
        yield from _in_columns(legend, width)
        head = "".join(" " + _padded(keys[i], widths[i]) for i in part)
        yield text_of((Span(" " * (left + 1)), Span(head, "place")))
        for line, label in enumerate(labels):
            spans = [Span(_padded(label, left) + " ")]
            for i in part:
                cell = grid.rows[i].cells[line]
                spans += [Span(" "), Span(_padded(cell.text, widths[i]), cell.role)]
            yield text_of(tuple(spans))


def _labels(columns: Sequence[GridColumn]) -> list[str]:
    """`group title` per column, the groups aligned and said once."""
    left = max([_length(column.group) for column in columns], default=0)
    labels, before = [], None
    for column in columns:
        group = column.group if column.group != before else ""
        before = column.group
        labels.append(f"{_padded(group, left)} {neutral(column.title)}")
    return labels


def _keys(number: int) -> list[str]:
    """a … z, then aa … az and so on."""
    keys = list(ascii_lowercase)
    for first in count():
        if len(keys) >= number:
            return keys[:number]
        keys += [keys[first] + letter for letter in ascii_lowercase]
    raise AssertionError


def _parts(widths: Sequence[int], room: int) -> Iterator[list[int]]:
    """Runs of indices whose columns, each with a space in front, fit into `room`; at least one index each."""
    part: list[int] = []
    used = 0
    for i, size in enumerate(widths):
        if part and used + 1 + size > room:
            yield part
            part, used = [], 0
        part.append(i)
        used += 1 + size
    if part:
        yield part


def _in_columns(entries: Sequence[str], width: int) -> Iterator[Text]:
    """Entries in columns of one width, filled line by line, as `ls -x` does."""
    size = max(_length(entry) for entry in entries) + 2
    across = max(1, (width + 2) // size)
    for first in range(0, len(entries), across):
        role: Role = "place"
        yield text_of((Span("".join(_padded(e, size) for e in entries[first : first + across]).rstrip(), role),))


def _length(text: str) -> int:
    return cell_len(neutral(text))


def _padded(text: str, width: int) -> str:
    text = neutral(text)
    return text + " " * (width - cell_len(text))
