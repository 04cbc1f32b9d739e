"""Composes the reports of `kweigh model --compare` and `--hunt`: what versions change, and what in one goes wrong.

Enters: a `ModelComparison`, a `Hunt`. Leaves: a `Report` (`kweigh.versions/1`, `kweigh.hunt/1`). Must hold: a way
that a version has not is no zero; a scenario that ends alike in every version is counted, not shown, unless somebody
asks; a finding stands with every step of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from analyzer.reports.compose.model_json import packet_json, path_of, trace_json
from analyzer.reports.words.outcome import spoken
from analyzer.reports.words.phrases import counted, say

if TYPE_CHECKING:
    from analyzer.model.dma_trace import DmaTrace
    from analyzer.model.mapping import Hunt, ModelComparison, Played, WayTaken, WayThrough
    from analyzer.model.report import Role


def versions(found: ModelComparison, *, whole: bool) -> Report:
    """The report on what changes between versions: which calls are direct, what a packet takes, which verdicts.

    With `whole` every scenario that goes another way.
    """
    names = [rules.name for rules in found.rules]
    changed = [played for played in found.played if played.differs]
    ended = [played for played in changed if played.ends_otherwise]
    same = len(found.played) - len(changed)
    blocks: list[Block] = [
        Facts(
            rows=(
                ("config", say(found.label)),
                *((rules.name, say(f"{rules.title} (judged by {rules.judged})")) for rules in found.rules),
                *(("note", say(note, "warn")) for note in found.notes),
            )
        ),
        *_ways(found, names),
    ]
    if ended:
        blocks += [Heading(text="Verdicts that change"), _table(ended, names, _verdict)]
    blocks.append(Paragraph(phrase=say(_rest(len(changed) - len(ended), same, len(found.played), whole))))
    if changed and whole:
        blocks += [Heading(text=f"What changes from {names[0]} to {names[-1]}"), _table(changed, names, _cell)]
    return Report(
        schema="kweigh.versions/1",
        title=f"DMA mapping of {found.label}: {', '.join(names)}",
        blocks=tuple(blocks),
        data={
            "config": found.label,
            "kernels": names,
            "notes": list(found.notes),
            "ways": [way_json(through) for through in found.ways],
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


def _table(played: Sequence[Played], names: Sequence[str], cell: Callable[[DmaTrace | None], Phrase]) -> Table:
    return Table(
        columns=(Column(title="scenario"), *(Column(title=name) for name in names)),
        rows=tuple(
            Row(
                cells=(
                    (Span(p.scenario.name, "name"), Span(f": {p.scenario.title}")),
                    *(cell(trace) for trace in p.traces),
                )
            )
            for p in played
        ),
    )


def _rest(otherwise: int, same: int, number: int, whole: bool) -> str:
    told = f"{counted(otherwise, 'further scenario')} go another way or cost otherwise, and end alike"
    return f"{told}{'' if whole else ' (--all)'}; {same:,} of {number:,} are the same in all."


def _ways(found: ModelComparison, names: Sequence[str]) -> Iterator[Block]:
    if not found.ways:
        return
    columns = (Column(title="device"), *(Column(title=name) for name in names))
    yield Heading(text="Which calls are direct")
    rows = (Row(cells=(say(one.way, "name"), *map(direct_calls, one.taken))) for one in found.ways)
    yield Table(columns=columns, rows=tuple(rows))
    yield Heading(text="Indirect calls of a packet")
    figures = (Column(title="device"), Column(title="workload"), *(Column(title=n, align="right") for n in names))
    workloads = dict.fromkeys(p.workload for one in found.ways for taken in one.taken if taken for p in taken.packets)
    rows = (
        Row(cells=(say(one.way, "name"), say(workload), *(indirect_calls(taken, workload) for taken in one.taken)))
        for one in found.ways
        for workload in workloads
    )
    yield Table(columns=figures, rows=tuple(rows))
    yield Paragraph(phrase=say("-: no such way there. In brackets: copies through the bounce pool."))


DIRECT = ("direct", "bounce")
"""Paths of dma-direct's calls, which the core calls without a pointer."""


def direct_calls(taken: WayTaken | None) -> Phrase:
    """Which calls of a way are direct."""
    if taken is None:
        return say("-", "missing")
    there = [call for call, path in taken.calls if path in DIRECT]
    others = dict.fromkeys(path for _, path in taken.calls if path not in DIRECT)
    if not others:
        return say("all", "on")
    if not there:
        return say(f"none: {', '.join(others)}")
    if len(there) <= len(taken.calls) / 2:
        return say(", ".join(there))
    return say("all but " + ", ".join(f"{call} ({path})" for call, path in taken.calls if path not in DIRECT))


def indirect_calls(taken: WayTaken | None, workload: str) -> Phrase:
    """How many indirect calls a packet of a workload takes on a way."""
    packet = next((p for p in taken.packets if p.workload == workload), None) if taken else None
    if packet is None:
        return say("-", "missing")
    copies = packet.counts.bounces / packet.packets
    return say(f"{packet.counts.indirect / packet.packets:g}{f' ({copies:g})' if copies else ''}")


def way_json(through: WayThrough) -> Json:
    """A way in the JSON: its calls and packets, on each side."""
    return {
        "way": through.way,
        "taken": [
            {
                "calls": [{"call": call, "path": path} for call, path in taken.calls],
                "packets": [packet_json(packet) for packet in taken.packets],
            }
            if taken
            else None
            for taken in through.taken
        ],
    }


def _verdict(trace: DmaTrace | None) -> Phrase:
    if trace is None:
        return say("-", "missing")
    return say(spoken(trace.verdict.value), _ROLES.get(trace.verdict, "warn"))


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
