"""Rules: of all plans the one that changes least is taken, in one order; no search of one answer or two finds a better
one; what is called least is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import inf
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analyzer.configs import Fewest
from analyzer.deps.candidates import Candidates
from analyzer.deps.hitting_sets import lightest
from analyzer.deps.minimality import is_least
from analyzer.deps.remedy import remedy, removal
from analyzer.deps.trials import Sweep, Tally, is_last_resort
from tests.configs.generate import Generated, generated
from tests.configs.small import DialectName
from tests.deps.cases import Case, case

ANY_TREE = st.one_of(generated("legacy").map(lambda t: ("legacy", t)), generated("menu").map(lambda t: ("menu", t)))
slow = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def told(it: Case, name: str, value: str = "y", *, keep: tuple[str, ...] = ()) -> str:
    """What to set, and how many others change with it."""
    kept = {one: it.config.values[one] for one in keep}
    found = remedy(it.config, {name: value}, it.aids, keep=kept)
    sets = " ".join(sorted(f"{a.name}={a.value}" for a in found.assignments if a.name != name))
    return f"{found.status}: {sets}" + (f"; loses {' '.join(found.loses)}" if found.loses else "")


def user(name: str, *lines: str, kind: str = "bool") -> str:
    """A symbol with a prompt."""
    return f'config {name}\n\t{kind} "{name}"\n' + "".join(f"\t{line}\n" for line in lines)


@pytest.mark.parametrize(
    ("kconfig", "expected"),
    [
        pytest.param(
            user("A") + user("S", "select A", "select B") + user("B") + user("X", "depends on A"),
            "A=y",
            id="the prompt of its own, not the stranger that selects it",
        ),
        pytest.param(
            user("S", "select X") + user("A") + user("X", "depends on A"),
            "A=y",
            id="of two that change as much the one that lets the line count",
        ),
        pytest.param(
            user("A", "select A1", "select A2")
            + "".join(f"config A{n}\n\tbool\n" for n in (1, 2))
            + user("B")
            + user("C", "depends on B")
            + user("X", "depends on A || C"),
            "B=y C=y",
            id="two that bring nothing, not one that brings two",
        ),
        pytest.param(
            user("COMPILE_TEST") + user("A", "select A1") + "config A1\n\tbool\n"
            "config A2\n\tdef_bool A1\n" + user("X", "depends on A2 || COMPILE_TEST"),
            "A=y",
            id="no last resort where there is another way",
        ),
        pytest.param(user("EXPERT") + user("X", "depends on EXPERT"), "EXPERT=y", id="a last resort where not"),
        pytest.param(
            user("MODULES", "modules") + user("T", kind="tristate") + user("X", "depends on T"),
            "T=y",
            id="y where nothing can be m",
        ),
    ],
)
def test_the_fix_is_what_changes_least(tmp_path: Path, kconfig: str, expected: str) -> None:
    assert told(case(tmp_path, kconfig), "X") == f"verified: {expected}"


def test_m_before_y(tmp_path: Path) -> None:
    text = user("MODULES", "modules") + user("T", kind="tristate") + user("X", "depends on T")
    assert told(case(tmp_path, text, "CONFIG_MODULES=y"), "X") == "verified: T=m"


def test_what_is_to_be_kept_comes_first(tmp_path: Path) -> None:
    text = user("K", "depends on !A") + user("A") + user("B") + user("C", "depends on B")
    text += user("D", "depends on C") + user("X", "depends on A || D")
    it = case(tmp_path, text, "CONFIG_K=y")
    assert told(it, "X", keep=("K",)) == "verified: B=y C=y D=y"
    text = user("K", "depends on !A") + user("A") + user("X", "depends on A")
    assert told(case(tmp_path, text, "CONFIG_K=y"), "X", keep=("K",)) == "verified: A=y; loses K"


def test_what_is_shared_by_many_is_not_turned_off(tmp_path: Path) -> None:
    text = user("P") + "".join(user(f"L{n}", "depends on P", "default y") for n in range(6))
    text += "".join(user(f"S{n}", "depends on P", "select X") for n in (1, 2, 3, 4)) + user("X")
    on = "".join(f"CONFIG_{name}=y\n" for name in ("P", "S1", "S2", "S3", "S4", "X"))
    it = case(tmp_path, text, on)
    assert told(it, "X", "n") == "verified: S1=n S2=n S3=n S4=n"


@slow
@given(drawn=ANY_TREE, data=st.data())
def test_no_search_of_one_or_two_finds_better(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[DialectName, Generated], data: st.DataObject
) -> None:
    dialect, tree = drawn
    it = case(tmp_path_factory.mktemp("best"), tree.kconfig, tree.config, dialect)
    symbols = it.config.model.symbols
    switches = [name for name, s in symbols.items() if s.is_tristate_valued and s.env is None]
    assume(switches)
    name = data.draw(st.sampled_from(switches))
    value = data.draw(st.sampled_from("nmy" if symbols[name].type == "tristate" else "ny"))
    assume(it.config.values[name] != value)
    candidates = Candidates(it.config, it.trials, it.again, {})
    lines = candidates.lines({name: value})
    users = [one for one in switches if symbols[one].prompt and one != name]
    values = it.config.values
    # To set what a default would change to what it is now changes nothing, and is no way to anything.
    answers = [{n: v} for n in users for v in ("nmy" if symbols[n].type == "tristate" else "ny") if values[n] != v]
    plans = [{}, *answers, *({**a, **b} for a, b in combinations(answers[:20], 2) if a.keys() != b.keys())]
    # Without modules m becomes y, so it does not come out as it was set, and is no way either.
    modules = it.config.model.modules or ""
    there = values.get(modules) == "y" and name != modules
    plans = [plan for plan in plans if "m" not in plan.values() or (there and modules not in plan)]
    sweep = Sweep(it.config, it.trials, [{**plan, **lines} for plan in plans], {})
    exhaustive = sweep.best({name: value})
    if exhaustive:
        found = candidates.best({name: value})
        assert found
        assert found[0].cost[:3] <= exhaustive[0].cost[:3]


@slow
@given(drawn=ANY_TREE, data=st.data())
def test_what_is_called_least_is(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[DialectName, Generated], data: st.DataObject
) -> None:
    dialect, tree = drawn
    it = case(tmp_path_factory.mktemp("least"), tree.kconfig, tree.config, dialect)
    symbols, values = it.config.model.symbols, it.config.values
    on = [name for name, s in symbols.items() if s.is_tristate_valued and values[name] != "n" and s.env is None]
    assume(on)
    name = data.draw(st.sampled_from(on))
    off = [one for one in on if symbols[one].prompt and symbols[one].choice is None and one != name][:6]
    sets = [dict.fromkeys(some, "n") for size in range(5) for some in combinations(off, size)]
    own = {name: "n"} if symbols[name].prompt else {}
    sweep = Sweep(it.config, it.trials, [{**one, **own} for one in sets], {})
    best = sweep.best({name: "n"})
    fewest = Fewest(it.built.model, it.built.program, it.source).changes
    most = data.draw(st.integers(0, 6))
    if is_least(it.config, name, most, fewest):
        assert not best or best[0].changes >= most
    if best and symbols[name].choice is None:
        assert fewest(name, off, values, 999) <= best[0].changes


def test_a_proof_that_nothing_less_does(tmp_path: Path) -> None:
    text = "".join(user(name, "select X") for name in ("S1", "S2")) + "config X\n\tbool\n"
    it = case(tmp_path, text, "CONFIG_S1=y\nCONFIG_S2=y\n")
    fewest = Fewest(it.built.model, it.built.program, it.source).changes
    assert is_least(it.config, "X", 2, fewest)
    assert not is_least(it.config, "X", 3, fewest)


@pytest.mark.parametrize(
    ("kconfig", "turned", "least"),
    [
        pytest.param(user("S", "select X") + user("X"), "S=n", True, id="off"),
        pytest.param(user("Y") + "config X\n\tbool\n\tdefault y if !Y\n" + user("S"), "Y=y", False, id="on"),
    ],
)
def test_what_is_turned_on_is_not_the_least_that_is_turned_off(
    tmp_path: Path, kconfig: str, turned: str, least: bool
) -> None:
    it = case(tmp_path, kconfig, "CONFIG_S=y\n")
    fewest = Fewest(it.built.model, it.built.program, it.source).changes
    found = removal(it.config, "X", replace(it.aids, fewest=fewest))
    assert " ".join(f"{one.name}={one.value}" for one in found.remedy.assignments if one.name != "X") == turned
    assert found.least is least
    assert removal(it.config, "X", replace(it.aids, fewest=None)).least is None


@pytest.mark.parametrize(
    ("kconfig", "others"),
    [
        pytest.param(user("X"), 0, id="nothing holds it"),
        pytest.param(user("S", "select X") + user("T", "select X if S") + user("X"), 1, id="one holds the other"),
        pytest.param(
            user("S", "select X if T") + user("T") + user("X") + user("W", "depends on S"), 1, id="a condition"
        ),
        pytest.param(user("S", "select M") + "config M\n\tbool\n\tselect X\n" + user("X"), 2, id="what goes with it"),
        pytest.param(user("S", "select X") + 'config I\n\tint "I"\n\tdepends on S\n' + user("X"), 2, id="a number"),
        pytest.param(
            user("S", "select X") + 'config I\n\tint "I" if S\n\trange 7 20\n' + user("X"),
            1,
            id="a range keeps a number",
        ),
        pytest.param("config X\n\tdef_bool y\n" + user("S"), inf, id="never"),
    ],
)
def test_the_fewest_that_change(tmp_path: Path, kconfig: str, others: float) -> None:
    names = [line.split()[1] for line in kconfig.splitlines() if line.startswith("config ")]
    it = case(tmp_path, kconfig, "".join(f"CONFIG_{name}={7 if name == 'I' else 'y'}\n" for name in names))
    values = dict(it.config.values.items())
    users = [name for name in it.built.program.inputs if values[name] != "n"]
    fewest = Fewest(it.built.model, it.built.program, it.source)
    assert fewest.changes("X", users, values, 99) == others


@given(st.lists(st.frozensets(st.integers(0, 5), min_size=1, max_size=4), max_size=5), st.data())
def test_the_lightest_set(reasons: list[frozenset[int]], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 255), min_size=6, max_size=6))

    def weight(some: frozenset[int]) -> tuple[int, int]:
        union = 0
        for one in some:
            union |= weights[one]
        return union.bit_count(), len(some)

    found = lightest(reasons, weights)
    assert found is not None
    every = [frozenset(s) for size in range(7) for s in combinations(range(6), size)]
    assert weight(found) == min(weight(s) for s in every if all(s & reason for reason in reasons))


@given(st.lists(st.integers(0, 255), max_size=20))
def test_a_tally_counts(lanes: list[int]) -> None:
    tally = Tally()
    for one in lanes:
        tally.add(one)
    counts = [sum(one >> lane & 1 for one in lanes) for lane in range(8)]
    assert [tally.of(lane) for lane in range(8)] == counts
    assert tally.least(255) == sum(1 << lane for lane in range(8) if counts[lane] == min(counts))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, True) for name in ("COMPILE_TEST", "DEBUG_INFO", "SND_DEBUG", "EXPERT", "TEST_BPF", "BROKEN")),
        *((name, False) for name in ("DEBUGGER", "CRYPTO", "LATEST", "EXPERTISE", "BROKEN_BY_DESIGN")),
    ],
)
def test_last_resorts(tmp_path: Path, name: str, expected: bool) -> None:
    assert is_last_resort(case(tmp_path, user(name)).config.model.symbols[name]) is expected
