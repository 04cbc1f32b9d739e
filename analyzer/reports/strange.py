"""Composes what is said of many lines that name no symbol of the tree: how many of which kind.

Enters: the lines that are unknown. Leaves: blocks of a report. Must hold: every line is counted in one kind, and the
option that lists them all is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Heading, Paragraph, Row, Table
from analyzer.reports.phrases import counted, say

if TYPE_CHECKING:
    from analyzer.model.doctor import LineState

FEW = 8
"""Unknown lines up to which each is told."""
_NAMED = 4
_TOOLS = re.compile(r"(CC|GCC|AS|LD|CLANG|LLD|RUSTC|PAHOLE|BINDGEN|TOOLCHAIN|PLUGIN)_")
_KINDS = {
    "tools": "what compilers and other tools answered, no option",
    "elsewhere": "defined for other architectures only",
    "near": "like the name of another symbol",
    "off": "asked to be off, which what is not there is",
    "gone": "no symbol of this tree; an older or another tree's",
}


def strangers(lines: Sequence[LineState]) -> Iterator[Block]:
    """A row per kind of unknown line, with its first names."""
    found: dict[str, list[LineState]] = {kind: [] for kind in _KINDS}
    for line in lines:
        found[_kind(line)].append(line)
    yield Heading(text=f"{counted(len(lines), 'line')} of symbols that this tree does not have")
    columns = (Column(title="lines", align="right"), Column(title="what they are"), Column(title="such as"))
    yield Table(
        columns=columns,
        rows=tuple(
            Row(cells=(say(f"{len(some):,}"), say(_KINDS[kind]), say(_first(some), "name")))
            for kind, some in found.items()
            if some
        ),
        stack=1,
    )
    yield Paragraph(phrase=say("--unknown lists each of them, with near names."))


def _kind(line: LineState) -> str:
    if _TOOLS.match(line.request.name):
        return "tools"
    if line.hint:
        return "elsewhere" if line.hint.startswith("it is in ") else "near"
    return "gone" if line.asks_for_something else "off"


def _first(lines: Sequence[LineState]) -> str:
    names = list(dict.fromkeys(line.request.name for line in lines))
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_NAMED])} and {more:,} more"
