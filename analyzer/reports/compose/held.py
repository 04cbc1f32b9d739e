"""Composes the report of `kweigh doctor --all`: which lines of many configs do not come true.

Enters: a `Checked` of the one rule that every line comes true. Leaves: a `Report` with findings, in the form of
`kweigh.check/1`. Must hold: each config with a loss has a row; what is accepted is told apart, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Column, Heading, Item, Outline, Paragraph, Report, Row, Table
from analyzer.reports.compose.check import check
from analyzer.reports.words.phrases import LONGEST_TABLE, at, counted, say, uncounted

if TYPE_CHECKING:
    from analyzer.model.policy import Breach, Checked

_CHAIN = 2
"""Lines of a reason that people are shown; kweigh why draws it whole."""


def held(found: Checked) -> Report:
    """The report on the lines of many configs."""
    return replace(check(found), title=f"Lines that do not hold: {found.tree}", blocks=tuple(_blocks(found)))


def _blocks(found: Checked) -> Iterator[Block]:
    (verdict,) = found.verdicts
    lost = [one for one in verdict.breaches if one.finding.level == "error"]
    accepted = [one for one in verdict.breaches if one.finding.level == "note"]
    unused = [one for one in verdict.breaches if one.finding.level == "warning"]
    configs = dict.fromkeys((one.arch, one.config) for one in (*lost, *accepted))
    more = f", {len(accepted)} more are accepted" if accepted else ""
    yield Paragraph(
        phrase=say(
            f"{counted(verdict.looked, 'config')}: {counted(len(lost), 'line')} lost{more}; "
            f"{verdict.looked - len({(one.arch, one.config) for one in lost})} without a loss.",
            "warn" if lost else "on",
        )
    )
    if configs:
        columns = (
            Column(title="architecture"),
            Column(title="config"),
            Column(title="lost", align="right"),
            Column(title="accepted", align="right"),
        )
        yield Table(
            columns=columns,
            rows=tuple(
                Row(
                    cells=(
                        say(arch),
                        say(name, "name"),
                        say(str(_count(lost, arch, name))),
                        say(str(_count(accepted, arch, name) or "")),
                    )
                )
                for arch, name in configs
            ),
        )
    for heading, some in (("What is lost", lost), ("Accepted, but not lost", unused), ("Accepted", accepted)):
        if some:
            yield Heading(text=heading)
            yield Outline(items=tuple(item for one in some[:LONGEST_TABLE] for item in _items(one)))
            yield from uncounted(len(some))


def _count(some: Sequence[Breach], arch: str, config: str) -> int:
    return sum((one.arch, one.config) == (arch, config) for one in some)


def _items(one: Breach) -> Iterator[Item]:
    place = at(one.finding.location) if one.finding.location else ()
    shown = say(one.text, "warn" if one.finding.level == "error" else "plain")
    yield Item(0, say(f"{one.arch} {one.config}: ", "name") + shown + place)
    for text, where in one.finding.chain[:_CHAIN]:
        yield Item(1, say(text) + (at(where) if where else ()))
