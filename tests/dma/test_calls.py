"""Rule: the ways that versions are compared by are the same devices in each, and every call of them is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.dma.calls import ways_taken
from analyzer.dma.rules import VERSIONS
from analyzer.model.dma import Platform
from tests.dma.machines import BARE, FULL, NARROW, PLATFORMS, POWERPC

CALLS = [
    "map_page",
    "sync_single_for_cpu",
    "sync_single_for_device",
    "unmap_page",
    "map_sg",
    "unmap_sg",
    "alloc",
    "free",
]


@pytest.mark.parametrize("rules", VERSIONS)
@pytest.mark.parametrize("platform", [*PLATFORMS.values(), POWERPC, NARROW, BARE], ids=lambda p: p.arch)
def test_every_call_has_a_path(rules: str, platform: Platform) -> None:
    for taken in ways_taken(VERSIONS[rules], platform, count=8):
        assert [call for call, _ in taken.calls] == CALLS
        assert all(path for _, path in taken.calls)
        assert len(taken.packets) == 2


def test_the_series_makes_the_bypass_direct() -> None:
    for rules, direct in (("5.8", False), ("v2", True), ("v4", True), ("5.9", True), ("6.1", True)):
        calls = {taken.way: dict(taken.calls) for taken in ways_taken(VERSIONS[rules], POWERPC, count=4)}
        assert (set(calls["powerpc, bypass"].values()) == {"direct"}) is direct
        assert "direct" not in calls["IOMMU, translated"].values()


def test_no_dma_no_ways() -> None:
    assert ways_taken(VERSIONS["6.1"], replace(FULL, has_dma=False), count=3) == ()
