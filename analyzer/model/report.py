"""Reports: what is said, apart from how it is drawn.

Enters: nothing. Leaves: `Report` and the blocks that it is made of. Must hold: texts are raw, as the tree or the
user wrote them; every renderer neutralises what its format could take for markup or control. What a person sees is
in `blocks`, what a program reads is in `data` and `records`; none is computed from another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

Role = Literal[
    "plain",
    "name",  # a symbol, feature or file that the sentence is about
    "on",  # y, or another value that counts as on
    "module",  # m
    "off",  # n, or empty
    "missing",  # not there: undefined in this tree, not known
    "warn",  # something that a person should look at
    "place",  # where a fact comes from: file:line
]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line of text, and the part that it plays."""

    text: str
    role: Role = "plain"


Phrase = tuple[Span, ...]
"""One line of text, drawn without gaps: spaces between spans belong to their texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A sentence or two."""

    phrase: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labelled facts, one per line."""

    rows: tuple[tuple[str, Phrase], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; figures are aligned `right`."""

    title: str
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table: one cell per column. Rows of one `group` stand together under its name ("": no group)."""

    cells: tuple[Phrase, ...]
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows and columns.

    Where the width does not suffice, the last `stack` columns are drawn below each other, each behind its title.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stack: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    """A column of a grid: its title and the group of columns that it belongs to."""

    title: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row of a grid: its title, the group that it belongs to ("": none), and one short cell per column."""

    title: str
    cells: tuple[Span, ...]
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A matrix of cells of a few characters, which a renderer may turn or cut so that it fits."""

    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of columns, in order."""
        return tuple(name for name, _ in groupby(column.group for column in self.columns))

    @property
    def shared(self) -> tuple[str, ...]:
        """The titles of the columns of a group, when all groups have the same ones; otherwise nothing."""
        titles = {tuple(c.title for c in members) for _, members in groupby(self.columns, lambda c: c.group)}
        return titles.pop() if len(titles) == 1 else ()


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an outline. `depth` 0 is the outermost; a line is at most one deeper than the line before it."""

    depth: int
    phrase: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Lines and what stands below them, in reading order."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Lines that are kept as they are. `language` is a hint for highlighting (`dot`, `mermaid`, `kconfig`)."""

    text: str
    language: str = ""


Block = Heading | Paragraph | Facts | Table | Grid | Outline | Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The main table for programs: plain texts, one record per row, as many as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One answer of the program.

    `schema` names the form of `data` with its version (`kweigh.analyze/1`); analyzer/reports/schemas/ holds its
    JSON Schema.
    """

    schema: str
    title: str
    blocks: tuple[Block, ...]
    data: Mapping[str, Json]
    records: Records
