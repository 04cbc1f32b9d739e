"""Rule: a packet costs no indirect call where the mapping is direct, and its bytes are right on every path."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.dma.packets import PACKET, packets
from analyzer.dma.rules import VERSIONS
from analyzer.model.dma import Platform
from analyzer.model.dma_trace import PacketCost, Verdict
from tests.dma.machines import BARE, FULL, NARROW, PLATFORMS, POWERPC

SENT, PASSED = "XDP_TX, pages recycled", "XDP_PASS, a page for each"


def costs(rules: str, platform: Platform = FULL) -> dict[tuple[str, str], PacketCost]:
    return {(c.path, c.workload): c for c in packets(VERSIONS[rules], platform, count=10)}


@pytest.mark.parametrize("rules", VERSIONS)
@pytest.mark.parametrize("platform", [*PLATFORMS.values(), POWERPC, NARROW, BARE], ids=lambda p: p.arch)
def test_every_packet_is_right(rules: str, platform: Platform) -> None:
    found = costs(rules, platform)
    assert found
    assert {cost.verdict for cost in found.values()} == {Verdict.RIGHT}
    for (_, workload), cost in found.items():
        calls = cost.counts.direct + cost.counts.ops + cost.counts.iommu + cost.counts.nothing
        assert calls == (20 if workload == SENT else 30)


@pytest.mark.parametrize("rules", VERSIONS)
def test_direct_costs_no_indirect_call(rules: str) -> None:
    for (path, _), cost in costs(rules).items():
        core = cost.detail == "of the core"
        direct = path.startswith("no ops") or core or path == "intel-iommu, ops switched"
        if direct or path == "intel-iommu, chosen by mask" or cost.detail == "by its name":
            assert cost.counts.indirect == 0, path
        elif "IOMMU" in path or "Xen" in path or cost.detail == "inside the ops":
            assert cost.counts.indirect == cost.counts.ops >= 20, path


def test_the_series_takes_the_indirect_calls_away() -> None:
    before, after = costs("5.8", POWERPC), costs("5.9", POWERPC)
    for workload, calls in ((SENT, 20), (PASSED, 30)):
        assert before["powerpc, bypass", workload].counts.indirect == calls
        assert after["powerpc, bypass", workload].counts.indirect == 0


def test_without_the_bypass_compiled_there_is_no_such_path() -> None:
    paths = {path for path, _ in costs("5.9", replace(POWERPC, dma_ops_bypass=False))}
    assert paths == {"no ops", "no ops, bounced", "powerpc, translated", "IOMMU, translated"}
    assert {path for path, _ in costs("6.1", BARE)} == {"no ops"}


def test_a_bounced_packet_is_copied_both_ways() -> None:
    counts = costs("6.1")["no ops, bounced", SENT].counts
    assert (counts.bounces, counts.bounced_bytes) == (20, 20 * PACKET)


def test_unmapping_copied_twice_until_6_1() -> None:
    copies = {rules: costs(rules)["no ops, bounced", PASSED].counts.bounces for rules in ("5.9", "6.1")}
    assert copies == {"5.9": 40, "6.1": 30}


def test_translation_is_table_work() -> None:
    counts = costs("6.1")["IOMMU, translated", PASSED].counts
    assert (counts.iommu_maps, counts.iommu_unmaps, counts.iotlb_flushes) == (10, 10, 10)
    assert costs("6.1")["IOMMU, translated", SENT].counts.iommu_maps == 0


def test_a_cache_that_does_not_snoop_is_work() -> None:
    counts = costs("6.1", PLATFORMS["not coherent"])["no ops, not coherent", SENT].counts
    assert (counts.cache_cleans, counts.cache_invalidates) == (10, 20)


def test_no_dma_no_packets() -> None:
    assert packets(VERSIONS["6.1"], replace(FULL, has_dma=False), count=3) == ()
