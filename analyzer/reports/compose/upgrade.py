"""Composes the report of `kweigh upgrade`: what becomes of each line in a newer tree; and a config for that tree.

Enters: `Upgraded`. Leaves: a `Report` (`kweigh.upgrade/1`), the text of a config. Must hold: the text's lines are those
that were resolved, and no comment in it can be taken for one; of long lists the data has all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Heading, Json, Paragraph, Phrase, Records, Report, Row, Span, Table
from analyzer.model.stranger import STRANGER_WORDS
from analyzer.model.upgrade import Fate
from analyzer.reports.words.forms import config_json, location_json, reason_json
from analyzer.reports.words.phrases import at, because, counted, say
from analyzer.reports.words.unknown import by_kind, table

if TYPE_CHECKING:
    from analyzer.model.upgrade import Successor, Upgraded, UpgradedLine

_SHOWN: dict[Fate, str] = {
    "renamed": "renamed",
    "merged": "part of other options now",
    "lost": "lost",
    "retyped": "of another type now",
    "decided": "no longer anybody's to set",
    "removed": "removed",
    "stranger": "unknown to both trees",
    "invalid": "no value for the symbol's type",
}
_COUNTED: dict[Fate, str] = {
    "same": "as they were",
    "computed": "of symbols that nobody can set",
    "overridden": "overridden by later lines",
}
_MOST = 8
"""Lines of each kind that fit one screen."""


def upgrade(found: Upgraded, *, whole: bool = False) -> Report:
    """The report; with `whole` every line is shown but those that stay as they were."""
    before, after = found.before.tree.label, found.config.tree.label
    return Report(
        schema="kweigh.upgrade/1",
        title=f"What becomes of {found.before.source.name} from {before} to {after}",
        blocks=tuple(_blocks(found, whole=whole)),
        data={
            "before": config_json(found.before),
            "config": config_json(found.config),
            "lines": [_line_json(one) for one in found.lines],
        },
        records=Records(
            columns=("symbol", "fate", "asked", "became", "line", "value", "evidence", "place"),
            rows=tuple(
                (
                    *(one.assignment.name, one.fate, one.assignment.value),
                    " ".join(one.successor.became) if one.successor else "",
                    *(one.line, one.value or ""),
                    "; ".join(like.text for like in one.successor.evidence) if one.successor else "",
                    str(one.assignment.location),
                )
                for one in found.lines
            ),
        ),
    )


def _line_json(one: UpgradedLine) -> Json:
    return {
        "symbol": one.assignment.name,
        "fate": one.fate,
        "asked": one.assignment.value,
        "location": location_json(one.assignment.location),
        "line": one.line,
        "value": one.value,
        "reason": reason_json(one.reason) if one.reason else None,
        "successor": _successor_json(one.successor) if one.successor else None,
        "defined": location_json(one.old.location) if one.old else None,
        "dropped": [{"symbol": name, "location": location_json(where)} for name, where in one.dropped],
        "words": [
            {"text": word.text, "location": location_json(word.location) if word.location is not None else None}
            for word in one.words
        ],
        "stranger": {"kind": one.stranger.kind, "near": one.stranger.near, "homes": list(one.stranger.homes)}
        if one.stranger
        else None,
    }


def _successor_json(one: Successor) -> Json:
    return {
        "became": list(one.became),
        "kind": one.kind,
        "evidence": [
            {"kind": like.kind, "text": like.text, "old": location_json(like.old), "new": location_json(like.new)}
            for like in one.evidence
        ],
    }


def _blocks(found: Upgraded, *, whole: bool) -> Iterator[Block]:
    counts = {fate: sum(one.fate == fate for one in found.lines) for fate in (*_COUNTED, *_SHOWN)}
    parts = [f"{counts[fate]:,} {text}" for fate, text in (*_COUNTED.items(), *_SHOWN.items()) if counts[fate]]
    yield Paragraph(phrase=say(f"{counted(len(found.lines), 'line')}: {', '.join(parts)}."))
    # Of a config as conf writes it every tenth line is of that kind: it is told only where all is asked for.
    gone: dict[Fate, str] = {"computed": "gone that nobody could set before either"} if whole else {}
    for fate, title in (*_SHOWN.items(), *gone.items()):
        lines = [one for one in found.lines if one.fate == fate and (fate != "computed" or _is_gone(one))]
        if not lines:
            continue
        yield Heading(text=f"{len(lines):,} {title}")
        if fate == "stranger" and not whole:
            yield table(by_kind(one.stranger for one in lines if one.stranger is not None))
            continue
        # What was on comes first.
        lines.sort(key=lambda one: one.assignment.value == "n")
        shown = lines if whole else lines[:_MOST]
        rows = [Row(cells=(say(one.written, "name"), _why(one))) for one in shown]
        yield Table(columns=(Column(title="line"), Column(title="because")), rows=tuple(rows), stack=1)
        if len(lines) > len(shown):
            yield Paragraph(phrase=say(f"… and {len(lines) - len(shown):,} more (--all shows them).", "missing"))
    yield Paragraph(phrase=say("--format config writes a config for the new tree, with these reasons as comments."))


def _why(one: UpgradedLine) -> Phrase:
    match one.fate:
        case "renamed" | "merged":
            assert one.successor is not None
            return _heir(one)
        case "removed":
            assert one.old is not None
            built = f", for {next(iter(one.old.objects))}" if one.old.objects else ""
            found = say("nothing was found in its place; it was defined") + at(one.old.location)
            return found + say(built) + _dropped(one)
        case "computed" if _is_gone(one):
            assert one.old is not None
            return say("nobody could set it before either; it was defined") + at(one.old.location)
        case "stranger":
            assert one.stranger is not None
            return say(one.stranger.hint or STRANGER_WORDS[one.stranger.kind])
        case "retyped" if one.reason is not None and one.reason.kind == "user" and one.line != one.written:
            return say(f"it takes no such value any more: written as {one.line}") + _said(one)
        case "invalid":
            return say("the old tree drops the line too")
        case _:
            assert one.reason is not None
            heir = _heir(one) + say("; ") if one.successor is not None else ()
            became = f"is {one.value or chr(34) * 2}: "
            return heir + say(became) + because(one.reason, most=2) + _said(one)


def _is_gone(one: UpgradedLine) -> bool:
    return one.old is not None and one.value is None


def _dropped(one: UpgradedLine) -> Phrase:
    words: Phrase = ()
    for name, where in one.dropped:
        words += (*say("; it selected "), Span(name, "name"), *at(where), *say(", which is n now"))
    return words


def _said(one: UpgradedLine) -> Phrase:
    """What keeps the line from counting."""
    words: Phrase = ()
    for word in one.words:
        words += say(f"; {word.text}") + (at(word.location) if word.location is not None else ())
    return words


def _heir(one: UpgradedLine) -> Phrase:
    successor = one.successor
    assert successor is not None
    if successor.kind == "merged":
        first = successor.evidence[0]
        return say(first.text) + at(first.new)
    most = 1 if len(successor.evidence) > 2 else 2
    words: Phrase = (Span(f"is {successor.became[0]}: ", "name"),)
    for number, like in enumerate(successor.evidence[: most + 1]):
        words += say(", " if number else "") + say(like.text) + at(like.new)
    if one.line == "":
        words += say("; another line sets that")
    return words


def upgraded_config(found: Upgraded) -> str:
    """A config for the new tree: what stays is as it was, what is gone or changed says why."""
    name, before, after = found.before.source.name, found.before.tree.label, found.config.tree.label
    out = [f"# {_plain(name)}, from {_plain(before)} to {_plain(after)}\n"]
    for one in found.lines:
        if one.fate == "overridden":
            continue
        if one.fate not in {"same", "computed"}:
            why = "".join(span.text for span in _why(one))
            # Behind "# CONFIG_X is not set" conf takes whatever follows.
            out.append(f"# {_SHOWN[one.fate]}: {_plain(one.written).removeprefix('# ')}: {_plain(why)}\n")
        if one.line:
            out.append(f"{one.line}\n")
    return "".join(out)


def _plain(text: str) -> str:
    """A text that stays on its line."""
    return "".join(c if c.isprintable() else "?" for c in text)
