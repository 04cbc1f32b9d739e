"""Rule: sizes of several trees are measured, not estimated, and a tree that is none ends in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh
from tests.pipeline.optional import TREE
from tests.trees.miniature import plant


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--compare", "TREE", "--estimate"), 2, "--compare and --estimate do not go together"),
        (("--build", "--estimate"), 2, "--build and --estimate do not go together"),
        (("--compare", "NOWHERE"), 3, "NOWHERE"),
        (("--compare", "TREE"), 2, "two of the trees are Linux 7.3.0-rc2"),
    ],
)
def test_what_cannot_be_compared(words: tuple[str, ...], code: int, told: str, kweigh: Kweigh, tmp_path: Path) -> None:
    tree = str(plant(tmp_path / "tree", TREE))
    given = ["size", "allnoconfig", "--arch", "x86_64", "--tree", tree, "--ledger", str(tmp_path / "ledger")]
    result = kweigh(*given, *(word.replace("TREE", tree) for word in words))
    assert result.code == code
    assert told in result.err
    assert len(result.err.strip().splitlines()) <= 2
    assert not (tmp_path / "ledger").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "nobody has measured allnoconfig (it takes 1 build, allnoconfig, and none was timed here yet"),
        (("--details",), "--details are those of a build (--build makes it: allnoconfig"),
        (
            ("--compare", "OTHER"),
            "was not built on Linux 7.4.0-rc2 and Linux 7.3.0-rc2 (--build makes them",
        ),
    ],
)
def test_nothing_is_built_unless_asked(words: tuple[str, ...], told: str, kweigh: Kweigh, tmp_path: Path) -> None:
    tree = str(plant(tmp_path / "tree", TREE))
    newer = TREE["Makefile"].replace("PATCHLEVEL = 3", "PATCHLEVEL = 4")
    other = str(plant(tmp_path / "other", {**TREE, "Makefile": newer}))
    scratch = tmp_path / "builds"
    given = ["size", "allnoconfig", "--arch", "x86_64", "--tree", tree, "--ledger", str(tmp_path / "ledger")]
    result = kweigh(*given, "--scratch", str(scratch), *(word.replace("OTHER", other) for word in words))
    assert result.code == 2
    assert told in result.err
    assert not scratch.exists()
