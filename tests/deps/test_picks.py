"""Rule: where a choice's pick is to go, another member is named: the one that the user says, else the first default of
the choice that holds and shows, else the first of the others that show, those that are to be kept off last."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.deps.picks import picks
from analyzer.deps.remedy import remedy
from analyzer.errors import UsageError
from tests.configs.small import DialectName
from tests.deps.cases import Case, case

HIDDEN = "config HIDDEN\n\tbool\n"


def choice(*members: str, head: str = "") -> str:
    found = "".join(f'config {name}\n\tbool "{name}"\n' for name in members)
    return f'choice\n\tprompt "which"\n{head}{found}endchoice\n'


def told(it: Case, *wishes: str, instead: tuple[str, ...] = (), keep: tuple[str, ...] = ()) -> str:
    """What is set, and what is picked."""
    wanted = dict.fromkeys(wishes, "n")
    found = remedy(it.config, wanted, it.aids, keep=dict.fromkeys(keep, "n"), instead=instead)
    assert found.status == "verified"
    there = it.again({one.name: one.value for one in found.assignments})
    assert all(there.values[name] == "n" for name in wishes)
    assert all(there.values[one.name] == "y" for one in found.picks)
    return " ".join(f"{one.name} for {one.gone}" for one in found.picks)


@pytest.mark.parametrize("dialect", ["legacy", "menu"])
@pytest.mark.parametrize(
    ("head", "config", "expected"),
    [
        pytest.param("", "CONFIG_C=y\n", "A for C", id="the first that shows"),
        pytest.param("\tdefault B\n", "CONFIG_C=y\n", "B for C", id="the default"),
        pytest.param("\tdefault C\n\tdefault B\n", "CONFIG_C=y\n", "B for C", id="the next default"),
        pytest.param("\tdefault A if HIDDEN\n\tdefault B\n", "CONFIG_C=y\n", "B for C", id="the default that holds"),
        pytest.param("\tdefault HIDDEN\n", "CONFIG_C=y\n", "A for C", id="no default from outside"),
        pytest.param("\tdefault C\n", "", "A for C", id="where it was picked by default"),
    ],
)
def test_what_the_choice_defaults_to(
    tmp_path: Path, dialect: DialectName, head: str, config: str, expected: str
) -> None:
    it = case(tmp_path, HIDDEN + choice("A", "B", "C", head=head), config or "CONFIG_HIDDEN=n\n", dialect)
    assert told(it, "C") == expected


def test_what_the_user_names(tmp_path: Path) -> None:
    it = case(tmp_path, choice("A", "B", "C") + choice("D", "E", "F"), "CONFIG_A=y\nCONFIG_D=y\n")
    assert told(it, "A", instead=("C",)) == "C for A"
    assert told(it, "A", "D", instead=("F",)) == "B for A F for D"
    for gone, name, words in (
        ("A", "A", "A has no other member A"),
        ("A", "F", "A has no other member F"),
        ("B", "C", "B is no member of a choice that is on"),
    ):
        with pytest.raises(UsageError, match=words):
            picks(it.config, {gone: "n"}, {}, (name,))


def test_what_is_to_stay_off_comes_last(tmp_path: Path) -> None:
    it = case(tmp_path, choice("A", "B", "C", head="\tdefault B\n"), "CONFIG_C=y\n")
    assert told(it, "C", keep=("B",)) == "A for C"
    assert told(it, "C", keep=("A", "B")) == "B for C"


def test_what_another_wish_picks(tmp_path: Path) -> None:
    it = case(tmp_path, choice("A", "B", "C"), "CONFIG_A=y\n")
    assert picks(it.config, {"A": "n", "C": "y"}, {}) == ()


@pytest.mark.parametrize(
    ("kconfig", "config"),
    [
        pytest.param(choice("A", "B", head="\toptional\n"), "CONFIG_A=y\n", id="an optional choice"),
        pytest.param(choice("A"), "CONFIG_A=y\n", id="its only member"),
        pytest.param(
            "config M\n\tbool\n\tdefault y\n\tmodules\n"
            + choice("A", "B").replace("bool", "tristate").replace("choice\n", "choice\n\ttristate\n", 1),
            "CONFIG_A=m\n",
            id="a choice at m",
        ),
    ],
)
def test_nothing_has_to_come(tmp_path: Path, kconfig: str, config: str) -> None:
    assert picks(case(tmp_path, kconfig, config).config, {"A": "n"}, {}) == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    members=st.lists(st.sampled_from("ABCDEFG"), min_size=2, max_size=6, unique=True),
    defaults=st.lists(st.sampled_from("ABCDEFG"), max_size=4),
    hidden=st.sets(st.sampled_from("ABCDEFG")),
    picked=st.sampled_from("ABCDEFG"),
    dialect=st.sampled_from(["legacy", "menu"]),
)
def test_random_choices(
    members: list[str],
    defaults: list[str],
    hidden: set[str],
    picked: str,
    dialect: DialectName,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The pick of such a choice as if the member that goes did not show, worked out by the rules of the dialect."""
    head = "".join(f"\tdefault {name}\n" for name in defaults if name in members)
    text = HIDDEN + choice(*members, head=head)
    shown = [name for name in members if name not in hidden]
    for name in hidden:
        text = text.replace(f'bool "{name}"', f'bool "{name}" if HIDDEN')
    it = case(tmp_path_factory.mktemp("tree"), text, f"CONFIG_{picked}=y\n", dialect)
    pick = next((name for name in shown if it.config.values[name] == "y"), None)
    if pick is None or len(shown) < 2:
        return
    without = text.replace(f'bool "{pick}"', f'bool "{pick}" if HIDDEN')
    there = case(tmp_path_factory.mktemp("without"), without, "CONFIG_HIDDEN=n\n", dialect).config
    assert told(it, pick) == f"{next(name for name in shown if there.values[name] == 'y')} for {pick}"
