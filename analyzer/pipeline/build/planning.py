"""What a config builds.

Enters: a `ResolvedConfig`. Leaves: its `BuildPlan`, the compiler's flags. Must hold: makefiles ask
nothing but the tree's own compiler and the name of this machine, and neither through a shell.
"""

from __future__ import annotations

from analyzer import configs, kbuild, toolchain, trees
from analyzer.model.build import BuildPlan
from analyzer.model.config import ResolvedConfig
from analyzer.model.tree import SourceTree
from analyzer.pipeline.makefiles import sources


def plan(config: ResolvedConfig) -> BuildPlan:
    """Every object that the config builds, and why."""
    tree, conf = config.tree, configs.auto_conf(config)
    prefix = tree.toolchain.prefix
    with sources(tree.root) as makefiles:
        return kbuild.evaluate(makefiles, tree.srcarch, tree.arch, conf, answers(tree), prefix=prefix)


def answers(tree: SourceTree) -> kbuild.ToolAnswers:
    """What answers a makefile: the tree's own compiler, and the name of this machine."""

    def answer(probe: kbuild.Probe) -> str | None:
        if probe.function != "shell":
            return None
        command = probe.arguments[0]
        found = trees.uname(command, trees.machine())
        return toolchain.makefile_answer(tree, command) if found is None else found

    return answer


def flags(config: ResolvedConfig) -> dict[str, str]:
    """The flags with which every object is compiled, as kbuild.flags tells them: what the toolchain decides stands in
    them as a question."""
    tree = config.tree
    with sources(tree.root) as makefiles:
        return kbuild.flags(makefiles, tree.arch, configs.auto_conf(config), prefix=tree.toolchain.prefix)
