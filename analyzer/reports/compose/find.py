"""Composes the report of `kweigh find`: options by their names, prompts and helps.

Enters: `Found`. Leaves: a `Report` (`kweigh.find/1`). Must hold: of long lists the data has all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Paragraph, Phrase, Records, Report, Row, Span, Table
from analyzer.reports.words.forms import config_json, location_json
from analyzer.reports.words.phrases import at, counted, say, value

if TYPE_CHECKING:
    from analyzer.model.find import Found, Hit

_MOST = 10
"""Options that fit one screen."""


def find(found: Found, *, whole: bool = False) -> Report:
    """The report; with `whole` every option is shown."""
    return Report(
        schema="kweigh.find/1",
        title=f"Options with {found.text!r} ({found.config.source.name} on {found.config.tree.label})",
        blocks=tuple(_blocks(found, whole=whole)),
        data={
            "config": config_json(found.config),
            "text": found.text,
            "hits": [
                {
                    "symbol": one.name,
                    "type": one.type,
                    "value": one.value,
                    "prompt": one.prompt,
                    "menu": list(one.menu),
                    "location": location_json(one.location),
                    "found_in": one.found_in,
                    "help": {"text": one.text, "location": location_json(one.place)} if one.place else None,
                }
                for one in found.hits
            ],
        },
        records=Records(
            columns=("symbol", "type", "value", "prompt", "menu", "place", "found_in"),
            rows=tuple(
                (one.name, one.type, one.value, one.prompt, " > ".join(one.menu), str(one.location), one.found_in)
                for one in found.hits
            ),
        ),
    )


def _blocks(found: Found, *, whole: bool) -> Iterator[Block]:
    if not found.hits:
        yield Paragraph(phrase=say("No name, prompt or help has it.", "missing"))
        return
    shown = found.hits if whole else found.hits[:_MOST]
    rows = [
        Row(cells=((Span(one.name, "name"), Span(" = "), value(one.value)), _prompt(one), _where(one))) for one in shown
    ]
    columns = (Column(title="option"), Column(title="prompt"), Column(title="in"))
    yield Table(columns=columns, rows=tuple(rows), stack=1)
    kinds = Counter(one.found_in for one in found.hits[len(shown) :])
    if kinds:
        more = ", ".join(f"{number:,} by {kind}" for kind, number in kinds.items())
        total = counted(len(found.hits), "option")
        yield Paragraph(phrase=say(f"{total}; of those not shown {more} (--all shows them).", "missing"))


def _prompt(one: Hit) -> Phrase:
    text = f'{one.type} "{one.prompt}"' if one.prompt else f"{one.type}, without a prompt"
    return say(text) + at(one.location)


def _where(one: Hit) -> Phrase:
    menu = " > ".join(one.menu) or "Main menu"
    if one.place is None:
        return say(menu)
    return (Span(f"{menu}; its help: {one.text}"), *at(one.place))
