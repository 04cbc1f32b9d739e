"""Rule: the search finds what is known to be wrong without being told, and nothing where nothing is.

What 6.1 gets wrong besides pSeries is real: with a min_align_mask, swiotlb_bounce() of 6.1.192 refuses a part that
starts low in a later slot. And wherever the cache is only forgotten as a whole, dma_direct_sync_sg_for_cpu() copies a
slot before it forgets.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.dma.behaviour import misbehaviour
from analyzer.dma.hunt import BAD, hunt
from analyzer.dma.play import play
from analyzer.dma.programs import program
from analyzer.dma.rules import VERSIONS
from analyzer.dma.scenarios import load
from analyzer.model.dma import Platform
from analyzer.model.dma_trace import DmaTrace, Finding, Verdict
from tests.dma.machines import BARE, FULL, NARROW, PLATFORMS, POWERPC, X86


@cache
def found(rules: str, *kinds: str, tries: int = 600) -> tuple[Finding, ...]:
    return hunt(VERSIONS[rules], POWERPC, seed=1, tries=tries, kinds=kinds)


def test_5_8_skips_syncs_of_what_it_bounced() -> None:
    findings = found("5.8", "powerpc")
    assert {f.trace.scenario.device.iommu.weak: f.trace.verdict for f in findings} == {
        False: Verdict.STALE,
        True: Verdict.STALE,
    }
    assert all("sync → ops → nothing" in f.cause for f in findings)
    for finding in findings:
        steps = {s.do: s.arguments for s in finding.trace.scenario.steps}
        assert len(finding.trace.steps) <= 7
        if finding.trace.scenario.device.iommu.weak:
            assert steps["map_page" if "map_page" in steps else "map_sg" if "map_sg" in steps else "pool_map"]["attrs"]
        else:
            order = [s.do for s in finding.trace.scenario.steps]
            assert order.index("set_coherent_mask") < order.index("set_mask")
            assert int(str(steps["set_coherent_mask"]["mask"])) < (1 << 32) - 1


@pytest.mark.parametrize("rules", ["v2", "v3", "v4"])
def test_the_pool_is_misled_by_ops_that_are_bypassed(rules: str) -> None:
    (finding,) = found(rules, "powerpc")
    assert finding.trace.verdict is Verdict.STALE
    assert "pool_sync → left out" in finding.cause
    assert any("bounce" in result.path for result in finding.trace.steps)


def test_5_9_has_nothing() -> None:
    for platform in (POWERPC, X86, NARROW, BARE, PLATFORMS["not coherent"]):
        assert hunt(VERSIONS["5.9"], platform, seed=2, tries=200) == ()


def test_6_1_limited_pseries_skips_syncs() -> None:
    findings = found("6.1", "powerpc")
    assert {f.cause.partition(": ")[2] for f in findings} == {"sync → nothing", "pool_sync → left out"}
    assert all(f.trace.scenario.device.bus_dma_limit for f in findings)


def test_6_1_has_one_thing_more() -> None:
    findings = [f for p in (X86, NARROW) for f in hunt(VERSIONS["6.1"], p, seed=3, tries=600)]
    assert findings
    for finding in findings:
        assert finding.cause.endswith("(access before mapping start)")
        assert finding.trace.scenario.device.min_align_mask


def test_a_list_is_copied_before_the_cache_is_forgotten() -> None:
    findings = hunt(VERSIONS["5.9"], PLATFORMS["cache as a whole"], seed=1, tries=200, kinds=("",))
    assert {f.cause for f in findings} == {"no ops, mapped bounce: sync_sg → direct"}


def test_findings_are_well_behaved_can_be_kept_and_played_again() -> None:
    for rules in ("5.8", "v3", "6.1"):
        for finding in found(rules, "powerpc"):
            (again,) = load(finding.toml, path="kept.toml")
            trace = play(again, VERSIONS[rules], POWERPC)
            assert isinstance(trace, DmaTrace)
            assert trace.misses == finding.trace.misses == ()
            assert trace.verdict is finding.trace.verdict
            assert misbehaviour(again) == ""


def test_nothing_can_be_taken_from_a_finding() -> None:
    for finding in found("5.8", "powerpc"):
        scenario = finding.trace.scenario
        for index in range(len(scenario.steps)):
            steps = scenario.steps[:index] + scenario.steps[index + 1 :]
            smaller = type(scenario)(
                **{f: getattr(scenario, f) for f in scenario.__dataclass_fields__ if f != "steps"}, steps=steps
            )
            trace = play(smaller, VERSIONS["5.8"], POWERPC)
            assert misbehaviour(smaller) or (isinstance(trace, DmaTrace) and trace.verdict not in BAD)


def test_a_seed_finds_the_same() -> None:
    one, other = (hunt(VERSIONS["5.8"], POWERPC, seed=7, tries=150, kinds=("powerpc",)) for _ in range(2))
    assert one == other


def test_nothing_to_search() -> None:
    assert hunt(VERSIONS["5.8"], POWERPC, seed=1, tries=10, kinds=("gart",)) == ()
    assert hunt(VERSIONS["5.8"], POWERPC, seed=1, tries=0) == ()


@given(st.integers(0, 1 << 40), st.sampled_from(["5.9", "6.1"]), st.sampled_from(["", "iommu", "gart", "intel-mask"]))
@settings(max_examples=150)
def test_well_behaved_drivers_never_see_wrong_data(seed: int, rules: str, kind: str) -> None:
    scenario = program(Random(seed), VERSIONS[rules], FULL, kind)
    trace = play(scenario, VERSIONS[rules], FULL)
    assert isinstance(trace, DmaTrace)
    if any(result.verdict is Verdict.FAILED for result in trace.steps) or scenario.device.min_align_mask:
        return
    assert trace.verdict in (Verdict.RIGHT, Verdict.UNTOUCHED), trace.reason
    assert trace.complaints == ()


BY_NAME = replace(X86, dma_ops=False, ops=("dma-iommu",), iommu_dma=True)
ARM64 = replace(BY_NAME, arch="arm64", sync_for_device=True, sync_for_cpu=True, bounce_unaligned_kmalloc=True)


@pytest.mark.parametrize("rules", ["6.12", "7.3"])
@pytest.mark.parametrize(
    ("platform", "causes"),
    [
        (POWERPC, ["powerpc ops, mapped bounce: sync → nothing"]),
        (replace(PLATFORMS["cache as a whole"], ops=()), ["no ops, mapped bounce: sync_sg → direct"]),
        (BY_NAME, []),
        (ARM64, []),
        (NARROW, []),
    ],
    ids=["pSeries", "MIPS", "x86", "arm64", "narrow"],
)
def test_what_is_left_in_newer_kernels(rules: str, platform: Platform, causes: list[str]) -> None:
    """docs/model.md tells it in words; tests/oracle/dma/test_findings.py asks the kernels' own C."""
    assert [finding.cause for finding in hunt(VERSIONS[rules], platform, seed=1, tries=300)] == causes
