"""Composes the report of `kweigh why`: the chain behind one value, what holds it back, and what to set.

Enters: an `Explanation` and the config that it is about. Leaves: a `Report` (`kweigh.why/1`). Must hold: every line
of the chain cites its place and the values that it was tested with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.model.expr import show
from analyzer.model.report import (
    Block,
    Code,
    Column,
    Facts,
    Heading,
    Item,
    Outline,
    Paragraph,
    Records,
    Report,
    Row,
    Table,
)
from analyzer.reports.words.chain import chain_items, tested
from analyzer.reports.words.forms import config_json, definition_json, failure_json, location_json, step_json
from analyzer.reports.words.phrases import at, joined, plain, say, value
from analyzer.reports.words.remedy import assignment_line

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.find import Hit
    from analyzer.model.graph import Explanation, Failure, Opening, Proposal, Requirement
    from analyzer.model.report import Json, Phrase


def why(
    config: ResolvedConfig, explanations: Sequence[Explanation], options: Mapping[str, Hit] | None = None
) -> Report:
    """The report on symbols of one config; `options` are their types, prompts and menus."""
    first, *others = explanations
    where = config.source.name + " on " + config.tree.label
    told = options or {}
    values = ", ".join(f"{one.symbol} is {_shown(one)}" for one in explanations)
    return Report(
        schema="kweigh.why/1",
        title=f"{values} in {where}",
        blocks=tuple(
            block
            for one in explanations
            for block in (*([Heading(text=one.symbol)] if others else []), *_blocks(config, one, told.get(one.symbol)))
        ),
        data={
            "config": config_json(config),
            **_json(first, told.get(first.symbol)),
            "others": [_json(one, told.get(one.symbol)) for one in others],
        },
        records=Records(columns=_COLUMNS, rows=tuple(row for one in explanations for row in _rows(one))),
    )


def _shown(explanation: Explanation) -> str:
    return explanation.value or '""'


def _blocks(config: ResolvedConfig, explanation: Explanation, option: Hit | None) -> Iterator[Block]:
    if option is not None:
        # As menuconfig's search has it.
        menu = " > ".join(option.menu) or "Main menu"
        prompt = f'{option.type} "{option.prompt}"' if option.prompt else f"{option.type}, without a prompt"
        rows = (("option", say(prompt) + at(option.location)), ("menu", say(menu)))
        yield Facts(rows=rows if option.prompt else rows[:1])
    yield Outline(items=tuple(chain_items(explanation)))
    yield from _barrier_blocks(explanation)
    yield from _opening_blocks(explanation.openings)
    yield from _proposal_blocks(config, explanation.proposal)


def _json(explanation: Explanation, option: Hit | None) -> Mapping[str, Json]:
    return {
        "symbol": explanation.symbol,
        "type": explanation.type,
        "prompt": option.prompt if option is not None else "",
        "menu": list(option.menu) if option is not None else [],
        "value": explanation.value,
        "steps": [step_json(step) for step in explanation.steps],
        "definitions": [definition_json(definition) for definition in explanation.definitions],
        "openings": [_opening_json(opening) for opening in explanation.openings],
        "proposal": _proposal_json(explanation.proposal) if explanation.proposal else None,
    }


def _barrier_blocks(explanation: Explanation) -> Iterator[Block]:
    """One outline per definition: what it needs, and below each need that is not met the values that fail it."""
    held = [d for d in explanation.definitions if any(r.failures for r in d.requirements)]
    told = explanation.steps[0].kind == "unmet" and len(explanation.definitions) == 1
    if told or not held:
        # The chain itself has already said which needs of the only definition are not met.
        return
    yield Heading(text="What holds it back")
    for definition in held:
        needs = definition.requirements
        met = sum(not need.failures for need in needs)
        summary = f": {met} of {len(needs)} needs are met" if met else ""
        items = [Item(0, (*say("defined"), *at(definition.location), *say(summary)))]
        for need in needs:
            if need.failures:
                items += _need_items(need)
        yield Outline(items=tuple(items))


def _need_items(need: Requirement) -> Iterator[Item]:
    yield Item(1, (*say(need.text), *at(need.location), *say(" is "), value(str(need.value))))
    if len(need.failures) > 1 or need.failures[0].expr != need.expr or len(need.failures[0].mentions) > 1:
        yield from (Item(2, _failure(failure)) for failure in need.failures)


def _failure(failure: Failure) -> Phrase:
    return (*say(show(failure.expr)), *tested(failure.mentions))


def _opening_blocks(openings: Sequence[Opening]) -> Iterator[Block]:
    if not openings:
        return
    yield Heading(text="What could turn it on")
    columns = (Column(title="line"), Column(title="lacks"))
    rows = (
        Row(
            cells=(
                (*say(f"{opening.name}: {opening.text}"), *at(opening.location)),
                joined([_failure(failure) for failure in opening.missing]),
            )
        )
        for opening in openings
    )
    yield Table(columns=columns, rows=tuple(rows), stack=1)


def _proposal_blocks(config: ResolvedConfig, proposal: Proposal | None) -> Iterator[Block]:
    if proposal is None:
        return
    yield Heading(text=f"To make it {proposal.value}")
    match proposal.status:
        case "verified":
            yield Paragraph(phrase=say(f"Set this; resolved again with it, {proposal.symbol} is {proposal.value}:"))
        case "not verified":
            yield Paragraph(phrase=say("Setting this may do it; no config was resolved to prove it:", "warn"))
        case "impossible":
            with_it = " with this toolchain" if any("$(" in one.text for one in proposal.obstacles) else ""
            yield Paragraph(phrase=say(f"No assignment does it in this tree and architecture{with_it}:", "warn"))
        case "unknown":
            yield Paragraph(phrase=say("The search was cut short; whether it can be done is not known.", "warn"))
    if proposal.assignments:
        lines = (assignment_line(config, a.name, a.value) for a in proposal.assignments)
        yield Code(text="\n".join(lines), language="kconfig")
    if proposal.obstacles:
        items = (Item(0, (*say(o.text), *at(o.location))) for o in proposal.obstacles)
        yield Outline(items=tuple(items))


_COLUMNS = ("symbol", "value", "kind", "line", "tested_with", "place")


def _rows(explanation: Explanation) -> Sequence[tuple[str, ...]]:
    """One record per line of evidence; a step without evidence has one with the place that decided."""
    rows: list[tuple[str, ...]] = []
    for step in explanation.steps:
        if not step.evidence:
            rows.append((step.name, step.value, step.kind, "", "", str(step.location)))
        for line in step.evidence:
            values = plain(tested(line.mentions)).strip(" []")
            rows.append((step.name, step.value, step.kind, line.text, values, str(line.location)))
    return rows


def _opening_json(opening: Opening) -> Json:
    return {
        "kind": opening.kind,
        "symbol": opening.name,
        "text": opening.text,
        "location": location_json(opening.location),
        "condition": show(opening.condition),
        "value": str(opening.value),
        "missing": [failure_json(failure) for failure in opening.missing],
    }


def _proposal_json(proposal: Proposal) -> Mapping[str, Json]:
    return {
        "symbol": proposal.symbol,
        "value": str(proposal.value),
        "status": proposal.status,
        "assignments": [
            {"symbol": a.name, "value": a.value, "current": a.current, "location": location_json(a.location)}
            for a in proposal.assignments
        ],
        "obstacles": [
            {"symbol": o.name, "text": o.text, "location": location_json(o.location)} for o in proposal.obstacles
        ],
    }
