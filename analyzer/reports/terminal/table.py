"""Draws a table in the form that fits the page.

Enters: a `Table` and a console of the page's width. Leaves: what rich prints. Must hold: every cell is drawn whole,
whatever the width; figures and places never fold, and words only where a single one is wider than its column can be.

Three forms. Where the table fits, or words can be wrapped so that it does, rows stay rows. Otherwise the columns that
the table says to `stack` stand below each other, each behind its title. A table without such columns has the first cell
of each row on a line of its own, above the others, where that takes fewer lines than a first column that is a strip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table as Ruled
from rich.text import Text

from analyzer.model.neutral import neutral
from analyzer.model.report import Span
from analyzer.reports.terminal.styled import is_whole, text_of, wrapped
from analyzer.reports.words.phrases import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType

    from analyzer.model.report import Column, Phrase, Row, Table

GAP = 2
MARGIN = 2 * GAP

LONGEST_WORD = 30
"""Columns; longer words may be broken, but for places."""

LONGEST_FIGURE = 16
"""Columns; what is longer in a column of figures is a sentence on why there is none."""


def draw_table(table: Table, console: Console) -> Iterator[RenderableType]:
    """The lines of `table` on the page of `console`."""
    natural = _natural(table)
    room = console.width - GAP * (len(table.columns) - 1)
    if table.stack and sum(natural) > room:
        yield from _stacked(table, console)
        return
    floors = _floors(table, natural)
    widths = fitted(natural, floors, room)
    if len(table.columns) > 1 and (table.columns[0].align == "left" or widths is None) and sum(natural) > room:
        below = fitted(natural[1:], floors[1:], console.width - MARGIN - GAP * (len(natural) - 2))
        if widths is None or (below is not None and _lines(table, [console.width, *below], 1) < _lines(table, widths)):
            yield from _led(table, console, below)
            return
    yield _ruled(table, widths)


def _lines(table: Table, widths: Sequence[int], led: int = 0) -> int:
    """About how many lines the rows take in columns of these widths, the first `led` ones on lines of their own."""
    total = 0
    for row in table.rows:
        folds = [-(-_length(cell) // width) for cell, width in zip(row.cells, widths, strict=True)]
        total += sum(folds[:led]) + max(1, *folds[led:])
    return total


def hanging(first: str, rest: str, text: Text, console: Console) -> Iterator[Text]:
    """The lines of `text` with a margin, or a guide, in front of each."""
    room = console.width - max(len(first), len(rest))
    for number, line in enumerate(wrapped(text, room, console)):
        margin = Text(first if number == 0 else rest, style="dim", no_wrap=line.no_wrap, overflow=line.overflow)
        yield margin.append_text(line)


def fitted(natural: Sequence[int], floors: Sequence[int], room: int) -> list[int] | None:
    """How wide each column is drawn: as wide as it wants to be, or its share of what the others leave, at least its
    floor; None where not even the floors fit."""
    if sum(natural) <= room:
        return list(natural)
    widths = list(floors)
    spare = room - sum(floors)
    if spare < 0:
        return None
    # Those that want least come first, so that what they leave goes to the others.
    order = sorted(range(len(natural)), key=lambda i: natural[i] - floors[i])
    for place, i in enumerate(order):
        more = min(natural[i] - floors[i], spare // (len(order) - place))
        widths[i] += more
        spare -= more
    return widths


def _ruled(table: Table, widths: Sequence[int] | None) -> Ruled:
    ruled = _frame(table.columns, widths)
    for column, drawn in zip(table.columns, ruled.columns, strict=True):
        drawn.header = Text(neutral(column.title), overflow="fold")
    ruled.show_header = True
    for row, indent in _grouped(table):
        if isinstance(row, str):
            ruled.add_row(Text(row, style="italic"))
        else:
            first, *others = [text_of(cell) for cell in row.cells]
            ruled.add_row(Padding(first, (0, 0, 0, indent)), *others)
    return ruled


def _frame(columns: Sequence[Column], widths: Sequence[int] | None) -> Ruled:
    """A table without rows, and without a header."""
    ruled = Ruled(
        box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim", show_edge=False, show_header=False
    )
    for number, column in enumerate(columns):
        ruled.add_column(justify=column.align, overflow="fold", width=widths[number] if widths else None)
    return ruled


def _led(table: Table, console: Console, widths: Sequence[int] | None) -> Iterator[RenderableType]:
    """Each row below its first cell; `widths` are those of the other columns."""
    columns = table.columns[1:]

    def below(cells: Sequence[Text]) -> Iterator[RenderableType]:
        if widths is None:
            # Not even the figures fit side by side: each behind its title.
            titles = [Text(f"{neutral(column.title)} ".lstrip(), style="dim") for column in columns]
            pairs = [title + cell for title, cell in zip(titles, cells, strict=True) if cell]
            yield from hanging(margin, margin, Text(", ").join(pairs), console)
        else:
            line = _frame(columns, widths)
            line.add_row(*cells)
            yield Padding(line, (0, 0, 0, MARGIN))

    margin = " " * MARGIN
    yield from hanging("", "", Text(neutral(table.columns[0].title), style="dim"), console)
    if widths is not None:
        yield from below([Text(neutral(column.title), style="dim") for column in columns])
    for row, indent in _grouped(table):
        if isinstance(row, str):
            yield Text(row, style="italic")
            continue
        yield from hanging(" " * indent, " " * (indent + GAP), text_of(row.cells[0]), console)
        yield from below([text_of(cell) for cell in row.cells[1:]])


def _stacked(table: Table, console: Console) -> Iterator[Text]:
    """The table with its last columns below each other, indented, each behind its title."""
    kept = len(table.columns) - table.stack
    widths = _natural(table, indented=False)[:kept]
    gap = " " * GAP
    for row, indent in _grouped(table):
        if isinstance(row, str):
            yield Text(row, style="italic")
            continue
        cells = [
            _aligned(text_of(cell), width, column.align)
            for cell, width, column in zip(row.cells, widths, table.columns, strict=False)
        ]
        yield from hanging(" " * indent, " " * indent, Text(gap).join(cells), console)
        for cell, column in zip(row.cells[kept:], table.columns[kept:], strict=True):
            if cell:
                margin = " " * (indent + MARGIN)
                yield from hanging(margin, margin + gap, text_of((Span(f"{column.title}: ", "place"), *cell)), console)


def _grouped(table: Table) -> Iterator[tuple[Row | str, int]]:
    """The rows and their indentation, the name of each group in front of its first."""
    indent = _indent(table)
    group = ""
    for row in table.rows:
        if row.group != group:
            group = row.group
            yield neutral(group), 0
        yield row, indent


def _indent(table: Table) -> int:
    return GAP if any(row.group for row in table.rows) else 0


def _natural(table: Table, *, indented: bool = True) -> list[int]:
    """How wide each column is when nothing folds."""
    widths = [cell_len(neutral(column.title)) for column in table.columns]
    indents = [_indent(table) if indented else 0, *[0] * (len(widths) - 1)]
    for row in table.rows:
        widths = [max(w, i + _length(cell)) for w, i, cell in zip(widths, indents, row.cells, strict=True)]
    return [max(width, 1) for width in widths]


def _floors(table: Table, natural: Sequence[int]) -> list[int]:
    """How narrow each column may become: figures stay whole, texts fold between words."""
    floors = []
    for number, (column, most) in enumerate(zip(table.columns, natural, strict=True)):
        indent = 0 if number else _indent(table)
        cells = [row.cells[number] for row in table.rows]
        words = [_word(column.title)]
        if column.align == "right":
            words += [size if (size := _length(cell)) <= LONGEST_FIGURE else _word(plain(cell)) for cell in cells]
        else:
            words += [indent + max(_place(text), min(_word(text), LONGEST_WORD)) for text in map(plain, cells)]
        floors.append(min(most, max(1, *words)))
    return floors


def _word(text: str) -> int:
    return max((cell_len(word) for word in neutral(text).split()), default=0)


def _place(text: str) -> int:
    return max((cell_len(word) for word in neutral(text).split() if is_whole(word)), default=0)


def _length(cell: Phrase) -> int:
    return cell_len(neutral(plain(cell)))


def _aligned(text: Text, width: int, align: Literal["left", "right"]) -> Text:
    room = " " * (width - text.cell_len)
    return Text.assemble(room, text) if align == "right" else Text.assemble(text, room)
