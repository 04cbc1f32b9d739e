"""Rule: what tests/configs/refusals.py says of each dialect, the conf of a tree with that dialect does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.judge.conf import AllConfig, ask
from analyzer.trees.dialect import detect
from tests.configs.refusals import REFUSALS
from tests.configs.small import DIALECTS

ConfOf = Callable[[Path], Path]


@pytest.mark.parametrize("name", REFUSALS)
def test_conf_refuses(name: str, linux_tree: Path, conf_binary: ConfOf, tmp_path: Path) -> None:
    dialect = next((name for name, known in DIALECTS.items() if known == detect(linux_tree)), None)
    if dialect is None:
        pytest.skip("no such dialect is written down")
    refusal = REFUSALS[name]
    refusal.plant(tmp_path)
    environment = {"ARCH": "x86", "SRCARCH": "x86", "srctree": str(tmp_path)}
    said = ""
    try:
        ask(conf_binary(linux_tree), "Kconfig", environment, AllConfig(target="alldefconfig"), scratch=tmp_path / "s")
    except ToolchainError as error:
        said = error.message
    assert "was killed" not in said
    assert bool(said) == (dialect in refusal.by or refusal.is_unknown_to(dialect)), said
