"""The bench on which commands are asked.

Enters: nothing. Leaves: the fixture `bench`. Must hold: only the programs of a test, and the few that its shell
scripts need, are on PATH.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .build import Bench, plant, tree_at

NEEDED = ("sh", "cat", "touch", "sleep", "env", "grep")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A tree and an empty toolchain; PATH holds nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in NEEDED:
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    root = plant(tmp_path / "linux")
    return Bench(root=root, bin=folder, trace=tmp_path / "trace", tree=tree_at(root))
