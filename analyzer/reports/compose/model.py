"""Composes the report of `kweigh model`: what mapping calls do under one config.

Enters: a `ModelRun`. Leaves: a `Report` (`kweigh.model/1`). Must hold: counts are counts, and a cost appears only when
the user brought prices; a scenario that says what must come of it, and did not get it, stands at the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.dma_trace import Verdict
from analyzer.model.mapping import Outcome, Question
from analyzer.model.report import (
    Block,
    Column,
    Facts,
    Heading,
    Item,
    Outline,
    Paragraph,
    Phrase,
    Records,
    Report,
    Role,
    Row,
    Span,
    Table,
)
from analyzer.reports.words.outcome import answered, shown, spoken, tallied
from analyzer.reports.words.phrases import counted, say

if TYPE_CHECKING:
    from analyzer.model.dma_trace import Counts, DmaTrace, PacketCost, StepResult
    from analyzer.model.mapping import ModelRun
from analyzer.reports.compose.model_json import (
    COUNTED,
    answer_json,
    cost_of,
    ending_json,
    packet_json,
    path_of,
    record,
    trace_json,
    way_of,
)


def model(run: ModelRun, *, whole: bool, traced: bool) -> Report:
    """The report: what an author of a driver asks, and how the scenarios ended; `whole`, each of them with what it
    costs; `traced`, every step of them."""
    blocks: list[Block] = [_facts(run)]
    if misses := [miss for trace in run.traces for miss in trace.misses]:
        blocks += [Heading(text="Not as the scenario says"), *(Paragraph(phrase=say(m, "warn")) for m in misses)]
    blocks += _answers(run)
    blocks += [
        Heading(text="Scenarios"),
        Paragraph(phrase=say(f"{counted(len(run.traces), 'scenario')}: {tallied(run)}.")),
        *_verdicts(run, whole=whole),
    ]
    if whole:
        blocks += _tables(run)
        blocks += _packets(run)
        if run.unplayed:
            blocks.append(Paragraph(phrase=say(_unplayed(run), "missing")))
    else:
        blocks.append(Paragraph(phrase=say("--all: each scenario, and what a packet costs on every path.")))
    if traced:
        blocks += _traces(run.traces)
    return Report(
        schema="kweigh.model/1",
        title=f"DMA mapping of {run.label}, {run.rules.title}",
        blocks=tuple(blocks),
        data={
            "config": run.label,
            "kernel": run.rules.name,
            "judged_by": run.rules.judged,
            "note": run.note,
            "platform": [{"field": field, "because": why} for field, why in run.platform.why.items()],
            "answers": [answer_json(answer) for answer in run.answers],
            "endings": [ending_json(trace, run) for trace in run.traces],
            "scenarios": [trace_json(trace, run.costs) for trace in run.traces],
            "packets": [packet_json(packet) for packet in run.packets],
            "unplayed": [{"scenario": u.scenario.name, "reason": u.reason} for u in run.unplayed],
        },
        records=Records(
            columns=("scenario", "kernel", "path", "verdict", "reason", *COUNTED),
            rows=tuple(record(trace) for trace in run.traces),
        ),
    )


_SCENARIOS = 8
"""Scenarios that people are shown, those that are not as expected among what stands below."""
_EXPECTED = 3
"""Of those that end as they should, and of complaints."""
_LEGEND = (
    "calls: by dma-direct, by ops, idle (no callback); ind.: through a function pointer; copied: bytes bounced; "
    "IOMMU: pages entered, taken out, flushes; cache: cleans and invalidations."
)


def _facts(run: ModelRun) -> Facts:
    platform = run.platform
    gates = [("DMA_OPS", platform.dma_ops), ("DMA_OPS_BYPASS", platform.dma_ops_bypass), ("SWIOTLB", platform.swiotlb)]
    compiled = ", ".join(f"{name} {'on' if there else 'off'}" for name, there in gates)
    snoop = "some do not snoop" if platform.knows_noncoherent else "all coherent"
    rows = [
        ("config", say(run.label)),
        ("kernel", say(f"{run.rules.title} (judged by {run.rules.judged})")),
        ("compiled in", say(compiled)),
        ("devices", say(f"{snoop}, dma_addr_t of {platform.dma_addr_bits} bits")),
        ("ops", say(", ".join(platform.ops) or "none")),
    ]
    if run.note:
        rows.append(("note", say(run.note, "warn")))
    return Facts(rows=tuple(rows))


def _answers(run: ModelRun) -> Iterator[Block]:
    for question in Question:
        cases = [answer for answer in run.answers if answer.question is question]
        if cases:
            yield Heading(text=question.value)
            yield Facts(rows=tuple((answer.case, answered(answer)) for answer in cases))
    if run.answers:
        yield Paragraph(phrase=say(_PACKET))


_PACKET = (
    "Figures are of one packet of a receive ring: synced for the CPU, read, its page unmapped and another mapped. "
    "Syncs are left out where packets are sent on from their page."
)


def _tables(run: ModelRun) -> Iterator[Block]:
    for question in Question:
        traces = [trace for trace in run.traces if run.questions[trace.scenario.name] is question]
        if traces:
            yield Heading(text=f"Scenarios: {question.value}")
            yield _table(run, traces)
    yield Paragraph(phrase=say(_LEGEND))


def _table(run: ModelRun, traces: Sequence[DmaTrace]) -> Table:
    columns = [
        Column(title="scenario"),
        Column(title="verdict"),
        Column(title="path"),
        Column(title="calls"),
        Column(title="ind.", align="right"),
        Column(title="copied", align="right"),
        Column(title="IOMMU", align="right"),
        Column(title="cache", align="right"),
    ]
    if run.costs:
        columns.append(Column(title="cost", align="right"))
    return Table(columns=tuple(columns), rows=tuple(_row(trace, run) for trace in traces), most=_SCENARIOS)


def _row(trace: DmaTrace, run: ModelRun) -> Row:
    counts = trace.counts
    cells = [
        (Span(trace.scenario.name, "name"), Span(f": {trace.scenario.title}")),
        (shown(trace),),
        say(path_of(trace)),
        say(_calls(counts)),
        say(str(counts.indirect)),
        say(str(counts.bounced_bytes)),
        say(str(counts.iommu_maps + counts.iommu_unmaps + counts.iotlb_flushes)),
        say(str(counts.cache_cleans + counts.cache_invalidates)),
    ]
    if run.costs:
        cells.append(say(f"{cost_of(counts, run.costs):g}"))
    return Row(cells=tuple(cells))


def _calls(counts: Counts) -> str:
    kinds = (counts.direct, "direct"), (counts.ops, "ops"), (counts.iommu, "IOMMU"), (counts.nothing, "idle")
    return " ".join(f"{number} {name}" for number, name in kinds if number) or "none"


def _verdicts(run: ModelRun, *, whole: bool) -> Iterator[Block]:
    for kind, title in _OTHERWISE.items():
        told = [trace for trace in run.traces if trace.reason and run.outcome(trace) is kind]
        if told and (whole or kind in (Outcome.NOT_EXPECTED, Outcome.KERNEL)):
            yield Heading(text=title)
            yield Outline(items=tuple(Item(0, _told(trace, run)) for trace in told))
    complaints = [(trace.scenario.name, text) for trace in run.traces for text in trace.complaints]
    if complaints and whole:
        yield Heading(text="What DMA_API_DEBUG says")
        columns = (Column(title="scenario"), Column(title="complaint"))
        rows = (Row(cells=(say(name, "name"), say(text))) for name, text in complaints)
        yield Table(columns=columns, rows=tuple(rows), most=_EXPECTED)


def _told(trace: DmaTrace, run: ModelRun) -> Phrase:
    name = trace.scenario.name
    told = (Span(name, "name"), Span(": "), shown(trace), Span(f", {trace.reason}"))
    if run.outcome(trace) is not Outcome.KERNEL:
        return told
    mended = run.mended.get(name, "")
    fix = f"mended in {mended}" if mended else "in no later version here is it mended"
    source = f" ({trace.scenario.facts})" if trace.scenario.facts else ""
    return (*told, Span(f"; {fix}{source}"))


_OTHERWISE = {
    Outcome.NOT_EXPECTED: "Not as expected",
    Outcome.REFUSED: "Refused, as they should be",
    Outcome.KERNEL: "The kernel's own fault, as expected",
    Outcome.DRIVER: "The driver's own fault, as expected",
}


def _traces(traces: Sequence[DmaTrace]) -> Iterator[Block]:
    yield Heading(text="Step by step")
    for trace in traces:
        yield Outline(items=tuple(trace_items(trace)))


def trace_items(trace: DmaTrace) -> Iterator[Item]:
    """A scenario, its steps, and what happened in each."""
    scenario = trace.scenario
    yield Item(0, (Span(scenario.name, "name"), Span(f" {scenario.title} "), Span(f"({scenario.where})", "place")))
    for step in trace.steps:
        yield Item(1, _step(step))
        for event in step.events:
            yield Item(2, say(" ".join(_argument(part) for part in event)))


def _step(step: StepResult) -> Phrase:
    given = " ".join(f"{key}={_argument(value)}" for key, value in step.step.arguments.items())
    spans = [Span(step.step.do, "name"), Span(f" {given}" if given else "")]
    if step.path:
        spans.append(Span(f": {step.path}"))
    if step.verdict is not Verdict.UNTOUCHED:
        role: Role = "on" if step.verdict is Verdict.RIGHT else "plain"
        spans += [Span(", "), Span(spoken(step.verdict.value), role)]
    return tuple(spans)


def _argument(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 4096:
        return hex(value)
    if isinstance(value, (list, tuple)):
        return ",".join(_argument(one) for one in value)
    return str(value)


def _packets(run: ModelRun) -> Iterator[Block]:
    if not run.packets:
        return
    yield Heading(text="Per packet: a receive ring, XDP")
    columns = ("path", "workload", "calls", "indirect", "copies", "bytes", "IOMMU", "cache")
    yield Table(
        columns=tuple(Column(title=t, align="left" if i < 2 else "right") for i, t in enumerate(columns)),
        rows=tuple(
            Row(cells=(say(way_of(p), "name"), say(p.workload), *(say(f"{figure:g}") for figure in _figures(p))))
            for p in run.packets
        ),
    )


def _figures(packet: PacketCost) -> tuple[float, ...]:
    counts, n = packet.counts, packet.packets
    return tuple(
        figure / n
        for figure in (
            counts.direct + counts.ops + counts.iommu + counts.nothing,
            counts.indirect,
            counts.bounces,
            counts.bounced_bytes,
            counts.iommu_maps + counts.iommu_unmaps + counts.iotlb_flushes,
            counts.cache_cleans + counts.cache_invalidates,
        )
    )


def mapping_blocks(run: ModelRun) -> Iterator[Block]:
    """The short form, for a report that says more than this: what an author asks, and how the scenarios ended."""
    yield Heading(text=f"DMA mapping ({run.rules.title})")
    yield Paragraph(phrase=say(f"{counted(len(run.traces), 'scenario')}: {tallied(run)} (kweigh model shows them)."))
    for question in Question:
        cases = [answer for answer in run.answers if answer.question is question]
        if cases:
            yield Paragraph(phrase=say(question.value, "name"))
            yield Facts(rows=tuple((answer.case, answered(answer)) for answer in cases))


def _unplayed(run: ModelRun) -> str:
    reasons = dict.fromkeys(u.reason for u in run.unplayed)
    parts = (f"{sum(u.reason == r for u in run.unplayed)} ({r})" for r in reasons)
    return f"Not played: {', '.join(parts)}."
