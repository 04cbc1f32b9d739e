"""`kweigh check --series`: rules about what a series may not bring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Kweigh

ROOT = Path(__file__).parents[2]
PATCH = ROOT / "fixtures/series/dma-ops-on-pci.patch"


def policy(folder: Path, *rules: str) -> Path:
    path = folder / "policy.toml"
    path.write_text("".join(f'[[rule]]\nname = "rule {at}"\n{rule}\n' for at, rule in enumerate(rules)), "utf-8")
    return path


def verdicts(kweigh: Kweigh, path: Path, *words: str) -> Any:
    done = kweigh("check", "--policy", path, "--tree", "bundled", "--series", PATCH, *words, "--format", "json")
    assert done.err == ""
    found = json.loads(done.out)["data"]["rules"]
    assert done.code == (0 if all(one["holds"] for one in found) else 1)
    return found


def test_each_limit_finds_what_the_series_brings(kweigh: Kweigh, tmp_path: Path) -> None:
    """DMA_OPS of arm goes where PCI is off, and is raised past its new dependency."""
    rules = (
        'not-brought = ["unmet"]',
        'not-brought = ["lost"]\narches = ["arm"]\nconfigs = ["tinyconfig"]',
        'not-brought = ["value=DMA_OPS"]\narches = ["arm", "powerpc"]',
        'not-brought = ["value=SWIOTLB"]',
        'symbol = "DMA_OPS"\nvalue = "on"\narches = ["powerpc"]\nconfigs = ["defconfig"]',
    )
    found = verdicts(kweigh, policy(tmp_path, *rules))
    assert [one["holds"] for one in found] == [False, True, False, True, True]
    (unmet,) = {one["symbol"] for one in found[0]["findings"]}
    assert unmet == "DMA_OPS"
    assert found[0]["findings"][0]["location"]["path"].endswith("kernel/dma/Kconfig")
    assert {(one["arch"], one["text"]) for one in found[2]["findings"]} == {("arm", "y → n")}
    assert found[1]["looked"] == 1


def test_growth_is_of_builds(kweigh: Kweigh, tmp_path: Path) -> None:
    """The bundled tree has none, and what nobody built does not pass."""
    found = verdicts(kweigh, policy(tmp_path, 'not-brought = ["growth=4K"]\nbuild = ["arm"]\narches = ["arm"]'))
    assert not found[0]["holds"]
    assert "nobody" in found[0]["findings"][0]["text"]


@pytest.mark.parametrize(
    ("rule", "series", "told"),
    [
        ('not-brought = ["unmet"]', "", "is about a series"),
        ('symbol = "DMA_OPS"\nvalue = "on"', str(PATCH), "no rule of"),
        ('not-brought = ["lots"]', str(PATCH), "no such limit: lots"),
        ('not-brought = ["growth=4K"]', str(PATCH), "go together"),
        ('not-brought = ["unmet"]\nbuild = ["arm"]', str(PATCH), "go together"),
        ('not-brought = ["unmet"]\narches = ["vax"]', str(PATCH), "vax"),
        ('not-brought = ["unmet"]\nsymbol = "DMA_OPS"', str(PATCH), "means nothing beside"),
        ("not-brought = []", str(PATCH), "not empty"),
    ],
)
def test_a_rule_that_cannot_be_judged_is_one_line(
    rule: str, series: str, told: str, kweigh: Kweigh, tmp_path: Path
) -> None:
    words = ("--series", series) if series else ()
    done = kweigh("check", "--policy", policy(tmp_path, rule), "--tree", "bundled", *words)
    assert done.code in (2, 4)
    assert told in done.err
    assert done.err.count("\n") == 1


def test_another_architecture_alone_is_not_looked_at(kweigh: Kweigh, tmp_path: Path) -> None:
    found = verdicts(kweigh, policy(tmp_path, 'not-brought = ["unmet"]\narches = ["arm"]'), "--arch", "powerpc")
    assert [(one["holds"], one["looked"]) for one in found] == [(True, 0)]


@pytest.mark.parametrize("limit", ["growth=", "growth=lots", "unmet=1", "values"])
def test_a_limit_that_is_none_is_one_line(limit: str, kweigh: Kweigh) -> None:
    done = kweigh("review", PATCH, "--tree", "bundled", "--fail-on", limit)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_growth_needs_builds(kweigh: Kweigh) -> None:
    done = kweigh("review", PATCH, "--tree", "bundled", "--fail-on", "growth=0")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--build" in done.err
    done = kweigh("review", PATCH, "--tree", "bundled", "--build", "arm")
    assert (done.code, done.err.count("\n")) == (2, 1)


def test_a_value_of_one_symbol_is_judged(kweigh: Kweigh) -> None:
    words = ("review", PATCH, "--tree", "bundled", "--arch", "arm")
    assert kweigh(*words, "--fail-on", "value=CONFIG_DMA_OPS").code == 1
    assert kweigh(*words, "--fail-on", "value=SWIOTLB").code == 0
