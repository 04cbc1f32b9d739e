"""Rule: a feature's name and a symbol's are both understood, and both shown, whatever command one asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh
from tests.pipeline.optional import TREE
from tests.trees.miniature import plant

KCONFIG = """\
mainmenu "Miniature"
config ARCH_HAS_DMA_OPS
	bool
config GART_IOMMU
	bool "Old IOMMU"
	select ARCH_HAS_DMA_OPS
"""
DEFCONFIG = {"arch/x86/configs/x86_64_defconfig": "# CONFIG_GART_IOMMU is not set\n"}
COMMANDS = [
    ("why", "DMA_OPS"),
    ("why", "CONFIG_DMA_OPS"),
    ("graph", "DMA_OPS"),
    ("query", "DMA_OPS=n"),
    ("query", "DMA_OPS=n show why(DMA_OPS)"),
    ("enable", "DMA_OPS", "defconfig"),
    ("cost", "DMA_OPS", "defconfig"),
    ("gate", "DMA_OPS"),
    ("matrix", "--features", "DMA_OPS"),
    ("analyze", "--features", "DMA_OPS"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path, {**TREE, "Kconfig": KCONFIG, **DEFCONFIG})


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_both_names_are_shown(argv: tuple[str, ...], kweigh: Kweigh, tree: Path) -> None:
    done = kweigh(*argv, "--tree", tree, "--arch", "x86_64")
    assert done.code == 0, done.err
    told = done.out + done.err
    assert "ARCH_HAS_DMA_OPS" in told
    assert "DMA_OPS" in told.replace("ARCH_HAS_DMA_OPS", "")


def test_told_again_it_says_so_again(kweigh: Kweigh, tree: Path) -> None:
    one, other = (kweigh("why", "DMA_OPS", "--tree", tree, "--arch", "x86_64") for _ in range(2))
    assert one.out == other.out
    assert "symbol: ARCH_HAS_DMA_OPS (what the tree has for DMA_OPS)" in one.out


def test_a_name_of_nothing_is_nothing(kweigh: Kweigh, tree: Path) -> None:
    done = kweigh("why", "DMA_OPS_BYPASS", "--tree", tree, "--arch", "x86_64")
    assert (done.code, done.err.count("\n")) == (2, 1)
