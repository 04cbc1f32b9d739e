"""Composes what to set for values that are wanted, and what to turn off so that a symbol goes.

Enters: a `Wanted` or a `Removal`. Leaves: the reports `kweigh.enable/1` and `kweigh.disable/1`. Must hold: what is
to be set is shown as a fragment that merge_config.sh takes, and said to be verified only where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.doctor import Wanted
from analyzer.model.report import Block, Code, Column, Heading, Outline, Paragraph, Records, Report, Row, Table
from analyzer.reports.words.chain import chain_items
from analyzer.reports.words.forms import config_json, maybe_missing_json, remedy_json, step_json
from analyzer.reports.words.phrases import plain, say, value
from analyzer.reports.words.remedy import contradiction_items, fragment, not_with, reason, unweighed

if TYPE_CHECKING:
    from analyzer.model.doctor import Change, Removal

_CHANGES = 15
"""Symbols that change, of which people are told by name."""


def enable(wanted: Wanted) -> Report:
    """The report on values that are wanted."""
    config, remedy = wanted.config, wanted.remedy
    wishes = ", ".join(f"{name}={value}" for name, value in remedy.wishes)
    return Report(
        schema="kweigh.enable/1",
        title=f"{wishes} on {config.source.name}, {config.tree.label}",
        blocks=(
            *_remedy_blocks(wanted),
            *unweighed(wanted.missing),
            *_change_blocks(remedy.changes, "What changes besides"),
        ),
        data={
            "config": config_json(config),
            "remedy": remedy_json(remedy),
            "missing": maybe_missing_json(wanted.missing),
            "fragment": fragment(config, remedy),
        },
        records=_records(wanted),
    )


def _records(wanted: Wanted) -> Records:
    """One record per assignment."""
    config, remedy = wanted.config, wanted.remedy
    rows = ((a.name, a.value, a.current, plain(reason(config, remedy, a))) for a in remedy.assignments)
    return Records(columns=("symbol", "value", "current", "why"), rows=tuple(rows))


def _remedy_blocks(wanted: Wanted) -> Iterator[Block]:
    remedy = wanted.remedy
    match remedy.status:
        case "verified" if not remedy.assignments:
            yield Paragraph(phrase=say("The config has it already; nothing to set."))
        case "verified":
            yield Code(text=fragment(wanted.config, remedy).rstrip("\n"), language="kconfig")
        case "toolchain":
            yield Paragraph(phrase=say(f"{not_with(wanted.config)}:", "warn"))
        case "impossible":
            yield Paragraph(phrase=say("No config of this tree and architecture has it:", "warn"))
        case "not found":
            yield Paragraph(phrase=say("No config was found that has it, though there may be one:", "warn"))
    if remedy.contradiction is not None:
        yield Outline(items=tuple(contradiction_items(remedy.contradiction, 0)))


def disable(removal: Removal) -> Report:
    """The report on what keeps a symbol in."""
    config, remedy, explanation = removal.config, removal.remedy, removal.explanation
    wanted = Wanted(config=config, remedy=remedy)
    return Report(
        schema="kweigh.disable/1",
        title=f"What keeps {explanation.symbol} in {config.source.name} on {config.tree.label}",
        blocks=(
            Outline(items=tuple(chain_items(explanation))),
            Heading(text="To turn it off"),
            *_remedy_blocks(wanted),
            *_bound_blocks(removal),
            *unweighed(removal.missing),
            *_change_blocks(remedy.changes, f"What changes with {explanation.symbol}"),
        ),
        data={
            "config": config_json(config),
            "symbol": explanation.symbol,
            "value": explanation.value,
            "steps": [step_json(step) for step in explanation.steps],
            "remedy": remedy_json(remedy),
            "missing": maybe_missing_json(removal.missing),
            "least": bool(removal.least),
        },
        records=_records(wanted),
    )


def _bound_blocks(removal: Removal) -> Iterator[Block]:
    if removal.remedy.status != "verified":
        return
    if removal.least:
        yield Paragraph(phrase=say("No set of symbols to turn off changes fewer: that is proved."))
    elif len(removal.remedy.assignments) > 1:
        yield Paragraph(phrase=say("None of these can be left out."))
    if removal.least is None:
        yield Paragraph(phrase=say("Whether fewer would do takes a solver: pip install 'kweigh[lint]'", "missing"))


def _change_blocks(changes: Sequence[Change], title: str) -> Iterator[Block]:
    if not changes:
        return
    yield Heading(text=title)
    columns = (Column(title="symbol"), Column(title="now"), Column(title="then"))
    rows = (Row(cells=(say(c.name, "name"), (value(c.before),), (value(c.after),))) for c in changes)
    yield Table(columns=columns, rows=tuple(rows), most=_CHANGES)
