"""Rule: the objects and the lines of minimal configs that a review says come and go are those by which the lists of the
tree's own make, and conf --savedefconfig, differ between really patched trees.

A part of series.toml: objects that go, and a module that moves.
`python -m tests.oracle.follows` compares all of it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.oracle.conftest import NO_TREE
from tests.oracle.follows import compared
from tests.oracle.series import all_told, beside, tree_of

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("patch")), reason="no git, or no patch")
FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
SOME = (
    ("2f9237d4f6db", "x86_64", "tinyconfig", 2, 0),
    ("38c8a9a52082", "x86_64", "allmodconfig", 80, 0),
)
"""Series, architecture, config, and how many objects and lines change at least."""


@pytest.mark.parametrize(("commit", "arch", "name", "objects", "lines"), SOME if FULL else SOME[:1])
def test_as_make_and_conf_have_it(commit: str, arch: str, name: str, objects: int, lines: int, tmp_path: Path) -> None:
    told = next(one for one in all_told() if one.commit == commit)
    root = tree_of(told) or pytest.skip(NO_TREE)
    with beside(told, root, tmp_path) as found:
        (one,) = compared(told, found, arch, (name,), least=1)
    assert (one.objects, one.lines) == ([], [])
    assert one.changed[0] >= objects
    assert one.changed[1] >= lines
