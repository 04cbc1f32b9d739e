"""What a tree's makefiles export to its conf.

Enters: a located tree, and what answers `$(shell …)`. Leaves: `Exports`. Must hold: a question that is refused is no
error before Kconfig reads the variable that hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from analyzer import kbuild, trees
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.tree import SourceTree
from analyzer.noted import note


def exported(tree: SourceTree, ask: Callable[[str, Location], str], *, machine: str | None = None) -> kbuild.Exports:
    """What make exports to conf of a located tree; `ask` answers as ShellAnswers.answer does, `machine` stands for
    `uname -m`."""
    machine = machine or trees.machine()
    toolchain = tree.toolchain
    called = {"ARCH": tree.arch, "SRCARCH": tree.srcarch, "CROSS_COMPILE": toolchain.prefix}
    if toolchain.llvm:
        called["LLVM"] = toolchain.llvm

    def answer(probe: kbuild.Probe) -> str | None:
        # Probes of Kbuild's decide flags for compilers, of which conf sees nothing.
        if probe.function != "shell":
            return None
        command = probe.arguments[0]
        found = trees.uname(command, machine)
        if found is not None:
            return found
        try:
            return ask(command, probe.where)
        except SourceError:
            return None

    makefiles = sources(tree.root)
    found = kbuild.exports(makefiles, called, answer)
    note(*makefiles.looked_at)
    return found


@lru_cache(maxsize=2)
def sources(root: Path) -> kbuild.Sources:
    """The makefiles of a tree, each parsed once."""
    return kbuild.Sources(root)
