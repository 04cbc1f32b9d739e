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
