"""Rule: what a help shows as an example can be typed and works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kweigh
from tests.cli.examples import at_home, examples


@pytest.mark.parametrize("argv", [one for one in examples() if not {"--tree", "--from"} & {*one}], ids=" ".join)
def test_on_the_bundled_tree(
    argv: tuple[str, ...], kweigh: Kweigh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = kweigh(*at_home(argv, "bundled"))
    assert done.code in {0, 1}, done.err
