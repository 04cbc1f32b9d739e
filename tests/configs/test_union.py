"""Rule: in the union of two models a config resolves as in the first with all switches off, as in the second with all
on, and with one on as in the first model with that entry read as in the second."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.configs.answers import accept
from analyzer.configs.compile import compile_model
from analyzer.configs.mixing import Mixture
from analyzer.configs.run import Planes
from analyzer.configs.union import Union, unite
from analyzer.deps.components import strongly_connected
from analyzer.errors import SourceError
from analyzer.model.config import ConfigSource
from analyzer.model.kconfig import KconfigModel
from tests.configs.generate import generated
from tests.configs.small import DIALECTS, DialectName, Small, config_source, small


def united(a: KconfigModel, b: KconfigModel) -> Union:
    tied: list[frozenset[str]] = []
    for _ in range(5):
        union = unite(a, b, tied)
        if not (components := strongly_connected(union.model)):
            return union
        tied += components
    raise AssertionError("components that no tie unravels")


def tree(folder: Path, kconfig: str, dialect: DialectName = "legacy") -> Small:
    folder.mkdir(exist_ok=True)
    (folder / "Kconfig").write_text(kconfig)
    return small(folder, DIALECTS[dialect])


def run(union: Union, a: ConfigSource, b: ConfigSource, taken: dict[str, int], lanes: int) -> Planes:
    """Lanes of a mixture of `a` in the first model and `b` in the second."""
    ends = union.turned("n"), union.turned("y")
    sides = [
        replace(source, assignments=(*union.lines(source.assignments), *end))
        for source, end in zip((a, b), ends, strict=True)
    ]
    first, second = ((side, accept(union.model, side.assignments)) for side in sides)
    mixed = Mixture(compile_model(union.model), union.model, first, second)
    return mixed.run({key: taken.get(key, taken.get("*", 0)) for key in mixed.keys}, lanes)


def changed(data: st.DataObject, kconfig: str) -> str:
    """The tree with some lines of properties gone, doubled, or with another value."""
    lines = kconfig.split("\n")
    loose = [i for i, line in enumerate(lines) if re.match(r"\t(depends on|default|select|imply|range)", line)]
    for at in data.draw(st.lists(st.sampled_from(loose), unique=True, max_size=6)) if loose else []:
        lines[at] = data.draw(st.sampled_from(("", lines[at] + "\n" + lines[at], _turned(lines[at]))))
    prompts = [i for i, line in enumerate(lines) if re.fullmatch(r"\t(bool|tristate) \".*\"", line)]
    for at in data.draw(st.lists(st.sampled_from(prompts), unique=True, max_size=2)) if prompts else []:
        if "choice" not in lines[at] and "member" not in lines[at]:
            lines[at] = lines[at].split(" ")[0]
    return "\n".join(lines)


def _turned(line: str) -> str:
    return re.sub(r"\b[yn]\b", lambda found: "ny"[found[0] == "n"], line)


def test_a_definition_without_dependencies_does_not_count_beside_others(tmp_path: Path) -> None:
    """What an imply can do hangs on those that have some: S4 stays off in both, though one prompt goes."""
    text = (
        "config S0\n\tbool\n\tdefault y\nconfig S1\n\tbool\n\tdefault y\n\timply S4\n"
        "config S4\n\tbool{prompt}\nconfig S4\n\tbool\n\tdepends on !S0\n"
    )
    a, b = (tree(tmp_path / name, text.format(prompt=prompt)) for name, prompt in (("a", ' "S4"'), ("b", "")))
    union, source = united(a.model, b.model), config_source("")
    planes = run(union, source, source, {"*": 0b10}, 2)
    assert [planes.value("S4", lane) for lane in (0, 1)] == ["n", "n"]
    assert [side.resolve(source).values["S4"] for side in (a, b)] == ["n", "n"]


@pytest.mark.parametrize("dialect", ["legacy", "menu"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_the_ends_are_the_models(dialect: DialectName, tmp_path: Path, data: st.DataObject) -> None:
    generated_tree = data.draw(generated(dialect))
    source = config_source(generated_tree.config)
    try:
        a = tree(tmp_path / "a", generated_tree.kconfig, dialect)
        b = tree(tmp_path / "b", changed(data, generated_tree.kconfig), dialect)
    except SourceError:
        return
    union = united(a.model, b.model)
    planes = run(union, source, source, {"*": 0b10}, 2)
    for lane, side in enumerate((a, b)):
        values = side.resolve(source).values
        told = {name: planes.value(name, lane) for name in values if name not in union.unlike}
        assert told == {name: values[name] for name in told}


HANGING = """
config MODULES
	bool
	modules
choice
	tristate
	prompt "choice"
config A
	tristate "a"
config B
	tristate "b"
config BELOW
	tristate "below"
	depends on B
endchoice
"""


def test_what_hangs_below_a_member_goes_with_its_choice(tmp_path: Path) -> None:
    a, b = tree(tmp_path / "a", HANGING), tree(tmp_path / "b", HANGING.replace('tristate "a"', "tristate"))
    assert [choice.members for choice in a.model.choices.values()] == [("A", "B")]
    source = config_source("CONFIG_B=y\nCONFIG_BELOW=y\n")
    planes = run(united(a.model, b.model), source, source, {"*": 0b10}, 2)
    assert [planes.value("BELOW", lane) for lane in (0, 1)] == ["y", "y"]


BASE = """
config MODULES
	bool "modules"
	modules
	default y
config A
	bool "a"
	default y
config S
	tristate "s"
	select T
config T
	tristate
config U
	bool
	default y if T
"""


@pytest.mark.parametrize(
    ("old", "new", "name", "value"),
    [
        ('"a"\n\tdefault y', '"a"', "A", "n"),
        ("\tselect T\n", "", "T", "n"),
        ("default y if T", "default y if T=y", "U", "n"),
        ("config T\n\ttristate", "config T\n\tbool", "T", "y"),
        ("config U\n\tbool\n\tdefault y if T\n", "", "U", "n"),
    ],
    ids=["a default", "a select", "a condition", "a type", "gone"],
)
def test_one_switch_is_one_entry(tmp_path: Path, old: str, new: str, name: str, value: str) -> None:
    a, b = tree(tmp_path / "a", BASE), tree(tmp_path / "b", BASE.replace(old, new))
    source = config_source("CONFIG_S=m\n")
    union = united(a.model, b.model)
    (switch,) = union.switches
    planes = run(union, source, source, {switch: 0b10}, 2)
    assert planes.value(name, 0) == a.resolve(source).values[name] != value
    assert planes.value(name, 1) == value


def test_what_only_stands_elsewhere_or_is_called_otherwise_is_the_same(tmp_path: Path) -> None:
    a = tree(tmp_path / "a", BASE)
    b = tree(tmp_path / "b", "# a comment\n\n" + BASE.replace('"a"', '"another prompt"'))
    assert unite(a.model, b.model).switches == {}


CHOICE = """
choice
	prompt "c"
	default C2
config C1
	bool "c1"
config C2
	bool "c2"
endchoice
"""


def test_a_choice_is_one_entry(tmp_path: Path) -> None:
    a, b = tree(tmp_path / "a", CHOICE), tree(tmp_path / "b", CHOICE.replace("default C2", "default C1"))
    source = config_source("")
    union = united(a.model, b.model)
    assert [set(names) for names in union.switches.values()] == [{"C1", "C2"}]
    planes = run(union, source, source, dict.fromkeys(union.switches, 0b10), 2)
    assert [planes.value("C1", lane) for lane in (0, 1)] == ["n", "y"]
    assert [planes.value("C2", lane) for lane in (0, 1)] == ["y", "n"]


def test_entries_that_would_need_each_other_share_a_switch(tmp_path: Path) -> None:
    def kconfig(first: str, second: str) -> str:
        return f'config X\n\tbool "x"\n{first}config Y\n\tbool "y"\n{second}'

    a = tree(tmp_path / "a", kconfig("\tdepends on Y\n", ""))
    b = tree(tmp_path / "b", kconfig("", "\tdepends on X\n"))
    assert strongly_connected(unite(a.model, b.model).model)
    union = united(a.model, b.model)
    assert [set(names) for names in union.switches.values()] == [{"X", "Y"}]
    source = config_source("CONFIG_X=y\n")
    planes = run(union, source, source, dict.fromkeys(union.switches, 0b10), 2)
    assert [planes.value("X", lane) for lane in (0, 1)] == ["n", "y"]


def test_a_number_that_became_a_bool_is_named(tmp_path: Path) -> None:
    a = tree(tmp_path / "a", "config N\n\tint\n\tdefault 5\n")
    b = tree(tmp_path / "b", "config N\n\tbool\n\tdefault y\n")
    union = united(a.model, b.model)
    assert union.unlike == {"N"}
    assert not union.switches
