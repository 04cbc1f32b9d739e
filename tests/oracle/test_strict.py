"""Rule: with KWEIGH_ORACLE_STRICT a test that did not run fails, and without it it says why it was skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")

CASES = {
    "test_a_mark.py": "import pytest\n@pytest.mark.skip(reason='marked')\ndef test_it(): pass\n",
    "test_b_call.py": "import pytest\ndef test_it(): pytest.skip('called')\n",
    "test_c_tree.py": "def test_it(linux_tree): pass\n",
    "test_d_trees.py": "def test_it(linux_trees): pass\n",
    "test_e_module.py": "import pytest\npytest.skip('whole', allow_module_level=True)\n",
    "test_f_expected.py": "import pytest\n@pytest.mark.xfail(reason='known')\ndef test_it(): assert False\n",
    "test_g_fine.py": "def test_it(): pass\n",
}


def _outcomes(folder: Path, **environment: str) -> dict[str, str]:
    """What each case ends as, in a pytest of its own without any tree; errors of collection count as failures."""
    (folder / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    oracle: x\n")
    for name, text in CASES.items():
        (folder / name).write_text(text)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KWEIGH_", "PYTEST_"))}
    own = {"XDG_CACHE_HOME": str(folder / "cache"), "PYTHONPATH": str(CONFTEST.parents[2])}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", "--continue-on-collection-errors", "."],
        cwd=folder,
        env=kept | own | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    words = [line.split() for line in done.stdout.splitlines()]
    return {
        next(word for word in line[1:] if ".py" in word).split(":")[0]: line[0]
        for line in words
        if line and line[0] in {"PASSED", "FAILED", "ERROR", "SKIPPED", "XFAIL"} and any(".py" in word for word in line)
    }


def test_a_skip_is_a_skip_by_default(tmp_path: Path) -> None:
    assert _outcomes(tmp_path) == {
        "test_a_mark.py": "SKIPPED",
        "test_b_call.py": "SKIPPED",
        "test_c_tree.py": "SKIPPED",
        "test_d_trees.py": "SKIPPED",
        "test_e_module.py": "SKIPPED",
        "test_f_expected.py": "XFAIL",
        "test_g_fine.py": "PASSED",
    }


def test_a_skip_is_a_failure_when_strict(tmp_path: Path) -> None:
    assert _outcomes(tmp_path, KWEIGH_ORACLE_STRICT="1") == {
        "test_a_mark.py": "ERROR",
        "test_b_call.py": "FAILED",
        "test_c_tree.py": "ERROR",
        "test_d_trees.py": "ERROR",
        "test_e_module.py": "ERROR",
        "test_f_expected.py": "XFAIL",
        "test_g_fine.py": "PASSED",
    }


@pytest.mark.parametrize("named", ["no-such-folder", "."])
def test_a_tree_that_is_named_must_be_one(named: str, tmp_path: Path) -> None:
    assert _outcomes(tmp_path, KWEIGH_LINUX_TREES=named) == {}
