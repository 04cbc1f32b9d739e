"""Composes the report of `kweigh new`: what a config leaves open, by menu; and a fragment that answers it.

Enters: `Unanswered`. Leaves: a `Report` (`kweigh.new/1`), the text of a fragment. Must hold: the fragment changes no
value; of long lists the data has all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Block,
    Column,
    Heading,
    Item,
    Outline,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.words.forms import cause_json, config_json, location_json, reason_json
from analyzer.reports.words.phrases import at, because, counted, joined, say, value

if TYPE_CHECKING:
    from analyzer.model.new import NewSymbol, Unanswered

_MOST = 12
"""Symbols that fit one screen."""
_OPENERS = 5
_TOP = "Main menu"


def new(found: Unanswered, *, whole: bool = False) -> Report:
    """The report; with `whole` every symbol is shown, else many are counted by menu."""
    name = found.config.source.name
    return Report(
        schema="kweigh.new/1",
        title=f"What {name} leaves open on {found.config.tree.label}",
        blocks=tuple(_blocks(found, whole=whole)),
        data={
            "config": config_json(found.config),
            "symbols": [
                {
                    "symbol": one.name,
                    "type": one.type,
                    "value": one.value,
                    "line": one.line,
                    "prompt": one.prompt,
                    "menu": list(one.menu),
                    "location": location_json(one.location),
                    "reason": reason_json(one.reason),
                    "needs": one.needs,
                    "opened": [cause_json(line) for line in one.opened],
                }
                for one in found.symbols
            ],
        },
        records=Records(
            columns=("symbol", "type", "value", "prompt", "menu", "place", "opened_by"),
            rows=tuple(
                (
                    *(one.name, one.type, one.value, one.prompt, " > ".join(one.menu), str(one.location)),
                    "; ".join(f"{line.text} ({line.location})" for line in one.opened),
                )
                for one in found.symbols
            ),
        ),
    )


def _blocks(found: Unanswered, *, whole: bool) -> Iterator[Block]:
    symbols = found.symbols
    if not symbols:
        yield Paragraph(phrase=say("Nothing: every question has an answer."))
        return
    asked = counted(len(symbols), "question")
    yield Paragraph(phrase=say(f"{asked} that no line answers; as it stands, defaults do."))
    groups = [(menu, list(ones)) for menu, ones in groupby(symbols, key=lambda one: one.menu)]
    if whole or len(symbols) <= _MOST:
        for menu, ones in groups:
            yield Heading(text=" > ".join(menu) or _TOP)
            yield _table(ones)
        return
    yield from _counted(symbols)
    yield Paragraph(
        phrase=say("--all shows each with its reason, --format config writes a fragment that answers them.")
    )


def _counted(symbols: Sequence[NewSymbol]) -> Iterator[Block]:
    menus: dict[str, list[NewSymbol]] = {}
    for one in symbols:
        menus.setdefault(next(iter(one.menu), _TOP), []).append(one)
    rows = [
        Row(
            cells=(
                say(menu),
                say(str(len(ones))),
                say(str(sum(one.value not in {"n", ""} for one in ones))),
                say(" ".join(one.name for one in ones[:2]) + (" …" if len(ones) > 2 else ""), "name"),
            )
        )
        for menu, ones in list(menus.items())
    ]
    columns = (Column(title="menu"), Column(title="open", align="right"), Column(title="on", align="right"))
    yield Table(columns=(*columns, Column(title="such as")), rows=tuple(rows))
    openers = Counter(f"{one.opened[0].text} ({one.opened[0].location})" for one in symbols if one.opened)
    if openers:
        yield Paragraph(phrase=say(f"{counted(openers.total(), 'question')} are asked since these and other lines:"))
        opened = (Item(0, say(f"{line}: {number}")) for line, number in openers.most_common(_OPENERS))
        yield Outline(items=tuple(opened))


def _table(symbols: Sequence[NewSymbol]) -> Table:
    rows = [Row(cells=((Span(one.name, "name"), Span(" = "), value(one.value)), _about(one))) for one in symbols]
    return Table(columns=(Column(title="option"), Column(title="because")), rows=tuple(rows), stack=1)


def _about(one: NewSymbol) -> Phrase:
    reason = say(one.reason.off) if one.reason.kind == "off" else because(one.reason, most=1)
    opened = joined([say(line.text) + at(line.location) for line in one.opened[:2]])
    asked = say("; asked since ") + opened if opened else say("; always asked")
    return (*say(f'"{one.prompt}"'), *at(one.location), *say(": "), *reason, *asked)


def answers(found: Unanswered) -> str:
    """A fragment: every question answered as the default does, by menu, with what opened it."""
    out = [f"# What {found.config.source.name} leaves open on {found.config.tree.label}, answered by the defaults\n"]
    menu: tuple[str, ...] | None = None
    for one in found.symbols:
        if one.menu != menu:
            menu = one.menu
            out.append(f"\n#\n# {_plain(' > '.join(menu) or _TOP)}\n#\n")
        opened = f", for {_plain(one.opened[0].text)} ({one.opened[0].location})" if one.opened else ""
        out.append(f"# {_plain(one.prompt)} ({one.location}){opened}\n{one.line}\n")
    return "".join(out)


def _plain(text: str) -> str:
    """A text that stays on its line, and that nobody takes for an assignment."""
    return "".join(c if c.isprintable() else "?" for c in text)
