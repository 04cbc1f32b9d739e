"""`kweigh cost` and `kweigh size --estimate` as a user runs them, with nothing but what comes along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh
from tests.pipeline.optional import base_of, open_planted, record


def test_what_the_series_gate_costs_on_the_bundled_tree(kweigh: Kweigh) -> None:
    done = kweigh("cost", "CONFIG_DMA_OPS", "tinyconfig", "--arch", "x86_64", "--format", "json")
    assert done.code == 0
    found = json.loads(done.out)["data"]
    assert (found["basis"], found["gain"]) == ("bundled", {"low": 2128, "value": 2128, "high": 2128})
    assert found["tree"] == "Linux 6.1.192"
    assert [one["path"] for one in found["added"]] == ["kernel/dma/dummy.o"]


def test_off_where_it_is_on(kweigh: Kweigh) -> None:
    done = kweigh("cost", "DMA_OPS", "tinyconfig", "--arch", "arm")
    assert done.code == 0
    text = " ".join(done.out.split())
    assert "DMA_OPS from y to n, without the lines that select it or default to it, in arch/arm/Kconfig" in text


def test_closure_and_objects_without_bytes(kweigh: Kweigh) -> None:
    done = kweigh("cost", "PCI", "tinyconfig", "--arch", "powerpc", "--format", "json")
    found = json.loads(done.out)["data"]
    assert (done.code, found["basis"], found["gain"]) == (0, "unmeasured", None)
    assert {"symbol": "PCI_DOMAINS", "before": "", "after": "y", "because": "selected: PPC"} in found["follows"]
    assert "drivers/pci/pci-driver.o" in [one["path"] for one in found["added"]]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["cost", "DMA_OPSS"], "did you mean DMA_OPS?"),
        (["cost", "LOCALVERSION"], "neither on nor off"),
        (["cost", "DMA_OPS", "--build"], "can't be built"),
        (["size", "--estimate"], "can't be built"),
    ],
)
def test_what_is_refused(kweigh: Kweigh, arguments: list[str], told: str) -> None:
    done = kweigh(*arguments, "--arch", "x86_64")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert told in done.err


def test_an_estimate_of_what_nobody_built(kweigh: Kweigh, tmp_path: Path) -> None:
    """A config of which half was built: main.o is known, what LEAD brings is not."""
    opened = open_planted(tmp_path / "tree")
    record(tmp_path / "ledger", base_of(opened))
    (tmp_path / "lead").write_text("CONFIG_LEAD=y\n")
    where = ("--tree", tmp_path / "tree", "--arch", "x86_64", "--ledger", tmp_path / "ledger", "--no-cache")
    done = kweigh("size", "--estimate", f"allnoconfig+{tmp_path / 'lead'}", *where, "--format", "json")
    assert done.code == 0
    found = json.loads(done.out)["data"]
    assert [(one["label"], one["provenance"], one["options"]) for one in found["objects"]] == [
        ("kernel/main.o", "nearest", []),
        ("kernel/lead.o", "unmeasured", ["LEAD"]),
        ("kernel/held.o", "unmeasured", ["HELD"]),
    ]
    assert found["content"]["low"] < 1007 + 300 + 200 + 64 < found["content"]["high"]
    assert found["nearest"]["content"] == 1064
    assert [row["symbol"] for row in found["nearest"]["differing"]] == ["HELD", "LEAD"]


def test_an_estimate_of_what_was_built(kweigh: Kweigh, tmp_path: Path) -> None:
    opened = open_planted(tmp_path / "tree")
    record(tmp_path / "ledger", base_of(opened))
    where = ("--tree", tmp_path / "tree", "--arch", "x86_64", "--ledger", tmp_path / "ledger", "--no-cache")
    done = kweigh("size", "--estimate", "allnoconfig", *where, "--format", "json")
    assert json.loads(done.out)["data"]["content"] == {"low": 1064, "value": 1064, "high": 1064}


def test_an_estimate_needs_a_ledger(kweigh: Kweigh, tmp_path: Path) -> None:
    open_planted(tmp_path / "tree")
    where = ("--tree", tmp_path / "tree", "--arch", "x86_64", "--ledger", tmp_path / "none", "--no-cache")
    done = kweigh("size", "--estimate", "allnoconfig", *where)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "nobody has measured allnoconfig" in done.err
    assert "kweigh measure allnoconfig" in done.err


def test_an_option_of_a_table_needs_no_tree(kweigh: Kweigh) -> None:
    done = kweigh("cost", "SIGNALFD", "--format", "json")
    assert done.code == 0
    data = json.loads(done.out)["data"]
    assert (data["basis"], data["before"], data["after"]) == ("table", "n", "y")
    assert data["gain"]["value"] > 1000
    # The bundled tree has a symbol NET, of which nobody measured anything.
    data = json.loads(kweigh("cost", "NET", "--format", "json").out)["data"]
    assert (data["basis"], data["tree"], data["gain"]["value"] > 100_000) == ("table", "Linux 6.1.192", True)
    done = kweigh("cost", "SIGNALFD", "defconfig")
    assert done.code == 2
    assert "nobody has measured SIGNALFD in defconfig" in done.err
