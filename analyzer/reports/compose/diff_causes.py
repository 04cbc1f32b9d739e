"""The part of the diff report on root causes, and on what follows from the symbols: objects and the mapping model.

Enters: a `Difference`. Leaves: blocks and JSON. Must hold: what counts as explained was replayed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Heading, Item, Outline, Paragraph, Row, Span, Table
from analyzer.reports.words import gains
from analyzer.reports.words.forms import gain_json, location_json
from analyzer.reports.words.outcome import spoken
from analyzer.reports.words.phrases import at, joined, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import Side
    from analyzer.model.build import KbuildObject
    from analyzer.model.difference import (
        CauseKind,
        Causes,
        Cited,
        Difference,
        Explained,
        ObjectChanges,
        RootCause,
        VerdictChange,
    )
    from analyzer.model.report import Json, Phrase

_MOST_LINES = 2
"""Lines of one cause that a person sees of each side, and entries in which they stand."""

_ENTRIES = ("toolchain", "default", "entry")
"""Kinds of causes whose lines stand in entries of Kconfig."""

_TITLES: Mapping[CauseKind, str] = {
    "user": "lines of",
    "target": "the target",
    "toolchain": "answers of the toolchain",
    "rules": "the rules of scripts/kconfig",
    "architecture": "the architecture",
    "default": "defaults that changed in Kconfig",
    "entry": "entries that changed in Kconfig",
}

Values = Mapping[str, tuple[Span, Span]]


def sentence(found: Difference) -> str:
    """How much differs, and how much of it is explained."""
    total, causes = len(found.diff.rows), found.causes
    if not total:
        return "No symbol differs."
    differ = f"{_count(total, 'symbol differs', 'symbols differ')}; "
    if not causes.explained:
        return f"{differ}no cause was found that explains any of them by replay."
    all_ = causes.explained == total
    share = "" if all_ else f" ({causes.explained / total:.1%})".replace("%", " %")
    told = "all of them" if all_ else f"{causes.explained:,}"
    explain = _count(len(causes.causes), "cause explains", "causes explain")
    return f"{differ}{explain} {told}{share}, {'' if len(causes.causes) == 1 else 'each '}proved by replay."


def cause_blocks(found: Difference) -> Iterator[Block]:
    """The causes with what follows from each, then what none explains."""
    causes = found.causes
    values = {row.name: (_value(row.a), _value(row.b)) for row in found.diff.rows}
    if causes.groups:
        yield Heading(text="Causes")
        yield Outline(items=tuple(_outline(causes, values)))
    if causes.unexplained:
        yield Heading(text=f"Unexplained: {len(causes.unexplained):,}")
        yield Paragraph(phrase=say(", ".join(causes.unexplained)))


def _outline(causes: Causes, values: Values) -> Iterator[Item]:
    alone = [group for group in causes.groups if len(group.causes) == 1]
    together = [group for group in causes.groups if len(group.causes) > 1]
    # Sorted by heading first; groups of one heading keep their order, the greatest first.
    sizes: dict[str, int] = {}
    for group in alone:
        title = _title(causes.causes[group.causes[0]])
        sizes[title] = sizes.get(title, 0) + len(group.symbols)
    alone.sort(
        key=lambda group: (-sizes[_title(causes.causes[group.causes[0]])], _title(causes.causes[group.causes[0]]))
    )
    for title, members in groupby(alone, lambda group: _title(causes.causes[group.causes[0]])):
        yield from _section(title, list(members), causes, values)
    yield from _section("several together", together, causes, values)


def _section(title: str, groups: Sequence[Explained], causes: Causes, values: Values) -> Iterator[Item]:
    if not groups:
        return
    symbols = sum(len(group.symbols) for group in groups)
    sets = "cause" if len(groups[0].causes) == 1 else "set"
    counts = f": {_count(len(groups), sets, f'{sets}s')}, {_count(symbols, 'symbol', 'symbols')}"
    yield Item(0, (Span(title, "name"), Span(counts)))
    for group in groups:
        yield Item(1, group_phrase(group, causes))
        for symbol in group.symbols:
            yield Item(2 + symbol.depth, _change(symbol.name, values))


def group_phrase(group: Explained, causes: Causes, *, most: int = _MOST_LINES) -> Phrase:
    """The causes of a group, of each at most so many lines, how many symbols they explain, and what they weigh where
    that is known."""
    phrases = [_told(causes.causes[index], most) for index in group.causes]
    weight = f", {gains.told(group.gain)}" if group.gain else ""
    return joined(phrases, " and ") + say(f": {_count(len(group.symbols), 'symbol', 'symbols')}{weight}")


def _title(cause: RootCause) -> str:
    if cause.kind != "user":
        return _TITLES[cause.kind]
    return f"{_TITLES['user']} {(cause.b or cause.a)[0].location.path}"


def _change(name: str, values: Values) -> Phrase:
    a, b = values[name]
    return (Span(name, "name"), Span(" "), a, Span(" → "), b)


def _value(side: Side | None) -> Span:
    return value(side.value) if side else Span("undefined", "missing")


def _told(cause: RootCause, most: int = _MOST_LINES) -> Phrase:
    """The lines of a cause: of the second config where it has any, with those of the first that they replace."""
    if cause.a and cause.b:
        return _whose(cause) + _lines(cause.b, most) + say(" instead of ") + _lines(cause.a, most)
    return _whose(cause) + (_lines(cause.b, most) if cause.b else say("without ") + _lines(cause.a, most))


def _whose(cause: RootCause) -> Phrase:
    """The entries in which the lines stand, where these do not say so themselves."""
    if cause.kind not in _ENTRIES or any(line.text.startswith("config ") for line in (*cause.a, *cause.b)):
        return ()
    left = len(cause.names) - _MOST_LINES
    names = ", ".join(cause.names[:_MOST_LINES]) + (f" and {left} more" if left > 0 else "")
    return (Span(names, "name"), Span(": "))


def _lines(lines: Sequence[Cited], most: int) -> Phrase:
    left = len(lines) - most
    shown = joined(say(line.text) + at(line.location) for line in lines[:most])
    return shown + say(f" and {_count(left, 'more line', 'more lines')}") if left > 0 else shown


def cause_of(causes: Causes) -> dict[str, str]:
    """For each explained symbol its causes, in one line."""
    return {
        symbol.name: " and ".join("".join(span.text for span in _told(causes.causes[i])) for i in group.causes)
        for group in causes.groups
        for symbol in group.symbols
    }


# What follows: objects, and what the mapping model says.


def object_blocks(changes: ObjectChanges | None) -> Iterator[Block]:
    """The objects that one config alone builds."""
    if changes is None:
        return
    yield Heading(text=f"Objects: {len(changes.only_a):,} only in a, {len(changes.only_b):,} only in b")
    rows = [
        Row(cells=(say(o.path, "name"), say(o.into), say(str(o.where), "place")), group=f"only in {side}")
        for side, objects in (("a", changes.only_a), ("b", changes.only_b))
        for o in objects
    ]
    if rows:
        columns = (Column(title="object"), Column(title="into"), Column(title="named by"))
        yield Table(columns=columns, rows=tuple(rows), stack=2)
    if not changes.whole:
        text = "Some makefile lines were not understood, so there may be more (kweigh plan lists them)."
        yield Paragraph(phrase=say(text, "warn"))


def verdict_blocks(changes: Sequence[VerdictChange] | None) -> Iterator[Block]:
    """The scenarios of the mapping model that end otherwise."""
    if changes is None:
        return
    yield Heading(text="DMA mapping")
    if not changes:
        yield Paragraph(phrase=say("Every scenario of the mapping model ends alike in both."))
        return
    rows = tuple(
        Row(cells=(say(f"{c.scenario}: {c.title}"), say(spoken(c.a or "not played")), say(spoken(c.b or "not played"))))
        for c in changes
    )
    yield Table(columns=tuple(Column(title=t) for t in ("scenario", "a", "b")), rows=rows, stack=2)


# JSON.


def causes_json(causes: Causes) -> dict[str, Json]:
    """`causes`, `groups`, `explained`, `unexplained` and `tried` of the diff schema."""
    return {
        "causes": [
            {"kind": c.kind, "names": list(c.names), "a": _cited_json(c.a), "b": _cited_json(c.b)}
            for c in causes.causes
        ],
        "groups": [
            {
                "causes": list(group.causes),
                "symbols": [{"symbol": s.name, "depth": s.depth} for s in group.symbols],
                "gain": gain_json(group.gain),
            }
            for group in causes.groups
        ],
        "explained": causes.explained,
        "unexplained": list(causes.unexplained),
        "tried": causes.tried,
    }


def gain_of(causes: Causes) -> dict[str, str]:
    """For each explained symbol the bytes that its causes weigh; "" where nobody has measured them."""
    return {
        symbol.name: str(group.gain.bytes.value) if group.gain else ""
        for group in causes.groups
        for symbol in group.symbols
    }


def _cited_json(lines: Sequence[Cited]) -> Json:
    return [{"text": line.text, "location": location_json(line.location)} for line in lines]


def objects_json(changes: ObjectChanges | None) -> Json:
    """`objects` of the diff schema."""
    if changes is None:
        return None

    def listed(objects: Sequence[KbuildObject]) -> Json:
        return [{"path": o.path, "into": o.into, "where": location_json(o.where)} for o in objects]

    return {"only_a": listed(changes.only_a), "only_b": listed(changes.only_b), "whole": changes.whole}


def verdicts_json(changes: Sequence[VerdictChange] | None) -> Json:
    """`verdicts` of the diff schema."""
    if changes is None:
        return None
    return [{"scenario": c.scenario, "title": c.title, "a": c.a or None, "b": c.b or None} for c in changes]


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
