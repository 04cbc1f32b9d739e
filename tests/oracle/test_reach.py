"""Rule: whatever an evaluation reads of a folder, a makefile or a symbol, is said to decide about that folder.

The judge is the evaluation itself, which test_plan.py holds to GNU make's own word. KWEIGH_ORACLE_FULL=1 adds every
architecture.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from analyzer import configs, kbuild
from analyzer.kbuild import plan as plans
from analyzer.kbuild.directory import Folder, read
from analyzer.kbuild.scope import Scope
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.trees import architectures, distinct
from tests.oracle.conftest import CACHE, linux_roots

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
IN_TURN = ("um", "arm64", "mips")
"""Beside x86_64, one on each tree."""


class Asked(Mapping[str, str]):
    """A config that notes what it is asked."""

    def __init__(self, conf: Mapping[str, str]) -> None:
        self._conf = conf
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._conf[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._conf)

    def __len__(self) -> int:
        return len(self._conf)


@pytest.mark.parametrize("turn", range(30 if FULL else 2))
def test_what_is_read_may_decide(linux_tree: Path, turn: int, monkeypatch: pytest.MonkeyPatch) -> None:
    turns = ("x86_64", IN_TURN[linux_roots().index(linux_tree) % len(IN_TURN)])
    arches = tuple(distinct(architectures(linux_tree))) if FULL else turns
    if turn >= len(arches):
        pytest.skip("no further architecture")
    opened = open_tree(TreeRequest(root=linux_tree, arch=arches[turn], cache=CACHE / "programs"))
    makefiles = kbuild.Sources(linux_tree)
    reach = kbuild.Reach(makefiles)
    asked = Asked(configs.auto_conf(opened.resolve("allmodconfig")))
    seen: dict[str, tuple[set[str], set[str]]] = {}

    def noted(scope: Scope, path: str, makefile: str) -> Folder:
        # Each folder is read before those below it.
        asked.names.clear()
        files = scope.world.files
        before = set(files)
        files.clear()
        found = read(scope, path, makefile)
        names, own = seen.setdefault(path, (set(), set()))
        names |= asked.names
        own |= files
        files |= before
        return found

    monkeypatch.setattr(plans, "read", noted)
    kbuild.evaluate(makefiles, opened.tree.srcarch, opened.tree.arch, asked)
    assert len(seen) > 100

    def decides(folders: frozenset[str], path: str) -> bool:
        return kbuild.EVERYWHERE in folders or any(path == one or path.startswith(f"{one}/") for one in folders)

    srcarch = opened.tree.srcarch
    by_file = {path: reach.of_files((path,), srcarch) for _, own in seen.values() for path in own}
    by_name = {name: reach.of_symbols((name,), srcarch) for names, _ in seen.values() for name in names}
    assert [(path, file) for path, (_, own) in seen.items() for file in own if not decides(by_file[file], path)] == []
    assert [
        (path, name) for path, (names, _) in seen.items() for name in names if not decides(by_name[name], path)
    ] == []
    # That is worth something only where most say little.
    assert sum(kbuild.EVERYWHERE in folders for folders in by_name.values()) < len(by_name) / 4
