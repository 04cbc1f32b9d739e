"""Composes the report of `kweigh check`: which rules of a policy hold, and what breaks the others.

Enters: a `Checked`. Leaves: a `Report` (`kweigh.check/1`) with its findings. Must hold: every rule has a row; what is
found has the line of the policy and the lines of the tree that led to it; what could not be told is not said to hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Block,
    Column,
    Heading,
    Item,
    Outline,
    Paragraph,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.words.forms import location_json
from analyzer.reports.words.phrases import LONGEST_TABLE, at, counted, say, uncounted

if TYPE_CHECKING:
    from analyzer.model.policy import Breach, Checked, Verdict
    from analyzer.model.report import Json

LONGEST_CHAIN = 8
"""Lines of a chain that people are shown; JSON, SARIF and annotations have all."""


def check(found: Checked) -> Report:
    """The report on a policy: a row per rule, and each breach with its chain."""
    return Report(
        schema="kweigh.check/1",
        title=f"{found.policy.title}: {found.tree}",
        blocks=(*_blocks(found),),
        data={
            "policy": {"title": found.policy.title, "path": found.policy.path},
            "tree": found.tree,
            "holds": all(verdict.holds for verdict in found.verdicts),
            "rules": [_verdict_json(verdict) for verdict in found.verdicts],
        },
        records=Records(
            columns=("rule", "level", "kind", "arch", "config", "symbol", "text", "place", "because"),
            rows=tuple(_record(verdict, breach) for verdict in found.verdicts for breach in verdict.breaches),
        ),
        findings=tuple(breach.finding for verdict in found.verdicts for breach in verdict.breaches),
    )


def _blocks(found: Checked) -> Iterator[Block]:
    broken = sum(not verdict.holds for verdict in found.verdicts)
    count = len(found.verdicts)
    whole = say(f"All {count} rules hold." if count > 1 else "The rule holds.", "on")
    do = "does" if broken == 1 else "do"
    yield Paragraph(phrase=say(f"{broken} of {counted(count, 'rule')} {do} not hold.", "warn") if broken else whole)
    columns = (
        Column(title="verdict"),
        Column(title="rule"),
        Column(title="configs", align="right"),
        Column(title="found", align="right"),
    )
    yield Table(columns=columns, rows=tuple(_row(verdict) for verdict in found.verdicts))
    for verdict in found.verdicts:
        if verdict.breaches:
            yield Heading(text=f"{verdict.rule.name} ({verdict.rule.location})")
            yield Outline(items=tuple(_items(verdict)))
            yield from uncounted(len(verdict.breaches))


def _row(verdict: Verdict) -> Row:
    state = Span("holds", "on") if verdict.holds else Span("broken", "warn")
    return Row(
        cells=(
            (state,),
            say(verdict.rule.name, "name"),
            say(str(verdict.looked)),
            say(str(len(verdict.breaches) or "")),
        )
    )


def _items(verdict: Verdict) -> Iterator[Item]:
    for breach in verdict.breaches[:LONGEST_TABLE]:
        note = say("note: ", "place") if breach.finding.level == "note" else ()
        where = say(f"{breach.arch} {breach.config}: ", "name")
        yield Item(0, (*where, *note, *say(breach.text, "plain" if note else "warn")))
        lines = breach.finding.chain
        shown = lines if len(lines) <= LONGEST_CHAIN + 1 else lines[:LONGEST_CHAIN]
        for text, place in shown:
            yield Item(1, say(text) + (at(place) if place else ()))
        if len(shown) < len(lines):
            yield Item(1, say(f"and {len(lines) - len(shown)} more lines (--format json has them all)", "missing"))


def _record(verdict: Verdict, breach: Breach) -> tuple[str, ...]:
    because = "; ".join(f"{text} ({place})" if place else text for text, place in breach.finding.chain)
    return (
        verdict.rule.name,
        breach.finding.level,
        breach.finding.rule,
        breach.arch,
        breach.config,
        breach.symbol,
        breach.text,
        str(breach.finding.location or ""),
        because,
    )


def _verdict_json(verdict: Verdict) -> Json:
    return {
        "name": verdict.rule.name,
        "location": location_json(verdict.rule.location),
        "holds": verdict.holds,
        "looked": verdict.looked,
        "findings": [_breach_json(breach) for breach in verdict.breaches],
    }


def _breach_json(breach: Breach) -> Json:
    finding = breach.finding
    return {
        "kind": finding.rule,
        "level": finding.level,
        "arch": breach.arch,
        "config": breach.config,
        "symbol": breach.symbol or None,
        "text": breach.text,
        "location": location_json(finding.location) if finding.location else None,
        "chain": [{"text": text, "location": location_json(place) if place else None} for text, place in finding.chain],
    }
