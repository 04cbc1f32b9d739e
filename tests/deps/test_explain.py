"""Rule: an explanation says what holds a symbol back at each of its definitions, and which lines could turn it on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from analyzer.deps import explain
from analyzer.errors import UsageError
from analyzer.model.expr import Tristate
from tests.configs.generate import Generated, generated
from tests.deps.cases import case

MODULES = "config MODULES\n\tbool\n\tmodules\n\tdefault y\n"
USERS = 'config A\n\tbool "A"\nconfig B\n\tbool "B"\nconfig C\n\tbool "C"\n'


def test_each_definition_says_what_it_needs_and_what_fails(tmp_path: Path) -> None:
    kconfig = USERS + (
        'if A\nconfig X\n\tbool "X" if C\n\tdepends on B\nendif\n'
        'menu "m"\n\tvisible if C\nconfig X\n\tbool "X"\n\tdepends on A || B\nendmenu\n'
    )
    first, second = case(tmp_path, kconfig, "CONFIG_B=y\n").why("X").definitions
    assert [(r.source, r.text, str(r.location), r.value.name) for r in first.requirements] == [
        ("if", "if A", "Kconfig:7", "n"),
        ("depends on", "depends on B", "Kconfig:10", "y"),
        ("prompt", 'prompt "X" if C', "Kconfig:9", "n"),
    ]
    assert [bool(r.failures) for r in first.requirements] == [True, False, True]
    assert (first.value, first.visible) == (Tristate.n, Tristate.n)
    assert [(r.source, bool(r.failures)) for r in second.requirements] == [("depends on", False), ("visible if", True)]
    assert (second.value, second.visible) == (Tristate.y, Tristate.n)


def test_a_module_says_what_keeps_it_from_being_built_in(tmp_path: Path) -> None:
    kconfig = MODULES + 'config A\n\ttristate "A"\nconfig X\n\ttristate "X"\n\tdepends on A\n'
    found = case(tmp_path, kconfig, "CONFIG_A=m\nCONFIG_X=y\n").why("X")
    assert found.value == "m"
    (definition,) = found.definitions
    (failure,) = definition.requirements[0].failures
    assert [(m.name, m.value) for m in failure.mentions] == [("A", "m")]
    assert found.proposal is not None
    assert [(a.name, a.value, a.current) for a in found.proposal.assignments] == [("A", "y", "m")]


def test_the_lines_that_could_turn_on_a_symbol_without_prompt(tmp_path: Path) -> None:
    kconfig = USERS + (
        "config X\n\tbool\n\tdefault n if A\n\tdefault y if B\n"
        'config S\n\tbool "S"\n\tdepends on C\n\tselect X if B\n'
        'config I\n\tbool "I"\n\timply X\n'
    )
    found = case(tmp_path, kconfig, "CONFIG_A=y\n").why("X").openings
    assert [(o.kind, o.name, o.text, [m.name for f in o.missing for m in f.mentions]) for o in found] == [
        ("select", "S", "select X if B", ["S", "C", "B"]),
        ("imply", "I", "imply X", ["I"]),
        # The default that comes first decides, though it says n.
        ("default", "X", "default y if B", ["B", "A"]),
    ]


def test_a_symbol_that_shows_lists_no_other_lines(tmp_path: Path) -> None:
    kconfig = 'config X\n\tbool "X"\nconfig S\n\tbool "S"\n\tselect X\n'
    assert case(tmp_path, kconfig).why("X").openings == ()


def test_a_symbol_that_is_on_has_nothing_to_propose(tmp_path: Path) -> None:
    found = case(tmp_path, USERS, "CONFIG_A=y\n").why("A")
    assert (found.definitions, found.openings, found.proposal) == ((), (), None)


def test_a_number_that_its_dependency_keeps_empty(tmp_path: Path) -> None:
    found = case(tmp_path, USERS + 'config N\n\tint "N"\n\tdepends on A\n\tdefault 3\n').why("N")
    assert (found.value, found.type, found.steps[0].kind) == ("", "int", "unmet")
    assert found.definitions[0].requirements[0].failures
    assert found.proposal is None


def test_an_unknown_symbol_is_refused_with_the_nearest_and_with_where_it_is(tmp_path: Path) -> None:
    config = case(tmp_path, "config DMA_OPS\n\tbool\n").config
    with pytest.raises(UsageError, match="DMA_OP is not defined in Linux") as caught:
        explain(config, "DMA_OP", homes=lambda name: (f"arch/alpha/{name}",))
    assert "arch/alpha/DMA_OP" in caught.value.message
    assert caught.value.hint == "did you mean DMA_OPS?"


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(tree=generated("menu"))
def test_the_same_config_is_explained_the_same_way(tmp_path: Path, tree: Generated) -> None:
    once, again = case(tmp_path, tree.kconfig, tree.config), case(tmp_path, tree.kconfig, tree.config)
    for name in once.config.model.symbols:
        first = explain(once.config, name)
        assert first == explain(again.config, name)
        if first.steps[0].kind == "unmet":
            assert any(r.failures for d in first.definitions for r in d.requirements)
