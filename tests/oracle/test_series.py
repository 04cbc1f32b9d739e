"""Rule: of a public patch, the side that is not on disk is as conf has it, and every file that it touches is, to the
byte, as patch(1) leaves it.

The series are those of series.toml, a sample of them but for KWEIGH_ORACLE_FULL=1; `python -m tests.oracle.series`
compares both sides with conf on a really patched tree, for more configs and architectures.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.oracle.conftest import NO_TREE
from tests.oracle.series import Told, all_told, beside, checked, tree_of

pytestmark = pytest.mark.skipif(not (shutil.which("git") and shutil.which("patch")), reason="no git, or no patch")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What compilers answer is the same for all."""
    return tmp_path_factory.mktemp("cache")


FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))


@pytest.mark.parametrize(
    "told", [one for one in all_told() if one.sample or FULL], ids=lambda one: one.commit.replace("/", "-")
)
def test_both_sides_as_conf_has_them(told: Told, cache: Path) -> None:
    root = tree_of(told) or pytest.skip(NO_TREE)
    with beside(told, root, cache) as found:
        disk, other = found.both.before.root, found.both.after.root
        assert (other if told.takes_back else disk) == root
        comparisons = checked(told, found, cache)
    assert [(one.config, one.line) for one in comparisons if not one.equal] == []
    assert len(comparisons) == 1
