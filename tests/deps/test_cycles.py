"""Rule: a loop is found where sym_check_deps() of scripts/kconfig/symbol.c finds one, with the line of every edge."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.deps import find_cycles
from analyzer.model.graph import Cycle
from tests.configs.generate import Generated, generated
from tests.deps.cases import model

SYMBOL = 'config {0}\n\tbool "{0}"\n'
CHOICE = 'choice\n\tprompt "c"{}\nconfig M1\n\tbool "1"{}\nconfig M2\n\tbool "2"{}\nendchoice\n'


def told(cycle: Cycle) -> list[str]:
    return [f"{edge.source} {edge.kind} {edge.target} {edge.location.line}" for edge in cycle.edges]


@pytest.mark.parametrize(
    ("kconfig", "edges"),
    [
        (SYMBOL.format("A") + "\tdepends on A\n", ["A depends on A 3"]),
        (SYMBOL.format("A") + "\tselect A\n", ["A is selected by A 3"]),
        ("config A\n\tdef_bool !A\n", ["A default A 2"]),
        (SYMBOL.format("A") + "\timply A if A\n", ["A is implied by A 3"]),
        ('config A\n\tbool "A" if A = n\n', ["A prompt A 2"]),
        ('menu "m"\n\tvisible if A\nconfig A\n\tbool "A"\nendmenu\n', ["A visible if A 2"]),
        ('config A\n\tint "A"\n\trange 1 5 if A > 3\n', ["A range A 3"]),
        (
            SYMBOL.format("A") + "\tdepends on B\n" + SYMBOL.format("B") + "\tdepends on A\n",
            ["A depends on B 3", "B depends on A 6"],
        ),
        (
            SYMBOL.format("A") + "\tselect B if C\nconfig B\n\tbool\nconfig C\n\tdef_bool B\n",
            ["B is selected by C 3", "C default B 7"],
        ),
        (CHOICE.format("", "\n\tdepends on M2", ""), ["M1 depends on M2 5", "M2 is part of <choice> 6"]),
        (CHOICE.format("", "", "\n\tselect M1"), ["M1 is selected by M2 7", "M2 is part of <choice> 5"]),
        (CHOICE.format(" if M1", "", ""), ["<choice> prompt M1 2", "M1 is part of <choice> 3"]),
    ],
)
def test_a_loop_names_every_hop_and_its_line(tmp_path: Path, kconfig: str, edges: list[str]) -> None:
    (cycle,) = find_cycles(model(tmp_path, kconfig))
    assert [line.replace('<choice "c" Kconfig:1>', "<choice>") for line in told(cycle)][: len(edges)] == edges


@pytest.mark.parametrize(
    "kconfig",
    [
        SYMBOL.format("A") + "\tdepends on B\n" + SYMBOL.format("B") + "\tselect A\n",
        CHOICE.format("", "", ""),
        CHOICE.format("", "", "") + SYMBOL.format("A") + "\tdepends on M1 && M2\n",
        # Which member a default names is the choice's own matter.
        CHOICE.format("\n\tdefault M2", "", ""),
        # A range's bounds are not followed.
        'config A\n\tint "A"\n\trange B 5\nconfig B\n\tint\n\tdefault 1 if A = 3\n',
    ],
)
def test_what_is_no_loop(tmp_path: Path, kconfig: str) -> None:
    assert find_cycles(model(tmp_path, kconfig)) == ()


def test_each_set_of_symbols_that_need_each_other_is_one_loop_in_the_order_of_the_tree(tmp_path: Path) -> None:
    pairs = (("C", "D"), ("A", "B"), ("F", "E"))
    kconfig = "".join(f"config {a}\n\tdef_bool {b}\nconfig {b}\n\tdef_bool {a}\n" for a, b in pairs)
    found = find_cycles(model(tmp_path, kconfig))
    assert [tuple(edge.source for edge in cycle.edges) for cycle in found] == list(pairs)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_hops_join_up_and_there_is_a_loop_exactly_when_some_symbol_reaches_itself(
    tmp_path: Path, edges: list[tuple[int, int]]
) -> None:
    needs = {i: sorted({b for a, b in edges if a == i}) for i in range(8)}
    kconfig = "".join(f"config S{i}\n\tbool\n" + "".join(f"\tdefault y if S{j}\n" for j in needs[i]) for i in range(8))
    reach = {i: set(needs[i]) for i in range(8)}
    for middle in range(8):
        for i in range(8):
            if middle in reach[i]:
                reach[i] |= reach[middle]
    found = find_cycles(model(tmp_path, kconfig))
    assert bool(found) == any(i in reach[i] for i in range(8))
    for cycle in found:
        for edge, following in zip(cycle.edges, (*cycle.edges[1:], cycle.edges[0]), strict=True):
            assert edge.target == following.source
            assert int(edge.target[1:]) in needs[int(edge.source[1:])]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(tree=st.one_of(generated("legacy"), generated("menu")))
def test_a_sound_tree_has_none(tmp_path: Path, tree: Generated) -> None:
    found = find_cycles(model(tmp_path, tree.kconfig))
    # The exception that generate.py names: a member that depends on another is a loop, for conf as well.
    assert [cycle for cycle in found if all(edge.kind != "contains" for edge in cycle.edges)] == []
