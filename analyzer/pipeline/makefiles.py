"""What a tree's makefiles export to its conf.

Enters: a located tree, and what answers `$(shell …)`. Leaves: `Exports`. Must hold: a question that is refused is no
error before Kconfig reads the variable that hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from analyzer import cache, kbuild, links, trees
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.tree import SourceTree
from analyzer.noted import note
from analyzer.pipeline.keeping.answers import key
from analyzer.pipeline.keeping.own_code import own_code


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

    with sources(tree.root) as makefiles:
        return kbuild.exports(makefiles, called, answer)


@contextmanager
def sources(root: Path) -> Iterator[kbuild.Sources]:
    """The makefiles of a tree, each parsed once. What was looked at by the end is noted, and what was parsed is kept
    where the tree's answers are."""
    makefiles = _sources(root)
    yield makefiles
    note(*makefiles.looked_at)
    folder = _folders.get(root)
    news = makefiles.parsed.news() if folder is not None else None
    if folder is not None and news is not None:
        cache.put(folder, _key(root), f"{root.name}, makefiles parsed", news)


@lru_cache(maxsize=2)
def reach(root: Path) -> kbuild.Reach:
    """What the makefiles of a tree decide about."""
    with sources(root) as makefiles:
        return kbuild.Reach(makefiles)


def keep_parsed(root: Path, folder: Path | None) -> None:
    """Say where what is parsed of a tree's makefiles is kept (None: nowhere), before anything is."""
    _folders[root] = folder


_folders: dict[Path, Path | None] = {}


@lru_cache(maxsize=2)
def _sources(root: Path) -> kbuild.Sources:
    folder = _folders.get(root)
    kept = cache.get(folder, _key(root)) if folder is not None else None
    return kbuild.Sources(root, kbuild.Parsed(kept or b""))


def _key(root: Path) -> str:
    # By their text, so that a folder of links has what the tree behind it has.
    return key(("makefiles", own_code(), links.behind(root) or str(root)))
