"""Draws a grid in the form that fits the page.

Enters: a `Grid` and the width in columns. Leaves: lines of rich text. Must hold: every cell is drawn, whatever the
width; rows stay rows and columns stay columns, in as many parts below each other as the width demands.

Two forms. Where all groups have the same columns (every architecture the same configs), each group is one column that
shows its cells side by side. Otherwise, or where a group has many, the columns have letters, with a
legend above each part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from string import ascii_lowercase
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from analyzer.model.neutral import neutral
from analyzer.model.report import Span
from analyzer.reports.terminal.styled import text_of

if TYPE_CHECKING:
    from analyzer.model.report import Grid, GridRow, Role

INDENT = 2

MOST_BESIDE = 6
"""Configs of a group whose cells are told apart without letters."""


def draw_grid(grid: Grid, width: int) -> Iterator[Text]:
    """The lines of `grid` on a page of `width` columns."""
    each = f"each: {', '.join(grid.shared)}"
    few = 0 < len(grid.shared) <= MOST_BESIDE and _length(each) <= width
    for gap, between in ((2, " "), (1, "")) if few else ():
        sides = _Sides.of(grid, gap, between)
        parts = list(_parts([size + gap - 1 for size in sides.tops], width - sides.left))
        if len(parts) == 1 or (gap == 1 and all(sides.left + gap + size <= width for size in sides.tops)):
            yield text_of((Span(each, "place"),))
            for number, part in enumerate(parts):
                yield from [Text("")] if number else []
                yield from _side_by_side(grid, sides, part)
            return
    yield from _lettered(grid, width)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """How cells stand side by side: `widths` those of one group, as wide as the widest of its place in any, so that the
    letters stand in straight columns; `tops` how wide each group is, its name included."""

    gap: int
    between: str
    left: int
    widths: tuple[int, ...]
    tops: tuple[int, ...]

    @classmethod
    def of(cls, grid: Grid, gap: int, between: str) -> _Sides:
        size = len(grid.shared)
        widths = tuple(
            max([1, *(_length(cell.text) for row in grid.rows for cell in row.cells[i::size])]) for i in range(size)
        )
        block = sum(widths) + len(between) * (size - 1)
        tops = tuple(max(_length(group), block) for group in grid.groups)
        return cls(gap=gap, between=between, left=_left(grid), widths=widths, tops=tops)


def _left(grid: Grid) -> int:
    return max([0, *((INDENT if row.group else 0) + _length(row.title) for row in grid.rows)])


def _side_by_side(grid: Grid, sides: _Sides, part: Sequence[int]) -> Iterator[Text]:
    size, gap = len(grid.shared), " " * sides.gap
    head = "".join(gap + _padded(grid.groups[number], sides.tops[number]) for number in part)
    yield text_of((Span(" " * sides.left + head, "place"),))
    for row, title in _titled(grid, sides.left):
        if row is None:
            yield title
            continue
        spans = []
        for number in part:
            spans.append(Span(gap))
            used = 0
            for place, cell in enumerate(row.cells[number * size : (number + 1) * size]):
                text = (sides.between if place else "") + _padded(cell.text, sides.widths[place])
                spans.append(Span(text, cell.role))
                used += cell_len(text)
            spans.append(Span(" " * (sides.tops[number] - used)))
        yield title + text_of(tuple(spans))


def _titled(grid: Grid, left: int) -> Iterator[tuple[GridRow | None, Text]]:
    """The rows with their titles, the name of each group in front of its first."""
    first = True
    for group, rows in groupby(grid.rows, lambda row: row.group):
        if group or not first:
            yield None, Text(neutral(group), style="italic")
        first = False
        for row in rows:
            yield row, text_of((Span(_padded(" " * (INDENT if group else 0) + row.title, left)),))


def _lettered(grid: Grid, width: int) -> Iterator[Text]:
    keys = _keys(len(grid.columns))
    widths = [
        max([len(key), *(_length(row.cells[number].text) for row in grid.rows)]) for number, key in enumerate(keys)
    ]
    left = _left(grid)
    for number, part in enumerate(_parts(widths, max(width - left - 1, 1))):
        if number:
            yield Text("")
        names = [f"{neutral(grid.columns[i].group)} {neutral(grid.columns[i].title)}".strip() for i in part]
        yield from _in_columns([f"{keys[i]} {name}" for i, name in zip(part, names, strict=True)], width)
        head = "".join(" " + _padded(keys[i], widths[i]) for i in part)
        yield text_of((Span(" " * (left + 1)), Span(head, "place")))
        for row, title in _titled(grid, left):
            if row is None:
                yield title
                continue
            spans = [Span(" ")]
            for i in part:
                spans += [Span(" "), Span(_padded(row.cells[i].text, widths[i]), row.cells[i].role)]
            yield title + text_of(tuple(spans))


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
