"""Rule: an unmet dependency is found where sym_warn_unmet_dep() of scripts/kconfig/symbol.c warns of one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.deps import find_unmet
from tests.deps.cases import case

MODULES = "config MODULES\n\tbool\n\tmodules\n\tdefault y\n"
SELECTOR = 'config S\n\ttristate "S"\n\tselect X{}\n'


def test_both_lines_are_named(tmp_path: Path) -> None:
    kconfig = 'config A\n\tbool "A"\n' + SELECTOR.format(" if !A") + 'config X\n\tbool "X"\n\tdepends on A && BROKEN\n'
    (found,) = find_unmet(case(tmp_path, kconfig, "CONFIG_S=y\n").config)
    assert (found.name, found.value, found.forced.name, found.allowed.name) == ("X", "y", "y", "n")
    (select,) = found.selects
    assert (select.name, select.text, str(select.location)) == ("S", "select X if !A", "Kconfig:5")
    assert [(m.name, m.value) for m in select.mentions] == [("S", "y"), ("A", "n")]
    (definition,) = found.definitions
    (requirement,) = definition.requirements
    assert (requirement.text, str(requirement.location)) == ("depends on A && BROKEN", "Kconfig:8")
    assert [m.name for f in requirement.failures for m in f.mentions] == ["A", "BROKEN"]


@pytest.mark.parametrize(
    ("kconfig", "config", "expected"),
    [
        pytest.param("config X\n\tbool\n\tdepends on n\n", "CONFIG_S=y\n", ["X"], id="selected"),
        pytest.param("config X\n\tbool\n\tdepends on n\n", "", [], id="not selected"),
        pytest.param("config X\n\tbool\n", "CONFIG_S=y\n", [], id="no dependency"),
        pytest.param("config X\n\ttristate\n\tdepends on m\n", "CONFIG_S=y\n", ["X"], id="forced past m"),
        pytest.param("config X\n\ttristate\n\tdepends on m\n", "CONFIG_S=m\n", [], id="m is enough for m"),
        pytest.param("config X\n\tbool\n\tdepends on m\n", "CONFIG_S=y\n", [], id="m is enough for a bool"),
        pytest.param("config X\n\tbool\n\tdepends on n\n", "CONFIG_S=m\n", ["X"], id="m forces a bool"),
        pytest.param(
            "config X\n\tbool\n\tdepends on n\nconfig X\n\tdepends on y\n",
            "CONFIG_S=y\n",
            [],
            id="one definition is met",
        ),
        pytest.param(
            "config X\n\tbool\n\tdepends on n\nconfig X\n\tbool\n",
            "CONFIG_S=y\n",
            ["X"],
            id="a definition without dependency does not count beside one that has one",
        ),
        pytest.param('config X\n\tbool "X" if n\n', "CONFIG_S=y\n", [], id="a prompt's if is no dependency"),
        pytest.param('menu "m"\n\tvisible if n\nconfig X\n\tbool "X"\nendmenu\n', "CONFIG_S=y\n", [], id="visible if"),
        pytest.param("if n\nconfig X\n\tbool\nendif\n", "CONFIG_S=y\n", ["X"], id="an enclosing if is one"),
        pytest.param(
            'choice\n\tprompt "c"\nconfig X\n\tbool "X"\n\tdepends on n\nendchoice\n', "CONFIG_S=y\n", [], id="a member"
        ),
        pytest.param("config X\n\tint\n\tdepends on n\n", "CONFIG_S=y\n", [], id="a number"),
    ],
)
def test_what_counts(tmp_path: Path, kconfig: str, config: str, expected: list[str]) -> None:
    resolved = case(tmp_path, MODULES + SELECTOR.format("") + kconfig, config).config
    found = find_unmet(resolved)
    assert [unmet.name for unmet in found] == expected
    assert find_unmet(replace(resolved, forced=None)) == found


def test_only_dependencies_are_told(tmp_path: Path) -> None:
    kconfig = SELECTOR.format("") + (
        'menu "m"\n\tvisible if NOWHERE\nconfig X\n\tbool "X" if NOWHERE\n\tdepends on BROKEN\nendmenu\n'
    )
    (found,) = find_unmet(case(tmp_path, kconfig, "CONFIG_S=y\n").config)
    assert [(d.visible, [r.text for r in d.requirements]) for d in found.definitions] == [(None, ["depends on BROKEN"])]


def test_m_counts_as_y_without_modules(tmp_path: Path) -> None:
    kconfig = 'config S\n\tbool "S"\n\tselect X\nconfig X\n\ttristate\n\tdepends on m\n'
    (found,) = find_unmet(case(tmp_path, kconfig, "CONFIG_S=y\n").config)
    assert (found.forced.name, found.allowed.name) == ("y", "n")


def test_every_active_select_is_named_and_no_other(tmp_path: Path) -> None:
    kconfig = (
        "".join(f'config S{i}\n\tbool "S{i}"\n\tselect X\n' for i in range(4))
        + "config X\n\tdef_bool n\n\tdepends on n\n"
    )
    (found,) = find_unmet(case(tmp_path, kconfig, "CONFIG_S0=y\nCONFIG_S2=y\n").config)
    assert [select.name for select in found.selects] == ["S0", "S2"]
