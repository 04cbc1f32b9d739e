"""One folder per case: an input, what it tells, and the rule that it shows.

The inputs were made with git 2.39, GNU diff and Python's mail encoders from files of our own; the expected figures were
compared with `git diff --numstat`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.series import decode, read
from tests.series.told import told

CASES = sorted((Path(__file__).parent / "cases").iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    (source,) = case.glob("input.*")
    expected = json.loads((case / "expected.json").read_text())
    assert expected.pop("rule"), "a case states its rule"
    assert told(read(decode(source.read_bytes(), source.name), source.name)) == expected


def test_every_place_is_a_line_of_the_input() -> None:
    for case in CASES:
        (source,) = case.glob("input.*")
        series = read(decode(source.read_bytes(), source.name), source.name)
        count = len(source.read_bytes().splitlines())
        places = [change.location for change in series.files] + [problem.location for problem in series.problems]
        assert all(place.path == source.name and 1 <= place.line <= count for place in places), case.name
