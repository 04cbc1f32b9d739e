"""Composes the reports of `kweigh model --compare` and `--hunt`: what versions change, and what in one goes wrong.

Enters: a `ModelComparison`, a `Hunt`. Leaves: a `Report` (`kweigh.versions/1`, `kweigh.hunt/1`). Must hold: a scenario
that does the same in every version is counted, not shown; a finding stands with every step of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.dma_trace import Verdict
from analyzer.model.report import (
    Block,
    Code,
    Column,
    Facts,
    Heading,
    Json,
    Outline,
    Paragraph,
    Phrase,
    Records,
    Report,
    Row,
    Span,
    Table,
)
from analyzer.reports.compose.model import trace_items
from analyzer.reports.compose.model_json import path_of, trace_json
from analyzer.reports.words.outcome import spoken
from analyzer.reports.words.phrases import say

if TYPE_CHECKING:
    from analyzer.model.dma_trace import DmaTrace
    from analyzer.model.mapping import Hunt, ModelComparison
    from analyzer.model.report import Role


def versions(found: ModelComparison) -> Report:
    """The report on what changes between versions."""
    names = [rules.name for rules in found.rules]
    changed = [played for played in found.played if played.differs]
    same = len(found.played) - len(changed)
    blocks: list[Block] = [
        Facts(rows=(("config", say(found.label)), *((rules.name, say(rules.title)) for rules in found.rules))),
        Heading(text=f"What changes from {names[0]} to {names[-1]}"),
    ]
    if changed:
        blocks.append(
            Table(
                columns=(Column(title="scenario"), *(Column(title=name) for name in names)),
                rows=tuple(
                    Row(
                        cells=(
                            (Span(p.scenario.name, "name"), Span(f": {p.scenario.title}")),
                            *(_cell(trace) for trace in p.traces),
                        )
                    )
                    for p in changed
                ),
            )
        )
    blocks.append(Paragraph(phrase=say(f"The same in all: {same} of {len(found.played)} scenarios.")))
    return Report(
        schema="kweigh.versions/1",
        title=f"DMA mapping of {found.label}: {', '.join(names)}",
        blocks=tuple(blocks),
        data={
            "config": found.label,
            "kernels": names,
            "same": same,
            "changed": [
                {
                    "scenario": p.scenario.name,
                    "title": p.scenario.title,
                    "traces": [trace_json(trace, {}) if trace else None for trace in p.traces],
                }
                for p in changed
            ],
        },
        records=Records(
            columns=("scenario", "kernel", "path", "verdict", "indirect", "bounced_bytes"),
            rows=tuple(
                (
                    p.scenario.name,
                    rules.name,
                    path_of(trace) if trace else "",
                    trace.verdict.value if trace else "",
                    str(trace.counts.indirect) if trace else "",
                    str(trace.counts.bounced_bytes) if trace else "",
                )
                for p in found.played
                for rules, trace in zip(found.rules, p.traces, strict=True)
            ),
        ),
    )


def _cell(trace: DmaTrace | None) -> Phrase:
    if trace is None:
        return say("-", "missing")
    counts = trace.counts
    told = f"{path_of(trace)}; indirect {counts.indirect}, copies {counts.bounces}; "
    return (Span(told), Span(spoken(trace.verdict.value), _ROLES.get(trace.verdict, "warn")))


_ROLES: dict[Verdict, Role] = {Verdict.RIGHT: "on", Verdict.UNTOUCHED: "plain", Verdict.FAILED: "plain"}
"""How verdicts are shown; the others are warnings."""


def hunt(found: Hunt) -> Report:
    """The report on a search for wrong data."""
    blocks: list[Block] = [
        Facts(
            rows=(
                ("config", say(found.label)),
                ("kernel", say(found.rules.title)),
                ("programs tried", say(f"{found.tries:,} (seed {found.seed})")),
                ("found", say(str(len(found.findings)), "warn" if found.findings else "on")),
            )
        )
    ]
    if not found.findings:
        blocks.append(Paragraph(phrase=say("No well-behaved driver saw wrong data.")))
    for finding in found.findings:
        trace = finding.trace
        blocks += [
            Heading(text=f"{trace.scenario.title}: {trace.verdict.value}"),
            Paragraph(phrase=(Span(f"{trace.verdict.value}, ", "warn"), Span(trace.reason))),
            Outline(items=tuple(trace_items(trace))),
            Code(text=finding.toml, language="toml"),
        ]
    data: list[Json] = [
        {"trace": trace_json(finding.trace, {}), "toml": finding.toml, "tried": finding.tried}
        for finding in found.findings
    ]
    return Report(
        schema="kweigh.hunt/1",
        title=f"Hunt for wrong data, {found.rules.title}",
        blocks=tuple(blocks),
        data={
            "config": found.label,
            "kernel": found.rules.name,
            "seed": found.seed,
            "tries": found.tries,
            "findings": data,
        },
        records=Records(
            columns=("finding", "verdict", "reason", "tried"),
            rows=tuple(
                (f.trace.scenario.title, f.trace.verdict.value, f.trace.reason, str(f.tried)) for f in found.findings
            ),
        ),
    )
