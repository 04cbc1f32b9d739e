"""What a config builds.

Enters: a `ResolvedConfig`. Leaves: its `BuildPlan`. Must hold: makefiles ask nothing but the tree's own compiler and
the name of this machine, and neither through a shell.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from analyzer import configs, kbuild, toolchain, trees
from analyzer.model.build import BuildPlan
from analyzer.model.config import ResolvedConfig


def plan(config: ResolvedConfig) -> BuildPlan:
    """Every object that the config builds, and why."""
    tree = config.tree

    def answer(probe: kbuild.Probe) -> str | None:
        if probe.function != "shell":
            return None
        command = probe.arguments[0]
        found = trees.uname_answer(command)
        return toolchain.makefile_answer(tree, command) if found is None else found

    return kbuild.evaluate(
        _sources(tree.root), tree.srcarch, tree.arch, configs.auto_conf(config), answer, prefix=tree.toolchain.prefix
    )


@lru_cache(maxsize=2)
def _sources(root: Path) -> kbuild.Sources:
    return kbuild.Sources(root)
