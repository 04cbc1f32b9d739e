"""What a scenario is about, and what a question's cases come to.

Enters: a `Scenario`, or `Rules` and a `Platform`. Leaves: a `Question`, `Answer` values. Must hold: what a scenario is
about shows in its device, machine and steps, so that one of a user's own has its place too; answers are played, like
everything here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analyzer.dma.behaviour import misbehaviour
from analyzer.dma.packets import fresh, on_a_ring, recycled
from analyzer.dma.play import platform_under, play
from analyzer.dma.programs import step
from analyzer.dma.rules import VERSIONS
from analyzer.dma.steps import attrs
from analyzer.dma.ways import NARROW, Way, ways
from analyzer.model.dma import Attrs, IommuSetup, Platform, Rules, Scenario, Step, SwiotlbMode
from analyzer.model.dma_trace import DmaTrace, Verdict
from analyzer.model.mapping import Answer, Question

BAD = (Verdict.CRASH, Verdict.WRONG, Verdict.STALE, Verdict.FAULT)
"""What somebody would call a bug: the driver's or the kernel's."""


def question_of(scenario: Scenario) -> Question:
    """What the scenario is about: the first of these that it has anything of."""
    expected = [one.expect for one in scenario.steps]
    ends_badly = any(wanted.get("verdict") in ("crash", "fault") for wanted in expected)
    if any("complaint" in wanted for wanted in expected) or (ends_badly and misbehaviour(scenario)):
        return Question.MISUSE
    if not scenario.device.coherent or any(map(_about_syncs, scenario.steps)):
        return Question.SYNCS
    if scenario.layout.swiotlb is SwiotlbMode.FORCE:
        return Question.FORCE
    return Question.IOMMU if scenario.device.ops else Question.REACH


def _about_syncs(one: Step) -> bool:
    sync_that_does_nothing = one.do.startswith("sync") and one.expect.get("path") == "nothing"
    return one.do == "need_sync" or "pool" in one.do or bool(attrs(one) & Attrs.SKIP_CPU_SYNC) or sync_that_does_nothing


def mended_in(trace: DmaTrace, platform: Platform) -> str:
    """The first later version in which the same driver on the same platform does not go wrong; empty: none known."""
    names = list(VERSIONS)
    later = names[names.index(trace.rules.name) + 1 :]
    bare = replace(trace.scenario, rules=tuple(later), requires={}, steps=tuple(map(_bare, trace.scenario.steps)))
    for name in later:
        again = play(bare, VERSIONS[name], platform)
        if isinstance(again, DmaTrace) and again.verdict not in BAD:
            return name
    return ""


def _bare(one: Step) -> Step:
    return replace(one, expect={})


def answers(rules: Rules, platform: Platform, *, count: int) -> tuple[Answer, ...]:
    """Each question with its cases, played with `count` packets."""
    if not platform.has_dma:
        return ()
    there = tuple(ways(rules, platform_under(rules, platform)))
    found = [*_reach(there, platform), *_force(there), *_syncs(there), *_iommu(there)]
    return tuple(
        answer for question, case, way in found if (answer := _answer(question, case, way, rules, platform, count))
    )


_Case = tuple[Question, str, Way]
IN_REACH = "RAM that it reaches"


def _reach(there: tuple[Way, ...], platform: Platform) -> Iterator[_Case]:
    direct = there[0]
    near = replace(direct, device=replace(direct.device, dma_mask=NARROW, coherent_dma_mask=NARROW))
    yield Question.REACH, IN_REACH, near
    if platform.dma_addr_bits < 64:
        return
    yield Question.REACH, "RAM beyond 4 GiB", near
    if platform.swiotlb:
        noforce = replace(near.layout, swiotlb=SwiotlbMode.NOFORCE)
        yield Question.REACH, "the same, swiotlb=noforce", replace(near, layout=noforce)
    if any(way.device.ops == "iommu" for way in there):
        behind = replace(near.device, ops="iommu", iommu=IommuSetup(bypass=False))
        yield Question.REACH, "the same, behind an IOMMU", replace(near, device=behind)


def _force(there: tuple[Way, ...]) -> Iterator[_Case]:
    for way in there:
        if way.name in ("no ops", "IOMMU, translated"):
            forced = replace(way.layout, swiotlb=SwiotlbMode.FORCE)
            yield Question.FORCE, way.name, replace(way, layout=forced)


def _syncs(there: tuple[Way, ...]) -> Iterator[_Case]:
    yield from ((Question.SYNCS, way.name, way) for way in there)


def _iommu(there: tuple[Way, ...]) -> Iterator[_Case]:
    yield from ((Question.IOMMU, way.name, way) for way in there if way.device.ops or way is there[0])


def _answer(question: Question, case: str, way: Way, rules: Rules, platform: Platform, count: int) -> Answer | None:
    body = fresh(count)
    if question is Question.SYNCS:
        body = [one for one in recycled(count) if not one.do.startswith("sync")]
        body.append(step("need_sync", as_="slot0"))
    played = on_a_ring(body, way, rules, platform, low=case == IN_REACH)
    if played is None:
        return None
    trace, counts = played
    asked = [one.result for one in trace.steps if one.step.do == "need_sync"] if rules.need_sync else []
    return Answer(
        question=question,
        case=case,
        verdict=trace.verdict,
        reason=trace.reason.partition(": ")[2],
        packets=count,
        counts=counts,
        need_sync=bool(asked[0]) if asked else None,
    )
