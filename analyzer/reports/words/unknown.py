"""Composes what is said of many lines that name no symbol of the tree: how many of which kind.

Enters: the lines that are unknown. Leaves: blocks of a report. Must hold: every line is counted in one kind, and the
option that lists them all is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from analyzer.model.report import Block, Column, Heading, Paragraph, Row, Table
from analyzer.model.stranger import STRANGER_WORDS, StrangerKind
from analyzer.reports.words.phrases import counted, say

if TYPE_CHECKING:
    from analyzer.model.doctor import LineState

FEW = 8
"""Unknown lines up to which each is told."""
_NAMED = 4
_Kind = StrangerKind | Literal["off"]
_KINDS: dict[_Kind, str] = dict(
    (*STRANGER_WORDS.items(), ("off", "known nowhere, and asked to be off, which they are"))
)


def strangers(lines: Sequence[LineState]) -> Iterator[Block]:
    """A row per kind of unknown line, with its first names."""
    found: dict[_Kind, list[LineState]] = {kind: [] for kind in _KINDS}
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


def _kind(line: LineState) -> _Kind:
    kind = line.stranger.kind if line.stranger else "unknown"
    return "off" if kind == "unknown" and not line.asks_for_something else kind


def _first(lines: Sequence[LineState]) -> str:
    names = list(dict.fromkeys(line.request.name for line in lines))
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_NAMED])} and {more:,} more"
