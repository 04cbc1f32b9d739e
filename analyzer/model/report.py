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

from analyzer.model.finding import Finding

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
    "command",  # something to type, which nothing breaks
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
    """The title of what follows; `reasons` where that says nothing but why values are as they are."""

    text: str
    reasons: bool = False


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
    """A row of a table: one cell per column. Rows of one `group` stand together under its name ("": no group).

    `anchor` is what `GridRow.links` name it by ("": nothing leads here); unique in its report.
    """

    cells: tuple[Phrase, ...]
    group: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows and columns.

    Where the width does not suffice, the last `stack` columns are drawn below each other, each behind its title. Who
    reads along is shown the first `most` rows (0: all), and told how many there are.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    stack: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    """A column of a grid: its title and the group of columns that it belongs to."""

    title: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A row of a grid: its title, the group that it belongs to ("": none), and one short cell per column.

    `links` holds for each cell the anchor of the table row that says why ("": there is none), or nothing at all.
    """

    title: str
    cells: tuple[Span, ...]
    group: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A matrix of cells of a few characters, which a renderer may draw in parts; columns stay columns."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A part of a treemap: where it belongs, from the outermost name to its own, and its bytes (more than 0)."""

    path: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Treemap:
    """Bytes in their folders. `title` says of what; a renderer that cannot draw it shows its largest folders."""

    title: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkNode:
    """A name in a network and its value; `note` says more in one line."""

    name: str
    value: Span
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkEdge:
    """`source` does `verb` to `target` (both names of nodes); `active` where it takes effect, `place` its line."""

    source: str
    verb: str
    target: str
    active: bool
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Names and what joins them. A renderer that cannot draw it lists the edges."""

    title: str
    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A try: its number, its bytes, and in `note` what came of it; `kept` where what follows went on from there."""

    number: int
    size: int
    kept: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Bytes over tries. `title` says of what; a renderer that cannot draw it lists the points."""

    title: str
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Blocks that a reader may want to skip: behind `title` where the format can fold, else below it."""

    title: Phrase
    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Facts | Table | Grid | Outline | Code | Treemap | Network | Curve | Fold


ColumnType = Literal["text", "integer", "boolean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The main table for programs: plain texts, one record per row, as many as there are columns.

    `types` says what the texts of each column stand for, for formats that have types (nothing: all are texts). A
    boolean is `true` or `false`; in a column that is not text, the empty text is no value.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    types: tuple[ColumnType, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Something that the user did not say, or that could mean two things: what was taken for it, and why.

    `name` is `tree`, `config`, or a variable as make has it (ARCH, CROSS_COMPILE, LLVM).
    """

    name: str
    value: str
    why: str

    def __str__(self) -> str:
        sign = "=" if self.name.isupper() else ": "
        return f"{self.name}{sign}{self.value} ({self.why})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One answer of the program.

    `schema` names the form of `data` with its version (`kweigh.analyze/1`); analyzer/reports/schemas/ holds its
    JSON Schema. `findings` are what a build server's viewer is told; only reports that judge have any. `taken` is what
    the command took from where the user stands.
    """

    schema: str
    title: str
    blocks: tuple[Block, ...]
    data: Mapping[str, Json]
    records: Records
    findings: tuple[Finding, ...] = ()
    taken: tuple[Taken, ...] = ()
