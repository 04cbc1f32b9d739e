"""The bench on which commands are asked.

Enters: nothing. Leaves: the fixture `bench`. Must hold: only the programs of a test, and the few that its shell
scripts need, are on PATH.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analyzer.toolchain import scripts

from .build import SCRIPTS, Bench, plant, tree_at

NEEDED = ("sh", "cat", "touch", "sleep", "env", "grep")


class _All:
    """Contains everything."""

    def __contains__(self, _mark: object) -> bool:
        return True


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
    # Our own code answers for scripts of known content; the bench's are stubs, and any of them may be such a one.
    monkeypatch.setattr(scripts, "known_scripts", lambda: dict.fromkeys(SCRIPTS, _All()))
    return Bench(root=root, bin=folder, trace=tmp_path / "trace", tree=tree_at(root))
