"""Rule: every line that ties two names together is an edge with its place and its whole condition."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from analyzer.deps import connect, neighbourhood
from analyzer.deps.connect import network
from analyzer.errors import UsageError
from analyzer.model.expr import names, show
from analyzer.model.graph import EDGE_KINDS, EdgeKind
from tests.configs.generate import Generated, generated
from tests.deps.cases import case, model

KCONFIG = (
    'config A\n\tbool "A"\n'
    "if A\n"
    'config B\n\tbool "B"\n\tdepends on C || NOWHERE\n\tselect D if C\n\timply E\n\tdefault C if G\n'
    "endif\n"
    'config C\n\tbool "C"\n'
    "config D\n\tbool\n"
    "config E\n\tbool\n"
    'config G\n\tbool "G"\n'
    'choice\n\tprompt "c"\n\tdefault F if A\nconfig F\n\tbool "F" if C\nendchoice\n'
)
CHOICE = '<choice "c" Kconfig:19>'


def test_each_kind_of_edge(tmp_path: Path) -> None:
    graph = connect(model(tmp_path, KCONFIG, "menu"))
    assert [(e.kind, e.source, e.target, show(e.condition), e.location.line) for e in graph.edges] == [
        ("depends", "B", "A", "A", 3),
        ("depends", "B", "C", "C || NOWHERE", 6),
        ("depends", "B", "NOWHERE", "C || NOWHERE", 6),
        ("selects", "B", "D", "B && A && (C || NOWHERE) && C", 7),
        ("implies", "B", "E", "B && A && (C || NOWHERE)", 8),
        ("default", "B", "C", "A && (C || NOWHERE) && G", 9),
        ("default", "B", "G", "A && (C || NOWHERE) && G", 9),
        ("choice", "F", CHOICE, "C", 22),
        ("default", CHOICE, "F", "A", 21),
        ("default", CHOICE, "A", "A", 21),
    ]
    assert graph.names == ("A", "B", "C", "D", "E", "G", "F", CHOICE, "NOWHERE")


def test_that_a_member_stands_in_its_choice_is_said_once(tmp_path: Path) -> None:
    graph = connect(model(tmp_path, KCONFIG, "legacy"))
    assert [(e.kind, e.target) for e in graph.edges if e.source == "F"] == [("choice", CHOICE)]


def test_networkx_gets_every_edge_with_its_attributes(tmp_path: Path) -> None:
    graph = connect(model(tmp_path, KCONFIG, "menu"))
    net = network(graph)
    assert sorted(net) == sorted(graph.names)
    assert net.number_of_edges() == len(graph.edges)
    found = [(data["kind"], data["location"].line) for data in net.get_edge_data("B", "D").values()]
    assert found == [("selects", 7)]
    assert network(graph, ["implies"]).number_of_edges() == 1


def test_a_neighbourhood_has_values_and_distances(tmp_path: Path) -> None:
    config = case(tmp_path, KCONFIG, "CONFIG_A=y\nCONFIG_C=y\nCONFIG_B=y\n", "menu").config
    near = neighbourhood(config, connect(config.model), "D", depth=2, kinds=("selects", "depends"))
    assert [(n.name, n.value, n.distance) for n in near.nodes] == [
        ("D", "y", 0),
        ("B", "y", 1),
        ("A", "y", 2),
        ("C", "y", 2),
        ("NOWHERE", "n", 2),
    ]
    assert near.nodes[-1].location is None
    assert str(near.nodes[1].location) == "Kconfig:4"
    assert near.kinds == ("depends", "selects")
    assert [(v.edge.kind, v.edge.target, v.value.name) for v in near.edges] == [
        ("depends", "A", "y"),
        ("depends", "C", "y"),
        ("depends", "NOWHERE", "y"),
        ("selects", "D", "y"),
    ]


def test_depth_zero_is_the_name_alone(tmp_path: Path) -> None:
    config = case(tmp_path, KCONFIG).config
    near = neighbourhood(config, connect(config.model), "B", depth=0)
    assert ([n.name for n in near.nodes], near.edges) == (["B"], ())


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    config = case(tmp_path, KCONFIG).config
    graph = connect(config.model)
    with pytest.raises(UsageError, match="depth of -1"):
        neighbourhood(config, graph, "B", depth=-1)
    with pytest.raises(UsageError, match="NOWHER is not defined") as caught:
        neighbourhood(config, graph, "NOWHER")
    assert caught.value.hint == "did you mean NOWHERE?"


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    tree=st.one_of(generated("legacy"), generated("menu")),
    depth=st.integers(0, 3),
    kinds=st.lists(st.sampled_from(EDGE_KINDS), unique=True),
    data=st.data(),
)
def test_a_neighbourhood_is_closed_and_reached_edge_by_edge(
    tmp_path: Path, tree: Generated, depth: int, kinds: list[EdgeKind], data: st.DataObject
) -> None:
    config = case(tmp_path, tree.kconfig, tree.config).config
    graph = connect(config.model)
    # A tree may have comments alone.
    assume(graph.names)
    near = neighbourhood(config, graph, data.draw(st.sampled_from(graph.names)), depth=depth, kinds=kinds)
    distance = {node.name: node.distance for node in near.nodes}
    assert near.nodes[0].name == near.centre
    assert all(0 <= d <= depth for d in distance.values())
    touching = [e for e in graph.edges if e.kind in kinds and (e.source in distance or e.target in distance)]
    assert [v.edge for v in near.edges] == [e for e in touching if e.source in distance and e.target in distance]
    for edge in touching:
        ends = [distance.get(edge.source, depth + 1), distance.get(edge.target, depth + 1)]
        assert abs(ends[0] - ends[1]) <= 1
    for node in near.nodes[1:]:
        assert any(
            node.name in {v.edge.source, v.edge.target}
            and node.distance - 1 in {distance[v.edge.source], distance[v.edge.target]}
            for v in near.edges
        )


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(tree=st.one_of(generated("legacy"), generated("menu")))
def test_every_name_of_a_dependency_and_every_select_is_an_edge(tmp_path: Path, tree: Generated) -> None:
    read = model(tmp_path, tree.kconfig)
    graph = connect(read)
    ties = {(e.kind, e.source, e.target, e.location) for e in graph.edges}
    for symbol in read.symbols.values():
        for definition in symbol.definitions:
            for dependency in definition.dependencies:
                for name in names(dependency.expr):
                    assert name == symbol.choice or ("depends", symbol.name, name, dependency.location) in ties
            assert all(("selects", symbol.name, s.target, s.location) in ties for s in definition.selects)
            assert all(("implies", symbol.name, s.target, s.location) in ties for s in definition.implies)
