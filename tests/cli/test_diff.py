"""`kweigh diff` as a user runs it, on the bundled tree: what stands first, what a program reads, and what B may be."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh


def test_how_much_is_explained_stands_first(kweigh: Kweigh) -> None:
    done = kweigh("diff", "tinyconfig", "defconfig", "--arch", "alpha", "--width", "200")
    lines = [line for line in done.out.splitlines() if line]
    assert lines[3].endswith("proved by replay.")
    assert lines[4].endswith("n -> y")
    assert "Causes" in lines
    assert "arch/alpha/configs/defconfig:" in done.out


def test_a_screen_unless_all_is_asked_for(kweigh: Kweigh) -> None:
    """A symbol in one line, as scripts/diffconfig has it; whatever is left out, --all shows."""
    command = ("diff", "tinyconfig", "defconfig", "--arch", "powerpc", "--width", "100")
    short, whole = kweigh(*command).out, kweigh(*command, "--all").out
    assert len(short.splitlines()) < 60 < len(whole.splitlines())
    rows = json.loads(kweigh(*command, "--format", "json").out)["data"]["rows"]
    assert f"--all shows {len(rows) - 15} more symbols" in short
    assert all(f"\n{row['symbol']} " in whole for row in rows)
    assert any(f"\n{sign}{rows[0]['symbol']} " in short for sign in " +-")


def test_json_has_every_symbol_in_one_group(kweigh: Kweigh) -> None:
    done = kweigh("diff", "tinyconfig", "defconfig", "--arch", "powerpc", "--format", "json")
    data = json.loads(done.out)["data"]
    below = [symbol["symbol"] for group in data["groups"] for symbol in group["symbols"]]
    assert sorted(below + data["unexplained"]) == sorted(row["symbol"] for row in data["rows"])
    assert data["explained"] == len(below) == len(set(below))
    assert {index for group in data["groups"] for index in group["causes"]} == set(range(len(data["causes"])))
    root = Path(__file__).parents[2]
    for cause in data["causes"]:
        for line in cause["b"]:
            if cause["kind"] == "user":
                place = line["location"]
                assert (root / place["path"]).read_text().splitlines()[place["line"] - 1] == line["text"]


def test_csv_names_the_cause_of_each_symbol(kweigh: Kweigh) -> None:
    done = kweigh("diff", "tinyconfig", "defconfig", "--arch", "powerpc", "--format", "csv")
    rows = {row["symbol"]: row for row in csv.DictReader(done.out.splitlines())}
    assert rows["PPC64"]["cause"].startswith("CONFIG_PPC64=y (arch/powerpc/configs/")


def test_objects_are_left_out_when_nobody_asks(kweigh: Kweigh) -> None:
    command = ("diff", "tinyconfig", "defconfig", "--arch", "x86_64", "--format", "json")
    looked = json.loads(kweigh(*command).out)["data"]["objects"]
    assert {one["path"] for one in looked["only_b"]}
    assert json.loads(kweigh(*command, "--no-objects").out)["data"]["objects"] is None


@pytest.mark.parametrize("arch_b", ["i386", "powerpc"])
def test_an_architecture_is_a_cause(kweigh: Kweigh, arch_b: str) -> None:
    done = kweigh("diff", "defconfig", "defconfig", "--arch", "x86_64", "--arch-b", arch_b, "--format", "json")
    data = json.loads(done.out)["data"]
    (cause,) = (cause for cause in data["causes"] if cause["kind"] == "architecture")
    assert [side[0]["text"] for side in (cause["a"], cause["b"])] == ["ARCH=x86_64", f"ARCH={arch_b}"]


def test_a_record_for_b_is_read_for_b(kweigh: Kweigh) -> None:
    record = Path(__file__).parents[2] / "fixtures/toolchains/gcc-12.2/arm.json"
    command = ("diff", "defconfig", "defconfig", "--arch", "x86_64", "--arch-b")
    assert kweigh(*command, "arm", "--toolchain-b", record).code == 0
    done = kweigh(*command, "alpha", "--toolchain-b", record)
    assert done.code == 2
    assert "the record is for arm, not alpha" in done.err


def test_a_tree_that_is_not_there(kweigh: Kweigh) -> None:
    done = kweigh("diff", "defconfig", "defconfig", "--tree-b", "no/such/tree")
    assert done.code == 3
    assert "no/such/tree" in done.err
