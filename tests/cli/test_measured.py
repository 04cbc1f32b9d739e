"""Rule: bytes of another tree are never shown as if they were this tree's, in whatever command and format.

Enters: a small tree of version 7.3.0-rc2, and measurements of it and of others. Leaves: nothing. Must hold: what was
measured elsewhere stands there with its tree's name or not at all; of a symbol that this tree lacks there is nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from tests.cli.conftest import Kweigh
from tests.pipeline.optional import TREE
from tests.trees.miniature import plant

HERE, OLDER = "Linux 7.3.0-rc2", "Linux 6.1.0"
KCONFIG = 'mainmenu "Miniature"\n' + "".join(f"config {name}\n\tbool\n" for name in ("NEW_OPS", "SHARED", "ALONE"))
FEATURES = """\
title = "Operations"
[[feature]]
name = "OPS"
symbols = ["OLD_OPS", "NEW_OPS"]
[[feature]]
name = "SHARED"
[[feature]]
name = "ALONE"
"""
POLICY = """\
[[rule]]
name = "a gate"
arches = ["x86_64"]
configs = ["allnoconfig"]
symbol = "{symbol}"
at-most = 1
"""
OWN, LACKING, ELSEWHERE, PASSED, NAMED = 331_771, 442_881, 553_991, 664_117, 775_227
"""What it weighs: NEW_OPS on this tree; OLD_OPS on the older one; NEW_OPS on another architecture; NEW_OPS on the older
tree, where this one has its own; SHARED on the older tree alone."""


def _weight(text: int) -> Weight:
    return Weight(classes={"text": text}, loaded=text, file=text, objects=1)


def _measured(tree: str, arch: str, symbol: str, gain: int) -> GateMeasurement:
    return GateMeasurement(
        arch=arch,
        config="allnoconfig",
        tree=tree,
        compiler="gcc 12.2.0",
        command="",
        values=((symbol, "n", "off"),),
        base=_weight(1),
        variants=(GateVariant(forced=((symbol, "y"),), weight=_weight(1 + gain)),),
    )


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tree, where the current folder has a feature set and no ledger."""
    known = (
        _measured(OLDER, "x86_64", "OLD_OPS", LACKING),
        _measured(OLDER, "x86_64", "NEW_OPS", PASSED),
        _measured(OLDER, "x86_64", "SHARED", NAMED),
        _measured(HERE, "arm64", "NEW_OPS", ELSEWHERE),
        _measured(HERE, "x86_64", "NEW_OPS", OWN),
    )
    monkeypatch.setattr("analyzer.sizes.gates.load", lambda _: known)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("set.toml").write_text(FEATURES)
    return plant(tmp_path / "tree", {**TREE, "Kconfig": KCONFIG})


FORMATS = ("terminal", "markdown", "csv", "json", "html")
LOOKS = {
    "analyze": ("analyze", "allnoconfig", "--all", "--features", "set.toml", "--arch", "x86_64"),
    "matrix": ("matrix", "--all", "--configs", "allnoconfig", "--features", "set.toml", "--arch", "x86_64"),
    "report": ("report", "allnoconfig", "--configs", "allnoconfig", "--features", "set.toml", "--arch", "x86_64"),
    "gate": ("gate", "NEW_OPS", "SHARED", "--config", "allnoconfig", "--arch", "x86_64"),
    "cost": ("cost", "SHARED", "allnoconfig", "--arch", "x86_64"),
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("command", LOOKS)
def test_bytes_of_another_tree(command: str, form: str, kweigh: Kweigh, tree: Path) -> None:
    done = kweigh(*LOOKS[command], "--tree", tree, "--format", form, "-o", "out")
    assert done.code == 0, done.err
    said = Path("out").read_text("utf-8").replace(",", "")
    for wrong in (LACKING, ELSEWHERE, PASSED):
        assert str(wrong) not in said
    if str(NAMED) in said:
        assert OLDER in said
        assert command not in ("matrix", "cost"), "a cell has no room for a name"
    if form == "terminal":
        assert (str(OWN) in said) is (command != "cost")
        assert (str(NAMED) in said) is (command in ("analyze", "report", "gate"))


@pytest.mark.parametrize(
    ("symbol", "told"),
    [("NEW_OPS", f"{OWN:,}"), ("SHARED", "nobody has measured it; it takes 2 builds")],
)
def test_a_rule_takes_only_the_trees_own(symbol: str, told: str, kweigh: Kweigh, tree: Path) -> None:
    Path("policy.toml").write_text(POLICY.format(symbol=symbol))
    done = kweigh("check", "--policy", "policy.toml", "--tree", tree)
    assert done.code == 1
    assert told in " ".join(done.out.split())
    assert OLDER not in done.out


def test_a_symbol_that_the_tree_lacks(kweigh: Kweigh, tree: Path) -> None:
    done = kweigh("gate", "OLD_OPS", "--config", "allnoconfig", "--tree", tree)
    assert (done.code, done.out, done.err) == (2, "", f"kweigh: no symbol OLD_OPS in {HERE}\n")


def test_one_that_it_calls_otherwise(kweigh: Kweigh, tmp_path: Path) -> None:
    planted = plant(tmp_path, {**TREE, "Kconfig": KCONFIG.replace("NEW_OPS", "ARCH_HAS_DMA_OPS")})
    done = kweigh("gate", "DMA_OPS", "--tree", planted, "--width", "200")
    assert done.code == 0
    told = "config: tinyconfig (what was measured), symbol: ARCH_HAS_DMA_OPS (what the tree has for DMA_OPS)"
    assert told in done.out.splitlines()


def test_one_that_nobody_measured(kweigh: Kweigh, tree: Path) -> None:
    done = kweigh("gate", "NEW_OPS", "ALONE", "--config", "allnoconfig", "--tree", tree)
    assert (done.code, done.out) == (2, "")
    assert "nobody has measured ALONE in allnoconfig" in done.err
