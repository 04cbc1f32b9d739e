"""The records of `kweigh.model`: scenarios, their steps and counts, as programs read them.

Enters: `DmaTrace`, `ModelRun`. Leaves: JSON values. Must hold: names are the schema's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from analyzer.model.report import (
    Json,
)
from analyzer.reports.words.forms import location_json

if TYPE_CHECKING:
    from analyzer.model.dma_trace import Counts, DmaTrace, PacketCost
    from analyzer.model.mapping import Answer, ModelRun


COUNTED = (
    "direct",
    "ops",
    "iommu",
    "nothing",
    "failed",
    "indirect",
    "bounces",
    "bounced_bytes",
    "iommu_maps",
    "iommu_unmaps",
    "iotlb_flushes",
    "cache_cleans",
    "cache_invalidates",
    "cache_bytes",
)


def path_of(trace: DmaTrace) -> str:
    """The ways that its calls went, each once, in order."""
    return ", ".join(dict.fromkeys(step.path for step in trace.steps if step.path)) or "-"


def cost_of(counts: Counts, prices: Mapping[str, float]) -> float:
    """The counts at the user's prices."""
    counted = asdict(counts)
    return sum(price * float(counted[name]) for name, price in prices.items())


def way_of(packet: PacketCost) -> str:
    """The way with how its version goes it."""
    return f"{packet.path}, {packet.detail}" if packet.detail else packet.path


def answer_json(answer: Answer) -> Json:
    """`answer` of common.json."""
    counts: dict[str, Json] = dict(asdict(answer.counts))
    return {
        "question": answer.question.value,
        "case": answer.case,
        "verdict": answer.verdict.value,
        "reason": answer.reason,
        "need_sync": answer.need_sync,
        "packets": answer.packets,
        "counts": counts,
    }


def packet_json(packet: PacketCost) -> Json:
    """What a packet costs."""
    counts: dict[str, Json] = dict(asdict(packet.counts))
    return {"path": way_of(packet), "workload": packet.workload, "packets": packet.packets, "counts": counts}


def mapping_json(run: ModelRun) -> Json:
    """`mapping` of analyze-1.json."""
    return {
        "kernel": run.rules.name,
        "judged_by": run.rules.judged,
        "verdicts": [
            {"verdict": verdict, "scenarios": number}
            for verdict, number in Counter(trace.verdict.value for trace in run.traces).items()
        ],
        "outcomes": [
            {"outcome": outcome.value, "scenarios": number}
            for outcome, number in Counter(run.outcome(trace) for trace in run.traces).items()
        ],
        "answers": [answer_json(answer) for answer in run.answers],
        "packets": [packet_json(packet) for packet in run.packets],
    }


def ending_json(trace: DmaTrace, run: ModelRun) -> Json:
    """`ending` of common.json."""
    return {
        "scenario": trace.scenario.name,
        "question": run.questions[trace.scenario.name].value,
        "outcome": run.outcome(trace).value,
        "mended_in": run.mended.get(trace.scenario.name) or None,
    }


def trace_json(trace: DmaTrace, prices: Mapping[str, float]) -> Json:
    """`trace` of common.json."""
    counts: dict[str, Json] = dict(asdict(trace.counts))
    return {
        "scenario": trace.scenario.name,
        "title": trace.scenario.title,
        "location": location_json(trace.scenario.where),
        "path": path_of(trace),
        "verdict": trace.verdict.value,
        "reason": trace.reason,
        "counts": counts,
        "cost": cost_of(trace.counts, prices) if prices else None,
        "misses": list(trace.misses),
        "complaints": list(trace.complaints),
        "steps": [
            {
                "do": step.step.do,
                "path": step.path,
                "result": step.result,
                "verdict": step.verdict.value,
                "events": [[str(part) for part in event] for event in step.events],
            }
            for step in trace.steps
        ],
    }


def record(trace: DmaTrace) -> tuple[str, ...]:
    """A row of the table for spreadsheets: the columns of `model`, then `COUNTED`."""
    counts = asdict(trace.counts)
    return (
        trace.scenario.name,
        trace.rules.name,
        path_of(trace),
        trace.verdict.value,
        trace.reason,
        *(str(counts[name]) for name in COUNTED),
    )
