"""Rule: a proposal is small, does what it says when it says so, and an impossible one names what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analyzer.deps import explain
from analyzer.deps.literals import beside
from analyzer.model.expr import TRISTATES, CompareOp, Operand, SymbolType, compare, holds
from tests.configs.generate import Generated, generated
from tests.deps.cases import case

MODULES = 'config MODULES\n\tbool "modules"\n\tmodules\n'
USERS = 'config A\n\tbool "A"\nconfig B\n\tbool "B"\nconfig C\n\tbool "C"\n'
NUMBER = 'config N\n\tint "N"\n\tdefault 3\n'
ON = "CONFIG_MODULES=y\n"


@pytest.mark.parametrize(
    ("kconfig", "config", "expected"),
    [
        pytest.param('config X\n\tbool "X"\n', "", "X=y", id="its own prompt"),
        pytest.param('config X\n\tbool "X"\n\tdepends on A && B\n', "CONFIG_B=y\n", "A=y X=y", id="what is missing"),
        pytest.param('config X\n\tbool "X"\n\tdepends on A || B\n', "CONFIG_B=y\n", "X=y", id="what is true already"),
        pytest.param('config X\n\tbool "X"\n\tdepends on A && B || C\n', "", "C=y X=y", id="the cheaper side"),
        pytest.param('config X\n\tbool "X"\n\tdepends on !A\n', "CONFIG_A=y\n", "A=n X=y", id="off for a negation"),
        pytest.param("config X\n\tbool\nconfig S\n\tbool\n\tselect X\n\tdefault A\n", "", "A=y", id="through others"),
        pytest.param('config X\n\tbool "X" if A\n\tdefault y if B\n', "CONFIG_A=n\n", "B=y", id="by default"),
        pytest.param(NUMBER + 'config X\n\tbool "X"\n\tdepends on N > 5\n', "", "N=6 X=y", id="a number above"),
        pytest.param(NUMBER + 'config X\n\tbool "X"\n\tdepends on 2 > N\n', "", "N=1 X=y", id="mirrored"),
        pytest.param(NUMBER + 'config X\n\tbool "X"\n\tdepends on !(N = 3)\n', "", "N=4 X=y", id="another number"),
        pytest.param(
            'config T\n\tstring "T"\nconfig X\n\tbool "X"\n\tdepends on T = "a\\"b"\n', "", 'T=a"b X=y', id="a text"
        ),
        pytest.param(
            'choice\n\tprompt "c"\nconfig M1\n\tbool "1"\nconfig M2\n\tbool "2"\nendchoice\n'
            'config X\n\tbool "X"\n\tdepends on M2\n',
            "",
            "M2=y X=y",
            id="another member",
        ),
        pytest.param(
            'choice\n\tprompt "c"\nconfig M1\n\tbool "1"\nconfig M2\n\tbool "2"\nendchoice\n'
            'config X\n\tbool "X"\n\tdepends on !M1\n',
            "",
            "M2=y X=y",
            id="away from a member",
        ),
        pytest.param('config X\n\ttristate "X"\n\tdepends on m\n', ON, "X=m", id="a module where y cannot be"),
        pytest.param('config X\n\ttristate "X"\n\tdepends on m\n', "", "MODULES=y X=y", id="modules come first"),
        pytest.param(
            'config T\n\ttristate "T"\nif T\nconfig X\n\tbool "X"\n\tdepends on T=y\nendif\n',
            ON,
            "T=y X=y",
            id="y where another line would take m",
        ),
        pytest.param(
            'config T\n\ttristate "T"\nif T=y\nconfig X\n\tbool "X"\n\tdepends on T\nendif\n',
            ON,
            "T=y X=y",
            id="y where the line before would take m",
        ),
        pytest.param(
            'choice\n\tprompt "c"\n\tdepends on A\nconfig M\n\tbool "M"\nendchoice\n'
            'config X\n\tbool "X"\n\tdepends on !M\n',
            "CONFIG_A=y\n",
            "A=n X=y",
            id="a choice of one member that must not show",
        ),
        pytest.param(
            'config F\n\tbool "F"\n\tdepends on A\n\tdefault y\nconfig X\n\tbool "X"\n\tdepends on A && !F\n',
            "",
            "A=y F=n X=y",
            id="a default that the plan itself wakes up",
        ),
    ],
)
def test_what_to_set(tmp_path: Path, kconfig: str, config: str, expected: str) -> None:
    found = case(tmp_path, MODULES + USERS + kconfig, config).proposal("X")
    assert found.status == "verified"
    assert " ".join(f"{a.name}={a.value}" for a in found.assignments) == expected


def test_a_default_that_says_no_is_made_to_decide(tmp_path: Path) -> None:
    kconfig = USERS + "config V\n\tbool\n\tdefault n if A\n\tdefault y\nconfig X\n\tdef_bool !V\n"
    found = explain(case(tmp_path, kconfig).config, "X").proposal
    assert found is not None
    assert [(a.name, a.value) for a in found.assignments] == [("A", "y")]


def test_what_others_stand_on_comes_first(tmp_path: Path) -> None:
    kconfig = 'config A\n\tbool "A"\nif A\nconfig B\n\tbool "B"\nif B\nconfig X\n\tbool "X"\nendif\nendif\n'
    assert [a.name for a in case(tmp_path, kconfig).proposal("X").assignments] == ["A", "B", "X"]


@pytest.mark.parametrize(
    ("kconfig", "text", "place"),
    [
        ('config X\n\tbool "X"\n\tdepends on PPC64\n', "PPC64 is not defined in Linux  x86; it is in arch/PPC64", 3),
        ("config P\n\tbool\nconfig X\n\tbool\n\tdefault y if P\n", "P is n, and no prompt, select, imply", 5),
        ("config V\n\tdef_bool y\nconfig X\n\tbool\n\tdefault y if !V\n", "V is y, and nothing that a user sets", 5),
        ('config X\n\tbool "X"\n\tdepends on n\n', "the condition is always n, as", 3),
        ('config E\n\tbool\n\toption env="ARCH"\nconfig X\n\tbool\n\tdefault E\n', "E comes from the environment", 6),
        ('config S\n\tstring "S"\nconfig X\n\tbool "X"\n\tdepends on S\n', "S is of type string, which counts as n", 5),
        ("config V\n\tint\n\tdefault 12\nconfig X\n\tdef_bool V > 13\n", "V > ", 5),
    ],
)
def test_an_impossible_one_names_what_stands_in_the_way(tmp_path: Path, kconfig: str, text: str, place: int) -> None:
    config = case(tmp_path, kconfig, dialect="lenient").config
    found = explain(config, "X", homes=lambda name: (f"arch/{name}",)).proposal
    assert found is not None
    assert (found.status, found.assignments) == ("impossible", ())
    (obstacle,) = found.obstacles
    assert obstacle.text.startswith(text)
    assert obstacle.location.line == place


def test_only_what_fails_is_an_obstacle(tmp_path: Path) -> None:
    kconfig = USERS + 'config X\n\tbool "X"\n\tdepends on A && (ARM || ARM64)\n'
    assert [o.name for o in case(tmp_path, kconfig).proposal("X").obstacles] == ["ARM", "ARM64"]


def test_a_contradiction_is_not_called_impossible(tmp_path: Path) -> None:
    found = case(tmp_path, USERS + 'config X\n\tbool "X"\n\tdepends on A && !A\n').proposal("X")
    assert (found.status, found.assignments) == ("unknown", ())
    assert "both on and off" in found.obstacles[0].text


@pytest.mark.parametrize(("prompt", "status", "count"), [(' "S0"', "not verified", 400), ("", "impossible", 0)])
def test_a_long_chain_is_followed_to_its_end(tmp_path: Path, prompt: str, status: str, count: int) -> None:
    lines = [f"config S0\n\tbool{prompt}\n"]
    lines += [f'config S{i}\n\tbool "S{i}"\n\tdepends on S{i - 1}\n' for i in range(1, 400)]
    found = explain(case(tmp_path, "".join(lines)).config, "S399").proposal
    assert found is not None
    assert (found.status, len(found.assignments)) == (status, count)
    assert [o.name for o in found.obstacles] == ([] if count else ["S0"])


def test_a_number_that_users_set_proves_nothing(tmp_path: Path) -> None:
    kconfig = 'config T\n\tstring "T"\nconfig X\n\tbool "X"\n\tdepends on T != ""\n'
    found = case(tmp_path, kconfig).proposal("X")
    assert (found.status, found.assignments) == ("unknown", ())
    assert found.obstacles[0].text == 'T!="" would have to be true (T=)'


def test_a_number_comes_from_the_default_that_has_it(tmp_path: Path) -> None:
    kconfig = USERS + "config N\n\tint\n\tdefault 9 if A\n\tdefault 3\nconfig X\n\tdef_bool N > 5\n"
    found = case(tmp_path, kconfig).proposal("X")
    assert (found.status, [a.name for a in found.assignments]) == ("verified", ["A"])


def test_two_tristates_are_brought_together(tmp_path: Path) -> None:
    kconfig = MODULES + (
        'config S\n\ttristate "S"\nconfig T\n\ttristate "T"\n\tdepends on S\n'
        'config X\n\tbool "X"\n\tdepends on T = S && S != n\n'
    )
    found = case(tmp_path, kconfig, ON).proposal("X")
    values = {a.name: a.value for a in found.assignments}
    assert found.status == "verified"
    assert values["S"] == values["T"]


def test_without_a_resolver_nothing_is_called_verified(tmp_path: Path) -> None:
    found = explain(case(tmp_path, USERS).config, "A").proposal
    assert found is not None
    assert (found.status, [a.name for a in found.assignments]) == ("not verified", ["A"])


def test_a_plan_that_does_not_come_out_is_not_called_verified(tmp_path: Path) -> None:
    it = case(tmp_path, USERS)
    found = it.why("A", resolve_with=lambda assignments: it.config).proposal
    assert found is not None
    assert found.status == "not verified"


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(tree=st.one_of(generated("legacy"), generated("menu")))
def test_a_verified_proposal_works_and_every_part_of_it_is_needed(tmp_path: Path, tree: Generated) -> None:
    it = case(tmp_path, tree.kconfig, tree.config)
    for name, symbol in it.config.model.symbols.items():
        proposal = it.why(name).proposal
        assert (proposal is not None) == (symbol.is_tristate_valued and it.config.values[name] in _LESS[symbol.type])
        if proposal is None or proposal.status != "verified":
            continue
        plan = {a.name: a.value for a in proposal.assignments}
        assert TRISTATES[it.again(plan).values[name]] >= proposal.value
        for part in plan:
            fewer = {n: v for n, v in plan.items() if n != part}
            assert not fewer or TRISTATES[it.again(fewer).values[name]] < proposal.value


_LESS = {"bool": {"n"}, "tristate": {"n", "m"}}


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(tree=st.one_of(generated("legacy"), generated("menu")), data=st.data())
def test_what_is_called_impossible_does_not_come_out_of_random_configs(
    tmp_path: Path, tree: Generated, data: st.DataObject
) -> None:
    it = case(tmp_path, tree.kconfig, tree.config)
    modules = it.config.model.modules or ""
    users = [s for s in it.config.model.symbols.values() if s.prompt and s.is_tristate_valued]
    given_values = {s.name: data.draw(st.sampled_from("ny" if s.type == "bool" else "nmy")) for s in users}
    if modules in given_values and it.config.values[modules] == "y":
        # Modules are never turned off to make an m a y.
        given_values[modules] = "y"
    other = it.again(given_values)
    for name in it.config.model.symbols:
        proposal = explain(it.config, name).proposal
        if proposal is not None and proposal.status == "impossible":
            assert TRISTATES[other.values[name]] < proposal.value


@given(
    op=st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
    number=st.integers(-50, 5000),
    type_=st.sampled_from(("int", "hex")),
)
@example(op=">", number=-1, type_="hex")
@example(op="!=", number=-1, type_="hex")
@example(op="<", number=0, type_="hex")
@example(op=">=", number=-2, type_="hex")
def test_the_number_beside_another_fulfils_the_comparison(op: CompareOp, number: int, type_: SymbolType) -> None:
    text = hex(number) if type_ == "hex" else str(number)
    found = beside(op, text, type_)
    if type_ == "hex" and (op, number) in ((">", -1), ("<", 0)):
        # Nothing is above the largest hex value, or below the least.
        assert found is None
        return
    assert found is not None
    assert type_ != "hex" or not found.startswith("-")
    assert holds(op, compare(Operand(text=found, type=type_), Operand(text=text, type=type_)))


@pytest.mark.parametrize(
    ("op", "text", "type_"), [("!=", "a", "string"), ("<", "a", "string"), ("=", "x", "int"), ("=", "y", "bool")]
)
def test_a_value_is_never_made_up(op: CompareOp, text: str, type_: SymbolType) -> None:
    assert beside(op, text, type_) is None
