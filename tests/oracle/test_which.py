"""Rule: whatever a config builds is among what may be built at all, by the same line, and what that line asks is on.

The judge is the plan, which test_plan.py holds to GNU make's own word. KWEIGH_ORACLE_FULL=1 adds every architecture.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analyzer import kbuild
from analyzer.model.analysis import is_on
from analyzer.model.build import KbuildObject
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Location
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build.planning import answers, plan
from analyzer.pipeline.commands.which import which
from analyzer.pipeline.commands.which_conditions import needs
from analyzer.pipeline.makefiles import sources
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import CACHE

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
CONFIGS = ("allmodconfig", "allyesconfig", "defconfig", "tinyconfig")


@pytest.mark.parametrize("turn", range(30 if FULL else 2))
def test_what_is_built_is_possible(linux_tree: Path, turn: int) -> None:
    known = distinct(architectures(linux_tree))
    arches = list(known) if FULL else ["x86_64", "arm64"]
    if turn >= len(arches):
        pytest.skip("no further architecture")
    opened = open_tree(TreeRequest(root=linux_tree, arch=arches[turn], cache=CACHE / "programs"))
    tree = opened.tree
    with sources(tree.root) as makefiles:
        found = kbuild.possible(makefiles, tree.srcarch, tree.arch, {}, answers(tree), prefix=tree.toolchain.prefix)
    chains: dict[tuple[str, Location], list[KbuildObject]] = {}
    for one in found.objects:
        for step in (one.because[-1], *one.because[-1].also):
            chains.setdefault((one.path, step.where), []).append(one)
    # Which of several lines that $(eval …) reads counts as the word's own is of no meaning.
    written = {one.path for one in found.objects if _is_written(tree.root / one.where.path)}
    for name in CONFIGS:
        config = opened.resolve(name)
        objects = [one for one in plan(config).objects if one.goal != "link" and one.path not in written]
        lacking = [f"{one.where} {one.path}" for one in objects if (one.path, one.where) not in chains]
        assert lacking == [], name
        for one in objects:
            ways = [needs(way.because) for way in chains[one.path, one.where]]
            assert any(all(_holds(config, group) for group in way) for way in ways), one.path


def _is_written(makefile: Path) -> bool:
    return makefile.is_file() and "$(eval" in makefile.read_text()


def _holds(config: ResolvedConfig, group: tuple[str, ...]) -> bool:
    return any(is_on(config.values.get(symbol, "n")) for symbol in group)


MODULES = {"sound/pci/hda/snd-hda-intel": "SND_HDA_INTEL", "drivers/net/dummy": "DUMMY", "fs/ext4/ext4": "EXT4_FS"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_by_its_name(linux_tree: Path, module: str) -> None:
    config = open_tree(TreeRequest(root=linux_tree, arch="x86_64", cache=CACHE / "programs")).resolve("tinyconfig")
    name = module.rpartition("/")[2].replace("-", "_")
    found = which(config, name)
    assert found.found
    meant = [use for use in found.uses if (MODULES[module],) in use.needs]
    assert {use.target.rpartition("/")[2] for use in meant} == {f"{module.rpartition('/')[2]}.ko"}
    assert not any(use.built for use in meant)
