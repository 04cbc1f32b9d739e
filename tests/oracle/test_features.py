"""Compares the rows of the built-in feature sets with the words of whole trees.

Enters: every real tree. Leaves: nothing. Must hold: the judge is the tree's text, read with no code of ours: a row is
the first of its symbols that some Kconfig file has an entry for, and what the kernel renamed stays one row.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.features import features_of, load
from analyzer.model.analysis import FeatureState
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands import matrix as many

ENTRY = re.compile(r"^[ \t]*(?:menu)?config[ \t]+(\w+)", re.MULTILINE)
RENAMED = ("DMA_OPS", "DMA_OPS_HELPERS", "DMA_NEED_SYNC", "DMA_NUMA_CMA", "DMA_REMAP", "DMA_DEFAULT_COHERENT")
"""What every tree has under one name or another."""


def _entries(root: Path, srcarch: str) -> set[str]:
    """The symbols that the tree has an entry for, as far as `srcarch` may see them."""
    files = [
        path
        for path in root.rglob("Kconfig*")
        if path.is_file() and (path.relative_to(root).parts[0] != "arch" or path.relative_to(root).parts[1] == srcarch)
    ]
    files.append(root / "arch/Kconfig")
    return {name for path in files for name in ENTRY.findall(path.read_text("utf-8", "surrogateescape"))}


@pytest.mark.parametrize("arch", ["x86_64", "arm64", "powerpc", "s390", "mips"])
def test_rows_are_what_the_tree_defines(linux_tree: Path, arch: str) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch=arch))
    entries = _entries(linux_tree, opened.tree.srcarch)
    states = {state.feature.name: state for state in features_of(opened.resolve("tinyconfig"), load("dma"))}
    for state in states.values():
        wanted = next((name for name in state.feature.symbols if name in entries), None)
        assert (state.symbol.name if state.symbol else None) == wanted, state.feature.name
    assert all(states[name].symbol for name in RENAMED)


def test_one_row_over_all_trees(linux_trees: tuple[Path, ...]) -> None:
    """The rows of two trees can be laid beside each other, and each says whose symbol it shows."""
    found = [many.gather(TreeRequest(root=root), ("x86_64",), ("tinyconfig",), load("dma")) for root in linux_trees]
    names = [[state.feature.name for state in matrix.rows[0].features] for matrix in found]
    assert all(one == names[0] for one in names)
    for matrix, root in zip(found, linux_trees, strict=True):
        rows: dict[str, FeatureState] = {state.feature.name: state for state in matrix.rows[0].features}
        shown = rows["DMA_OPS"].symbol
        assert shown is not None
        text = (root / "kernel/dma/Makefile").read_text()
        assert re.search(rf"^obj-\$\(CONFIG_{shown.name}\)\s*\+= dummy\.o$", text, re.MULTILINE)
        helpers = rows["DMA_OPS_HELPERS"].symbol
        assert helpers is not None
        assert re.search(rf"^obj-\$\(CONFIG_{helpers.name}\)\s*\+= ops_helpers\.o$", text, re.MULTILINE)
        remap = rows["DMA_REMAP"].symbol
        assert remap is not None
        assert re.search(rf"^obj-\$\(CONFIG_{remap.name}\)\s*\+= remap\.o$", text, re.MULTILINE)
