"""Rule: a diff applies, or is applied already, exactly where `git apply --check` says so.

Enters: files of each real tree, random edits. Leaves: nothing. Must hold: git itself is asked, forward and reversed.
"""

from __future__ import annotations

import difflib
import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzer.series import applied, read

FILES = ("kernel/dma/Kconfig", "kernel/dma/Makefile", "lib/Kconfig", "init/Kconfig")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def _edited(lines: Sequence[str], chance: random.Random) -> list[str]:
    found = list(lines)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(found) + 1)
        found[at : at + chance.randrange(3)] = [
            f"config NEW_{chance.randrange(99)}" for _ in range(chance.randrange(3))
        ]
    return found


def _diff(path: str, old: Sequence[str], new: Sequence[str]) -> str:
    # A file that begins or ends to be is git's own matter.
    body = list(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm=""))
    return "\n".join([f"diff --git a/{path} b/{path}", "index 1..2 100644", *body, ""]) if body else ""


def _git(folder: Path, text: str, *options: str) -> bool:
    done = subprocess.run(
        ("git", "apply", "--check", *options), cwd=folder, input=text, text=True, capture_output=True, check=False
    )
    return done.returncode == 0


def test_as_git_apply_has_it(linux_tree: Path, tmp_path: Path) -> None:
    chance = random.Random(linux_tree.name)
    told: dict[str, int] = {}
    for number in range(120):
        path = chance.choice(FILES)
        base = (linux_tree / path).read_text("utf-8").removesuffix("\n").split("\n")
        new = _edited(base, chance)
        text = _diff(path, base, new)
        if not text:
            continue
        there = chance.choice(
            (base, new, _edited(base, chance), _edited(new, chance), base[3:], ["", *base, *base[:9]])
        )
        folder = tmp_path / str(number)
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text("\n".join(there) + "\n", "utf-8")
        found = applied(read(text, "p").hunks, "p", {path: there}.get)
        assert found is not None
        forward, backward = _git(folder, text), _git(folder, text, "-R")
        expected = {"applies": True} if forward else {"applied": True} if backward else {}
        told[found.kind] = told.get(found.kind, 0) + 1
        assert {found.kind: True} == expected or (not expected and found.kind in ("partly applied", "does not apply"))
    assert {"applies", "applied", "does not apply"} <= told.keys()
