"""Rule: what a help shows as an example works on real trees, the newest included."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh, kweigh
from tests.cli.examples import at_home, examples

__all__ = ["kweigh"]


@pytest.mark.parametrize("argv", list(examples()), ids=" ".join)
def test_on_a_real_tree(
    argv: tuple[str, ...],
    linux_trees: tuple[Path, ...],
    kweigh: Kweigh,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    newest = max(
        linux_trees, key=lambda root: [int(part) for part in root.name.rpartition("-")[2].split(".") if part.isdigit()]
    )
    monkeypatch.chdir(tmp_path)
    words = at_home(argv, str(newest))
    if not {"--tree", "--from"} & {*words}:
        words = (*words, "--tree", str(newest))
    done = kweigh(*words, "--quiet")
    assert done.code in {0, 1}, done.err
