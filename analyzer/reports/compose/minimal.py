"""Composes the report of `kweigh minimal`: what becomes of each line; and the minimal config itself.

Enters: `Minimized`. Leaves: a `Report` (`kweigh.minimal/1`), the text of a config. Must hold: the config has the lines
of `make savedefconfig`, in the user's order; of long lists the data has all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.config import off_in_words
from analyzer.model.minimal import Fate
from analyzer.model.report import Block, Column, Heading, Paragraph, Phrase, Records, Report, Row, Span, Table
from analyzer.reports.words.forms import config_json, location_json, reason_json
from analyzer.reports.words.phrases import at, because, counted, say

if TYPE_CHECKING:
    from analyzer.model.minimal import MinimalLine, Minimized

_FATES: dict[Fate, str] = {
    "changed": "changed",
    "added": "added",
    "unknown": "dropped: no such symbol in this tree",
    "invalid": "dropped: no value for the symbol's type",
    "overridden": "dropped: a later line counts",
    "invisible": "dropped: no prompt shows",
    "selected": "dropped: a select decides",
    "default": "dropped: is the default",
}
_MOST = 6
"""Lines of each kind that fit one screen."""


def minimal(found: Minimized, *, whole: bool = False) -> Report:
    """The report; with `whole` every line is shown."""
    return Report(
        schema="kweigh.minimal/1",
        title=f"The minimal form of {found.config.source.name} on {found.config.tree.label}",
        blocks=tuple(_blocks(found, whole=whole)),
        data={
            "config": config_json(found.config),
            "lines": [
                {
                    "symbol": one.name,
                    "fate": one.fate,
                    "asked": one.assignment.value if one.assignment else None,
                    "location": location_json(one.assignment.location) if one.assignment else None,
                    "line": one.line,
                    "value": one.value,
                    "default": one.default,
                    "decided": {"text": one.decided[0], "location": location_json(one.decided[1])}
                    if one.decided
                    else None,
                    "reason": reason_json(one.reason) if one.reason else None,
                }
                for one in found.lines
            ],
        },
        records=Records(
            columns=("symbol", "fate", "asked", "line", "value", "place"),
            rows=tuple(
                (
                    *(one.name, one.fate, one.assignment.value if one.assignment else "", one.line, one.value or ""),
                    str(one.assignment.location) if one.assignment else "",
                )
                for one in found.lines
            ),
        ),
    )


def _blocks(found: Minimized, *, whole: bool) -> Iterator[Block]:
    written = sum(one.assignment is not None for one in found.lines)
    left = sum(bool(one.line) for one in found.lines)
    kept = sum(one.fate == "kept" for one in found.lines)
    text = f"{counted(written, 'line')}, of which {kept:,} are kept; the minimal config has {left:,}."
    yield Paragraph(phrase=say(text))
    alone = len({one.assignment.location.path for one in found.lines if one.assignment}) == 1
    for fate, title in _FATES.items():
        lines = [one for one in found.lines if one.fate == fate]
        if not lines:
            continue
        yield Heading(text=f"{len(lines):,} {title}")
        shown = lines if whole else lines[:_MOST]
        rows = [Row(cells=(_written(one, alone=alone), _why(one))) for one in shown]
        yield Table(columns=(Column(title="line"), Column(title="because")), rows=tuple(rows), stack=1)
        if len(lines) > len(shown):
            yield Paragraph(phrase=say(f"… and {len(lines) - len(shown):,} more (--all shows them).", "missing"))


def _written(one: MinimalLine, *, alone: bool) -> Phrase:
    if one.assignment is None:
        return say(one.line, "name")
    where = one.assignment.location
    # The one file is named in the title.
    return (Span(one.written, "name"), *((Span(f" (line {where.line})", "place"),) if alone else at(where)))


def _why(one: MinimalLine) -> Phrase:
    if one.reason is None:
        return say("the tree does not define it")
    why = because(one.reason, most=2)
    match one.fate:
        case "changed":
            return (Span(f"becomes {one.line}: "), *why)
        case "added":
            return (Span("without a line it would be "), Span(one.default or '""'), Span(": "), *why)
        case "default":
            # What a line of the user's says is no reason here: without it the value is the same.
            if one.decided is not None:
                return say(one.decided[0]) + at(one.decided[1])
            return say(
                off_in_words("off", prompted=True) if one.value == "n" else f"is {one.value or chr(34) * 2} without it"
            )
        case _:
            return (Span(f"is {one.value or chr(34) * 2}: "), *why)


def minimal_config(found: Minimized) -> str:
    """The minimal config, its lines in the order in which the user wrote them."""
    return "".join(f"{one.line}\n" for one in found.lines if one.line)
