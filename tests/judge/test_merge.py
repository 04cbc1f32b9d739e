"""Rule: the tree's script gets the base, then the fragments in order, and its merged text comes back as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ToolchainError
from analyzer.judge.merge import merge

# The options are checked and the files joined; the real script is used in tests/oracle/.
FAKE = """\
test "$1 $2" = "-m .config" || exit 9
shift 2
cat "$@" >> .config || exit
echo "# $KCONFIG_CONFIG $LEAK" >> .config
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The stand-in for merge_config.sh; it need not be executable."""
    path = tmp_path / "merge_config.sh"
    path.write_text(FAKE)
    return path


def test_order(script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAK", "leak")
    fragments = [tmp_path / name for name in ("one.config", "two.config")]
    for fragment in fragments:
        fragment.write_text(f"CONFIG_{fragment.stem}=y\n")
    assert merge(script, "CONFIG_base=y\n", fragments, scratch=tmp_path / "scratch") == (
        "CONFIG_base=y\nCONFIG_one=y\nCONFIG_two=y\n# .config \n"
    )
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_fragment_that_cannot_be_read(script: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"sh failed with exit code 1: .*gone\.config"):
        merge(script, "", [tmp_path / "gone.config"], scratch=tmp_path)
