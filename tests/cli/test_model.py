"""`kweigh model` as a user runs it, on the bundled tree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer import dma
from tests.cli.conftest import Kweigh

MINE = """
[[scenario]]
name = "mine"
title = "a page of my own"
steps = [
  { do = "map_page", at = "1G", size = 4096, direction = "TO_DEVICE", expect = { path = "PATH" } },
]
"""


def test_the_config_decides(kweigh: Kweigh) -> None:
    """A tiny powerpc has no ops: what needs them is not played, and every call is direct."""
    done = kweigh("model", "tinyconfig", "--arch", "powerpc", "--format", "json")
    data = json.loads(done.out)["data"]
    assert done.code == 0
    assert {"field": "dma_ops", "because": "DMA_OPS=n"} in data["platform"]
    assert not any(s["counts"]["ops"] for s in data["scenarios"])
    assert any("needs dma_ops on" in u["reason"] for u in data["unplayed"])


def test_what_is_expected_is_not_told_as_a_failure(kweigh: Kweigh) -> None:
    done = kweigh("model", "tinyconfig", "--arch", "x86_64")
    assert done.code == 0
    assert "failed" not in done.out
    assert "all as expected" in done.out
    assert "RAM beyond 4 GiB           yes: " in done.out
    assert len(done.out.splitlines()) < 50
    assert len(kweigh("model", "tinyconfig", "--arch", "x86_64", "--all").out.splitlines()) > 100


def test_versions_differ_by_the_sync_bug(kweigh: Kweigh) -> None:
    done = kweigh("model", "--arch", "powerpc", "--compare", "5.8,v4", "--format", "json")
    found = {c["scenario"]: [t and t["verdict"] for t in c["traces"]] for c in json.loads(done.out)["data"]["changed"]}
    assert done.code == 0
    assert found["21"] == ["stale", "right"]
    assert found["10"] == ["right", "right"]


def test_versions_side_by_side(kweigh: Kweigh) -> None:
    """The series takes the indirect calls of powerpc's bypass away; the tree's own version is one of them."""
    done = kweigh("model", "--arch", "powerpc", "--compare", "5.8,tree,6.1", "--format", "json")
    data = json.loads(done.out)["data"]
    ways = {one["way"]: one["taken"] for one in data["ways"]}
    assert data["kernels"] == ["5.8", "v4", "6.1"]
    assert [taken["packets"][0]["counts"]["indirect"] for taken in ways["powerpc, bypass"]] == [32, 0, 0]
    assert [{c["path"] for c in taken["calls"]} == {"direct"} for taken in ways["powerpc, bypass"]] == [
        False,
        True,
        True,
    ]
    told = kweigh("model", "--arch", "powerpc", "--compare", "5.8,tree,6.1").out
    assert "Which calls are direct" in told
    assert "Verdicts that change" in told


def test_a_hunt_that_finds_something_says_so(kweigh: Kweigh) -> None:
    done = kweigh("model", "--arch", "powerpc", "--kernel", "5.8", "--hunt", "--tries", "400")
    assert done.code == 1
    assert "stale" in done.out


@pytest.mark.parametrize(("path", "code"), [("direct", 0), ("bounce", 1)])
def test_scenarios_of_ones_own(kweigh: Kweigh, tmp_path: Path, path: str, code: int) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE.replace("PATH", path))
    done = kweigh("model", "--scenario", file, "--trace")
    assert done.code == code
    assert ("path is 'direct', not 'bounce'" in done.out) is bool(code)


def test_prices(kweigh: Kweigh, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text("direct = 2\nindirect = 10.5\n")
    done = kweigh("model", "--arch", "powerpc", "--prices", prices, "--format", "json")
    costs = {s["scenario"]: s["cost"] for s in json.loads(done.out)["data"]["scenarios"]}
    assert (costs["1"], costs["9"]) == (4, 21)


DRIVER = Path(__file__).parents[1] / "drivers" / "cases" / "unchecked_in_a_ring" / "driver.c"


def test_a_driver(kweigh: Kweigh) -> None:
    """The rule that it breaks has its line; its buffer is played under the config, which bounces for 32 bits."""
    done = kweigh("model", "--driver", DRIVER, "--format", "json")
    data = json.loads(done.out)["data"]
    assert done.code == 1
    assert [(one["rule"], one["location"]["line"]) for one in data["broken"]] == [
        ("a mapping is used without dma_mapping_error()", 9)
    ]
    verdicts = {one["way"]: one["trace"]["verdict"] for one in data["buffers"]}
    assert verdicts["no ops"] == verdicts["swiotlb=force"] == "right"
    assert "unchecked_in_a_ring/driver.c:9" in kweigh("model", "--driver", DRIVER, "--width", "200").out


def test_a_driver_without_a_fault(kweigh: Kweigh) -> None:
    done = kweigh("model", "--driver", DRIVER.parents[1] / "checked" / "driver.c")
    assert done.code == 0
    assert "None is broken, as far as this file shows." in done.out


@pytest.mark.parametrize(
    ("arguments", "text", "code", "told"),
    [
        (["--kernel", "5.11"], "", 2, "no such version of the mapping code: 5.11"),
        (["--compare", "v4"], "", 2, "--compare needs two versions or more"),
        (["--compare", "v4,tree"], "", 2, "--compare needs two versions or more"),
        (["--compare", "v4,/"], "", 2, "no Linux tree: /"),
        (["--hunt", "--compare", "v3,v4"], "", 2, "--hunt makes its own scenarios"),
        (["--hunt", "--tries", "9" * 40], "", 2, "is not in the range 1<=x<=10000000"),
        (["--scenario", "FILE"], "[[scenario]]\nname = 1\n", 4, "FILE:1: "),
        (["--scenario", "FILE"], "\0", 4, "FILE:1: is a binary file"),
        (["--scenario", "gone.toml"], "", 3, "no such file: gone.toml"),
        (["--driver", "gone.c"], "", 3, "no such file: gone.c"),
        (["--driver", "FILE"], "\0", 4, "FILE: is a binary file, not C"),
        (["--driver", "FILE", "--hunt"], "", 2, "--driver makes its own scenarios"),
        (["--prices", "FILE"], "inderect = 1\n", 4, "did you mean indirect?"),
        (["--prices", "FILE"], 'indirect = "much"\n', 4, "must be a number"),
    ],
)
def test_mistakes_are_one_line(
    kweigh: Kweigh, tmp_path: Path, arguments: list[str], text: str, code: int, told: str
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(text)
    done = kweigh("model", *(str(file) if a == "FILE" else a for a in arguments))
    assert done.code == code
    assert done.err.count("\n") == 1
    assert told.replace("FILE", str(file)) in done.err


def test_help_names_every_version(kweigh: Kweigh) -> None:
    told = kweigh("model", "--help").out
    assert f"Versions: {', '.join(dma.VERSIONS)}." in " ".join(told.split())


def test_a_tree_beside_the_version_that_it_is_near_to(kweigh: Kweigh, tmp_path: Path) -> None:
    """It has that version's name and rules of its own: two columns."""
    (tmp_path / "kernel/dma").mkdir(parents=True)
    (tmp_path / "kernel/dma/mapping.c").write_text("")
    near = kweigh("model", "--arch", "powerpc", "--compare", f"{tmp_path},v4", "--format", "json")
    name = json.loads(near.out)["data"]["kernels"][0]
    beside = kweigh("model", "--arch", "powerpc", "--compare", f"{name},{tmp_path}", "--format", "json")
    assert json.loads(beside.out)["data"]["kernels"] == [name, name]
