"""How a scenario ended, as people are told: what is expected is not a failure.

Enters: a `DmaTrace`, its `ModelRun`, an `Answer`. Leaves: words. Must hold: only what went against the scenario is a
warning; JSON has the verdict itself and the outcome by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.dma_trace import Verdict
from analyzer.model.mapping import Outcome, Question
from analyzer.model.report import Span
from analyzer.reports.words.phrases import say

if TYPE_CHECKING:
    from analyzer.model.dma_trace import DmaTrace
    from analyzer.model.mapping import Answer, ModelRun
    from analyzer.model.report import Phrase, Role

WORDS = {
    Outcome.NOT_EXPECTED: "not as expected",
    Outcome.RIGHT: "with the data right",
    Outcome.REFUSED: "refused as they should be",
    Outcome.KERNEL: "the kernel's own fault",
    Outcome.DRIVER: "the driver's own fault",
    Outcome.NO_DATA: "that move no data",
}

_ROLES: dict[Verdict, Role] = {Verdict.RIGHT: "on"}


def tallied(run: ModelRun) -> str:
    """How many scenarios ended how: those that went against what was expected first."""
    counts = Counter(run.outcome(trace) for trace in run.traces)
    missed = counts.pop(Outcome.NOT_EXPECTED, 0)
    told = [f"{counts[outcome]:,} {words}" for outcome, words in WORDS.items() if counts[outcome]]
    return ", ".join([f"{missed:,} not as expected" if missed else "all as expected", *told])


def shown(trace: DmaTrace) -> Span:
    """The verdict, as a warning only where it is not the expected one."""
    role: Role = "warn" if trace.misses else _ROLES.get(trace.verdict, "plain")
    return Span(spoken(trace.verdict.value), role)


def spoken(verdict: str) -> str:
    """A verdict by its name in JSON, as people are told: the call was refused, the kernel did not fail.

    >>> spoken("failed"), spoken("right")
    ('refused', 'right')
    """
    return "refused" if verdict == Verdict.FAILED.value else verdict


def answered(answer: Answer) -> Phrase:
    """What one case comes to, in a few words."""
    works = answer.verdict is Verdict.RIGHT
    cost = ", ".join(_cost(answer)) or "nothing but direct calls"
    if not works and answer.question is not Question.SYNCS:
        return say(f"no: {spoken(answer.verdict.value)}{f', {answer.reason}' if answer.reason else ''}", "off")
    match answer.question:
        case Question.REACH:
            return say(f"yes: {cost}")
        case Question.FORCE:
            return say(cost)
        case Question.SYNCS:
            return say(f"{'yes' if works else f'no: {_WRONG.get(answer.verdict, answer.reason)}'}{_asked(answer)}")
        case _:
            return say(f"yes: {cost}" if answer.counts.iommu_maps else f"no: {cost}")


_WRONG = {Verdict.STALE: "who reads gets what was there before", Verdict.WRONG: "who reads gets what nobody wrote"}


def _asked(answer: Answer) -> str:
    if answer.need_sync is None:
        return ""
    return f" (dma_need_sync() says {'to sync' if answer.need_sync else 'the same'})"


def _cost(answer: Answer) -> Iterator[str]:
    counts, n = answer.counts, answer.packets
    table = counts.iommu_maps + counts.iommu_unmaps + counts.iotlb_flushes
    if counts.indirect:
        yield f"{counts.indirect / n:g} indirect calls"
    if counts.bounces:
        yield f"{counts.bounces / n:g} copies, {counts.bounced_bytes / n:,.0f} bytes"
    if table:
        yield f"{table / n:g} operations of the IOMMU"
    if counts.cache_cleans + counts.cache_invalidates:
        yield f"{(counts.cache_cleans + counts.cache_invalidates) / n:g} operations on the cache"
