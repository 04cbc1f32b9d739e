"""Rule: a tree in which somebody builds is refused before make is, with what makes it so."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.pipeline.build.building import check_clean


@pytest.mark.parametrize("place", [".config", "include/config/auto.conf", "arch/x86/include/generated/asm/a.h"])
def test_a_tree_that_is_not_clean(place: str, tmp_path: Path) -> None:
    (tmp_path / "arch/x86/include").mkdir(parents=True)
    check_clean(tmp_path, "x86")
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text("")
    with pytest.raises(ToolchainError, match="is not clean: it has") as caught:
        check_clean(tmp_path, "x86")
    assert "make mrproper" in caught.value.line()
