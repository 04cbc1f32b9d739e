"""Rule: every scenario is about what its author would have asked, and an answer is what was played."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from analyzer.dma.play import play
from analyzer.dma.questions import answers, mended_in, question_of
from analyzer.dma.rules import VERSIONS
from analyzer.dma.scenarios import built_in
from analyzer.model.dma import Platform
from analyzer.model.dma_trace import DmaTrace, Verdict
from analyzer.model.mapping import Answer, Question
from tests.dma.machines import BARE, FULL, NARROW, PLATFORMS, POWERPC

BY_NAME = {scenario.name: scenario for scenario in built_in()}


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("2", Question.REACH),
        ("4", Question.REACH),
        ("pool full", Question.REACH),
        ("5", Question.FORCE),
        ("alignment: kept", Question.FORCE),
        ("xsk: asks", Question.SYNCS),
        ("30", Question.SYNCS),
        ("not coherent, the sync left out", Question.SYNCS),
        ("9", Question.IOMMU),
        ("gart: in reach", Question.IOMMU),
        ("misuse: another size", Question.MISUSE),
        ("misuse: no direction", Question.MISUSE),
    ],
)
def test_what_a_scenario_is_about(name: str, question: Question) -> None:
    assert question_of(BY_NAME[name]) is question


def test_every_question_has_scenarios() -> None:
    assert min(Counter(map(question_of, BY_NAME.values()))[question] for question in Question) >= 3


def found(rules: str, platform: Platform, question: Question) -> dict[str, Answer]:
    return {a.case: a for a in answers(VERSIONS[rules], platform, count=8) if a.question is question}


def test_a_32_bit_device() -> None:
    reach = found("6.1", FULL, Question.REACH)
    assert {case: one.verdict for case, one in reach.items()} == {
        "RAM that it reaches": Verdict.RIGHT,
        "RAM beyond 4 GiB": Verdict.RIGHT,
        "the same, swiotlb=noforce": Verdict.FAILED,
        "the same, behind an IOMMU": Verdict.RIGHT,
    }
    assert reach["RAM beyond 4 GiB"].counts.bounces > 0 == reach["RAM that it reaches"].counts.bounces
    assert found("6.1", BARE, Question.REACH)["RAM beyond 4 GiB"].verdict is Verdict.FAILED
    assert list(found("6.1", NARROW, Question.REACH)) == ["RAM that it reaches"]


def test_force_costs_copies_where_there_is_a_pool() -> None:
    assert found("6.1", FULL, Question.FORCE)["no ops"].counts.bounces > 0
    assert found("6.1", BARE, Question.FORCE)["no ops"].counts.bounces == 0
    assert found("6.1", FULL, Question.FORCE)["IOMMU, translated"].counts.bounces == 0


@pytest.mark.parametrize("rules", [name for name, one in VERSIONS.items() if one.need_sync])
def test_whoever_is_told_to_leave_syncs_out_sees_right_data(rules: str) -> None:
    for platform in (*PLATFORMS.values(), POWERPC):
        for case, one in found(rules, platform, Question.SYNCS).items():
            assert one.need_sync or one.verdict is Verdict.RIGHT, case
            assert one.verdict is Verdict.RIGHT or "bounced" in case or "coherent" in case


def test_who_goes_through_the_iommu() -> None:
    through = {case: bool(one.counts.iommu_maps) for case, one in found("5.9", POWERPC, Question.IOMMU).items()}
    assert through == {
        "no ops": False,
        "powerpc, bypass": False,
        "powerpc, bypass, bounced": False,
        "powerpc, translated": True,
        "IOMMU, translated": True,
    }


def test_no_dma_no_answers() -> None:
    assert answers(VERSIONS["6.1"], replace(FULL, has_dma=False), count=3) == ()


@pytest.mark.parametrize(
    ("name", "rules", "mended"),
    [("21", "5.8", "v2"), ("xsk: judged by the ops", "v2", "5.9"), ("no mask: oops", "v4", "5.10")],
)
def test_a_fault_is_mended_where_the_same_driver_sees_right_data(name: str, rules: str, mended: str) -> None:
    trace = play(BY_NAME[name], VERSIONS[rules], FULL)
    assert isinstance(trace, DmaTrace)
    assert mended_in(trace, FULL) == mended
