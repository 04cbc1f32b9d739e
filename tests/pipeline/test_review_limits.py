"""Rule: a limit finds what a review tells of its kind and nothing else, each with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.errors import UsageError
from analyzer.pipeline.commands.review_limits import Brought, limits
from tests.reports.build_review import reviewed, unchanged


def brought(*texts: str) -> list[Brought]:
    return list(limits(texts).broken(reviewed()))


@pytest.mark.parametrize(
    ("limit", "symbols"),
    [
        ("unmet", ["DMA_OPS"]),
        ("lost", ["NR"]),
        ("value=NR", ["NR", "NR"]),
        ("value=CONFIG_ODD", ["ODD"]),
        ("value=SWIOTLB", []),
        ("growth=2K", [""]),
        ("growth=0", ["", ""]),
    ],
)
def test_each_finds_its_own(limit: str, symbols: list[str]) -> None:
    found = brought(limit)
    assert [one.symbol for one in found] == symbols
    assert {one.kind for one in found} <= {limit.partition("=")[0]}


def test_any_value_counts() -> None:
    review = reviewed()
    assert len(brought("value")) == sum(move.configs for move in review.moves())


def test_a_value_is_found_under_the_old_name_as_well() -> None:
    review = reviewed()
    renames = (replace(review.renames[0], successor=replace(review.renames[0].successor, name="OLD", became=("NR",))),)
    found = list(limits(["value=OLD"]).broken(replace(review, renames=renames)))
    assert found
    assert {one.symbol for one in found} == {"NR"}


def test_what_is_mended_is_no_fault() -> None:
    assert [one.text.partition(":")[0] for one in brought("fault")] == ["brought", "worsened"]


def test_a_scenario_that_goes_wrong_is_told_with_a_config() -> None:
    (one,) = brought("mapping")
    assert (one.arch, one.config) == ("powerpc", "ppc64_defconfig")
    assert "ends stale, not right" in one.text


def test_what_does_not_build_any_more_grows_too_much() -> None:
    """One grows by 1,000 bytes, one does not build, in one nothing changes."""
    assert [(one.arch, one.text) for one in brought("growth=1K")] == [("arm", "it does not build after: x")]
    assert [one.arch for one in brought("growth=999", "growth=2K")] == ["x86_64", "arm"]


def test_what_nobody_built_has_no_growth_that_is_small() -> None:
    for found in (replace(reviewed(), bytes=None), unchanged()):
        (one,) = limits(["growth=1G"]).broken(found)
        assert "nothing was built" in one.text


@pytest.mark.parametrize(
    "text", ["", "lots", "growth", "growth=", "growth=-1", "value=", "unmet=1", "value=growth=1", "value=SYMBOL "]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        limits([text])
