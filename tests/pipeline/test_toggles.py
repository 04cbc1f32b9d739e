"""Rule: every symbol that can be set is turned once, alone, and what changes is what resolving with that line says."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings

from analyzer.model.expr import Tristate
from analyzer.pipeline.build.building import settings_of
from analyzer.pipeline.bytes.toggles import Around, toggles, turned
from analyzer.pipeline.settings import with_settings
from tests.configs.generate import Generated, generated
from tests.pipeline.small_trees import opened

CHOICE = """
config LEAD
	bool "lead"
	select HELD
config HELD
	bool
config ON
	bool "on"
	default y
config STAYS
	bool "stays"
	default y
	select ITSELF
config ITSELF
	bool "selected, so it stays"
choice
	prompt "one of"
config FIRST
	bool "first"
config SECOND
	bool "second"
endchoice
"""


def test_each_kind(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(CHOICE)
    tree = opened(tmp_path, "menu")
    found = {toggle.symbol: toggle for toggle in toggles(tree, tree.resolve("alldefconfig"))}
    assert {name: (toggle.value, toggle.sticks) for name, toggle in found.items()} == {
        "LEAD": ("y", True),
        "ON": ("n", True),
        "STAYS": ("n", True),
        "ITSELF": ("n", False),
        "SECOND": ("y", True),
    }
    assert found["LEAD"].changes == (("LEAD", "n", "y"), ("HELD", "n", "y"))
    assert found["SECOND"].changes == (("SECOND", "n", "y"), ("FIRST", "y", "n"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(drawn=generated("menu"))
def test_any_tree(drawn: Generated, tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(drawn.kconfig)
    tree = opened(tmp_path, "menu")
    base = tree.resolve("alldefconfig")
    found = toggles(tree, base)
    assert len({toggle.symbol for toggle in found}) == len(found)
    for toggle in found:
        there = turned(tree, base, {toggle.symbol: toggle.value})
        changed = {name: value for name, value in there.values.items() if base.values[name] != value}
        assert base.visibility[toggle.symbol] > Tristate.n
        if toggle.sticks:
            assert {name: after for name, _, after in toggle.changes} == changed
            assert toggle.changes[0][0] == toggle.symbol
        else:
            assert (there.values[toggle.symbol] == "n") is (toggle.value != "n")


AROUND = """\
config LEAD
	bool "lead"
	select HELD
config HELD
	bool
config SHOWN
	bool "shown"
	depends on LEAD
	default y
config USUAL
	bool "usual"
	default LEAD
config LEVEL
	int "level"
	default 3 if LEAD
	default 2
config OTHER
	bool "other"
	select BROUGHT
config BROUGHT
	bool "brought"
"""


def test_a_config_as_turns_of_another_has_no_followers(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(AROUND)
    tree = opened(tmp_path, "menu")
    base = tree.resolve("alldefconfig")

    def values(**wanted: str) -> dict[str, str]:
        return settings_of(tree.resolved(with_settings(base, wanted, place="test")))

    around = Around(tree, settings_of(base), [values(LEAD="y"), values(OTHER="y")])
    assert around.turns(settings_of(base)) == frozenset()
    # USUAL and LEVEL have a line in the .config, which says otherwise than their defaults do then.
    led = {("LEAD", "y"), ("USUAL", "y"), ("LEVEL", "3")}
    assert around.turns(values(LEAD="y")) == led
    assert around.turns(values(LEAD="y", OTHER="y")) == led | {("OTHER", "y")}
    assert around.brings["LEAD", "y"] == {"LEAD", "HELD", "SHOWN"}
    # What one option brings is no turn beside it, and what does not follow as it would is none of its own.
    assert around.turns(values(OTHER="y", BROUGHT="y")) == {("OTHER", "y")}
    assert around.turns(values(BROUGHT="y")) == {("BROUGHT", "y")}
