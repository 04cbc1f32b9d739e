"""`kweigh gate` as a user runs it, from the measurements that come along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.sizes.gates import load
from tests.cli.conftest import Kweigh


def test_what_the_series_gate_weighs_on_x86_64(kweigh: Kweigh) -> None:
    """The figures of the facts that this project started from: 6.1.192, gcc 12.2, x86_64 tinyconfig."""
    done = kweigh("gate", "DMA_OPS", "--arch", "x86_64", "--format", "json")
    assert done.code == 0
    (found,) = json.loads(done.out)["data"]["measurements"]
    (variant,) = found["variants"]
    assert (found["tree"], found["base"]["content"], found["base"]["loaded"]) == ("Linux 6.1.192", 1_809_233, 6_480_550)
    assert found["compiler"].startswith("gcc 12.2.0")
    assert variant["weight"]["content"] - found["base"]["content"] == 2128
    assert variant["weight"]["loaded"] == found["base"]["loaded"]
    assert variant["added"] == ["kernel/dma/dummy.o", "kernel/dma/ops_helpers.o"]
    deltas = [(c["after"] or 0) - (c["before"] or 0) for c in variant["changes"]]
    assert sum(deltas) == 2166
    assert variant["weight"]["device"] - found["base"]["device"] == 8


@pytest.mark.parametrize(
    ("symbol", "gain", "device", "added", "removed"),
    [
        ("ARCH_HAS_DMA_OPS", 1632, 8, ["kernel/dma/dummy.o", "kernel/dma/ops_helpers.o"], []),
        ("SWIOTLB", -5743, -8, [], ["kernel/dma/swiotlb.o"]),
        ("DMA_NEED_SYNC", -368, 0, [], []),
    ],
)
def test_what_took_its_place_weighs_on_the_newest_tree(
    symbol: str, gain: int, device: int, added: list[str], removed: list[str], kweigh: Kweigh
) -> None:
    """Linux 7.3.4, gcc 12.2, x86_64 tinyconfig: content and size as another build of it had them."""
    done = kweigh("gate", symbol, "--arch", "x86_64", "--format", "json")
    assert done.code == 0
    (found,) = json.loads(done.out)["data"]["measurements"]
    (variant,) = found["variants"]
    assert (found["tree"], found["base"]["content"], found["base"]["loaded"]) == ("Linux 7.3.4", 2_279_390, 2_291_186)
    assert variant["weight"]["content"] - found["base"]["content"] == gain
    assert variant["weight"]["device"] - found["base"]["device"] == device
    assert (variant["added"], variant["removed"]) == (added, removed)
    follows = {one["symbol"]: (one["before"], one["after"]) for one in variant["follows"]}
    assert follows.get("DMA_NEED_SYNC") == (("y", "") if symbol == "SWIOTLB" else None)
    assert follows.get("DMA_OPS_HELPERS") == (("", "y") if symbol == "ARCH_HAS_DMA_OPS" else None)


def test_measurements_of_several_trees_name_them(kweigh: Kweigh) -> None:
    done = kweigh("gate", "DMA_OPS", "SWIOTLB", "--arch", "x86_64", "--format", "markdown")
    assert done.code == 0
    firsts = [line.split("|")[1].strip() for line in done.out.splitlines() if line.startswith("|")]
    wanted = ["*x86_64 6.1.192*", "DMA_OPS=y", "*x86_64 7.3.4*", "SWIOTLB=n"]
    assert [first for first in firsts if first in wanted] == wanted


def test_why_size_shows_nothing(kweigh: Kweigh) -> None:
    done = kweigh("gate", "CONFIG_DMA_OPS", "--arch", "x86_64")
    assert "On x86_64 `size vmlinux` shows no change" in " ".join(done.out.split())


def test_records_come_back(kweigh: Kweigh, tmp_path: Path) -> None:
    bundled = Path(__file__).parents[2] / "fixtures" / "sizes" / "gates.jsonl"
    symbols = {symbol for one in load(bundled) for symbol, _, _ in one.values}
    done = kweigh("gate", *sorted(symbols), "--format", "record", "-o", tmp_path / "record")
    assert done.code == 0
    assert (tmp_path / "record").read_text() == bundled.read_text()


def test_what_nobody_measured(kweigh: Kweigh) -> None:
    for arguments in (["PRINTK"], ["DMA_OPS", "--config", "defconfig"], ["DMA_OPS", "--arch", "vax"]):
        done = kweigh("gate", *arguments)
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert "--build" in done.err


def test_the_bundled_tree_is_not_built(kweigh: Kweigh) -> None:
    for command in (["gate", "DMA_OPS", "--build"], ["size"], ["measure", "tinyconfig"]):
        done = kweigh(*command)
        assert (done.code, done.err) == (2, "kweigh: the bundled tree can't be built (--tree DIR names a Linux tree)\n")
