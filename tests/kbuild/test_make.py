"""Rule: a makefile's variables have the values that GNU make gives them.

One folder per case below make/; `expected` holds the values, which GNU make itself confirms where there is one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.kbuild.generate import makefiles
from tests.kbuild.snippets import MAKE, by_make, by_us

CONFIG = {"Y": "y", "M": "m"}
CASES = sorted(path.parent for path in Path(__file__).parent.glob("make/*/Makefile"))


def _expected(case: Path) -> dict[str, str]:
    pairs = (line.partition("=") for line in (case / "expected").read_text(encoding="utf-8").splitlines())
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_values(case: Path) -> None:
    assert by_us(case, CONFIG) == _expected(case)


@pytest.mark.skipif(MAKE is None, reason="no GNU make")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_make_says_the_same(case: Path) -> None:
    assert by_make(case, CONFIG) == _expected(case)


@pytest.mark.skipif(MAKE is None, reason="no GNU make")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=makefiles)
def test_random_makefiles(tmp_path: Path, text: str) -> None:
    (tmp_path / "Makefile").write_text(text, encoding="utf-8")
    assert by_us(tmp_path, CONFIG) == by_make(tmp_path, CONFIG)
