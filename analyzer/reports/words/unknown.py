"""Composes what is said of many lines that name no symbol of the tree: how many of which kind.

Enters: the lines or names that are unknown. Leaves: blocks of a report, names in a sentence. Must hold: every line is
counted in one kind; doctor, upgrade and the notes on a config lay them out here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from analyzer.model.report import Block, Column, Heading, Paragraph, Row, Table
from analyzer.model.stranger import STRANGER_KINDS, STRANGER_WORDS, Stranger, StrangerKind
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
    yield table({_KINDS[kind]: [_stranger(line) for line in some] for kind, some in found.items()})
    yield Paragraph(phrase=say("--unknown lists each of them, with near names."))


def _kind(line: LineState) -> _Kind:
    kind = line.stranger.kind if line.stranger else "unknown"
    return "off" if kind == "unknown" and not line.asks_for_something else kind


def _stranger(line: LineState) -> Stranger:
    return line.stranger or Stranger(name=line.request.name, kind="unknown")


def by_kind(ones: Iterable[Stranger]) -> Mapping[str, Sequence[Stranger]]:
    """Unknown names under what they are, in words."""
    found: dict[str, list[Stranger]] = {STRANGER_WORDS[kind]: [] for kind in STRANGER_KINDS}
    for one in ones:
        found[STRANGER_WORDS[one.kind]].append(one)
    return {words: some for words, some in found.items() if some}


def table(groups: Mapping[str, Sequence[Stranger]]) -> Table:
    """A row for each kind that has any."""
    columns = (Column(title="lines", align="right"), Column(title="what they are"), Column(title="such as"))
    rows = (
        Row(cells=(say(f"{len(some):,}"), say(words), say(named(some), "name")))
        for words, some in groups.items()
        if some
    )
    return Table(columns=columns, rows=tuple(rows), stack=1)


def named(ones: Iterable[Stranger]) -> str:
    """The first of some names, beside each the one that may be meant, and how many more there are.

    >>> named([Stranger(name="FOO_BAR", kind="near", near="FOO_BARS"), Stranger(name="X", kind="unknown")])
    'FOO_BAR (FOO_BARS?), X'
    """
    nears = {one.name: one.near for one in ones}
    told = [f"{name} ({near}?)" if near else name for name, near in nears.items()]
    more = len(told) - _NAMED
    return ", ".join(told) if more <= 1 else f"{', '.join(told[:_NAMED])} and {more:,} more"
