"""Rule: a strongly connected component holds all that takes part in a circle, the entry of a select line with an `if`
included."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.deps.components import strongly_connected
from tests.deps.cases import model


@pytest.mark.parametrize(
    ("kconfig", "components"),
    [
        ('config A\n\tbool "a"\n\tdepends on B\nconfig B\n\tbool "b"\n', set()),
        ('config A\n\tbool "a"\n\tdepends on B\nconfig B\n\tbool "b"\n\tdepends on A\n', {frozenset("AB")}),
        ('config A\n\tbool "a"\n\tselect B\n\tdepends on B\nconfig B\n\tbool\n', {frozenset("AB")}),
        # C decides whether its line takes from B to A, but neither needs it back.
        (
            'config A\n\tbool "a"\n\tdepends on B\nconfig B\n\tbool\nconfig C\n\tbool "c"\n\tselect B if A\n',
            {frozenset("ABC")},
        ),
        ('config A\n\tbool "a"\n\tselect B if C\nconfig B\n\tbool\nconfig C\n\tbool "c"\n\tdepends on A\n', set()),
        (
            'choice\n\tprompt "c"\nconfig A\n\tbool "a"\nconfig B\n\tbool "b"\nendchoice\n',
            set(),
        ),
    ],
    ids=["sound", "two", "a select", "an if", "an if that leads nowhere", "a choice"],
)
def test_knots(tmp_path: Path, kconfig: str, components: set[frozenset[str]]) -> None:
    assert set(strongly_connected(model(tmp_path, kconfig))) == components
