"""Rule: a contradiction names the lines that exclude each other, in the order in which they follow, and no others.

That none is found where there is a config is shown for random trees in tests/pipeline/test_doctor.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.deps.contradict import contradiction
from analyzer.deps.needs import goal
from analyzer.deps.remedy import Aids, prove
from analyzer.model.expr import Tristate
from tests.deps.cases import case

USERS = 'config A\n\tbool "A"\nconfig B\n\tbool "B"\nconfig C\n\tbool "C"\n'
MODULES = 'config MODULES\n\tbool "modules"\n\tmodules\n'


@pytest.mark.parametrize(
    ("kconfig", "wish", "text", "steps"),
    [
        pytest.param(
            'config X\n\tbool "X"\n\tdepends on A && !A\n',
            "X=y",
            "!A cannot hold",
            ["9 X: depends on A && !A"],
            id="both",
        ),
        pytest.param(
            'config X\n\tbool "X"\n\tdepends on PPC\n',
            "X=y",
            "PPC is not defined in Linux  x86",
            ["9 X: depends on PPC", "- PPC is not defined in Linux  x86"],
            id="undefined",
        ),
        pytest.param(
            'config X\n\tbool "X"\n\tdepends on Y\nconfig Y\n\tbool\n',
            "X=y",
            "no prompt, select, imply or default turns it on",
            ["9 X: depends on Y"],
            id="nothing turns it on",
        ),
        pytest.param(
            'config S\n\tdef_bool y\n\tselect X\nconfig X\n\tbool "X"\n',
            "X=n",
            "y cannot be n",
            ["9 S: select X", "8 S: def_bool y"],
            id="selected by what is always on",
        ),
        pytest.param(
            'config S\n\tbool "S"\n\tdepends on B\n\tselect X\nconfig X\n\tbool\n\tdepends on A\n'
            'config T\n\tbool "T"\n\tdepends on X && !B\n\tdepends on !A\n',
            "T=y",
            "none of the ways to it can hold",
            ["16 T: depends on X && !B", "17 T: depends on !A", "10 S: select X", "13 X: depends on A"],
            id="every way is barred",
        ),
        pytest.param(
            'choice\n\tprompt "c"\nconfig M1\n\tbool "1"\nconfig M2\n\tbool "2"\nendchoice\n'
            'config X\n\tbool "X"\n\tdepends on M1 && M2\n',
            "X=y",
            "M2 cannot be n",
            ["16 X: depends on M1 && M2", "7 M1 and M2 are members of one choice"],
            id="two members of a choice",
        ),
        pytest.param(
            MODULES + 'config T\n\ttristate "T"\nconfig X\n\tbool "X"\n\tdepends on T=y && T!=y\n',
            "X=y",
            "T!=y cannot hold",
            ["14 X: depends on T=y && T!=y"],
            id="comparisons",
        ),
        pytest.param(
            MODULES + 'config T\n\ttristate\nconfig S\n\ttristate "S"\n\tdepends on A\n\tselect T\n'
            'config X\n\ttristate "X"\n\tdepends on T && !A\n',
            "X=m",
            "S && A cannot hold",
            ["18 X: depends on T && !A", "15 S: select T"],
            id="through a select",
        ),
    ],
)
def test_what_excludes_each_other(tmp_path: Path, kconfig: str, wish: str, text: str, steps: list[str]) -> None:
    it = case(tmp_path, USERS + kconfig)
    name, _, value = wish.partition("=")
    found = prove(it.config, {name: value}, Aids(resolve_with=it.again, trials=it.trials))
    assert found is not None
    assert found.text == text
    assert found.steps[0][0] == f"{name} is to be {value}"
    assert [f"{place.line if place else '-'} {said}" for said, place in found.steps[1:]] == steps


@pytest.mark.parametrize(
    "kconfig",
    [
        'config X\n\tbool "X"\n\tdepends on A || !A\n',
        'config S\n\tbool "S"\n\tselect X\nconfig X\n\tbool "X"\n\tdepends on A && !A\n',
        'config X\n\tbool "X" if A && !A\n\tdefault y if B\n',
        'config N\n\tint "N"\nconfig X\n\tbool "X"\n\tdepends on N > 5 && N < 7\n',
        'config X\n\tbool "X"\n\tdepends on m || A\n',
    ],
)
def test_what_can_be_is_not_excluded(tmp_path: Path, kconfig: str) -> None:
    it = case(tmp_path, USERS + kconfig)
    assert prove(it.config, {"X": "y"}, Aids(resolve_with=it.again, trials=it.trials)) is None


def test_wishes_exclude_each_other(tmp_path: Path) -> None:
    it = case(tmp_path, USERS + 'config X\n\tbool "X"\n\tdepends on A\n')
    found = prove(it.config, {"X": "y", "A": "n"}, Aids(resolve_with=it.again, trials=it.trials))
    assert found is not None
    assert [said for said, _ in found.steps] == ["X is to be y", "A is to be n", "X: depends on A"]


def test_a_constant_is_cited_with_its_line(tmp_path: Path) -> None:
    it = case(tmp_path, USERS + 'config K\n\tdef_bool y\nconfig X\n\tbool "X"\n\tdepends on !K\n')
    constants = {"K": (Tristate.y, Tristate.y)}
    goals = [(goal(it.config, "X", "y"), "X is to be y")]
    found = contradiction(it.config, goals, lambda name: constants.get(name, (Tristate.n, Tristate.y)))
    assert found is not None
    assert [said for said, _ in found.steps] == [
        "X is to be y",
        "X: depends on !K",
        "K is y in every config: def_bool y",
    ]


@pytest.mark.parametrize(
    ("kconfig", "barred"),
    [
        ('config T\n\tint "T"\n\tdepends on A && !A\n', True),
        ('config T\n\tint "T"\n\tdepends on A && !A\n\tdefault 5\n', True),
        ('config T\n\tint "T" if A && !A\n\tdefault 7\n', True),
        ('config T\n\tint "T" if A && !A\n\tdefault 5\n', False),
        # A default out of its range is moved to the bound.
        ('config T\n\tint "T" if A && !A\n\tdefault 7\n\trange 1 5\n', False),
        ('config T\n\tint "T"\n\tdepends on A && !A\nconfig T\n\tint\n\tdefault 5\n', False),
    ],
)
def test_a_number_needs_what_gives_it(tmp_path: Path, kconfig: str, barred: bool) -> None:
    it = case(tmp_path, USERS + kconfig)
    assert (prove(it.config, {"T": "5"}, Aids(resolve_with=it.again, trials=it.trials)) is not None) == barred
