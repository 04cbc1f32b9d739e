"""The dependency graph of a tree, and the part of it around one name.

Enters: a `KconfigModel`, and for values a `ResolvedConfig`. Leaves: `DependencyGraph`, `Neighbourhood`. Must hold:
every edge has the place that wrote it and the condition under which it works; networkx objects stay in this room.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from analyzer.deps.conditions import mention
from analyzer.deps.requirements import guarded
from analyzer.deps.similar_names import hint
from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import names
from analyzer.model.graph import EDGE_KINDS, DependencyGraph, Edge, EdgeKind, Neighbourhood, Node, ValuedEdge
from analyzer.model.kconfig import Choice, Definition, KconfigModel, Symbol

if TYPE_CHECKING:
    import networkx as nx


def connect(model: KconfigModel) -> DependencyGraph:
    """All edges of the tree, in the order in which its files are read; each reads `source kind target`."""
    edges = tuple(_edges(model))
    known: dict[str, None] = dict.fromkeys((*model.symbols, *model.choices))
    known.update(dict.fromkeys(edge.target for edge in edges))
    return DependencyGraph(names=tuple(known), edges=edges)


def _edges(model: KconfigModel) -> Iterator[Edge]:
    for symbol in model.symbols.values():
        for definition in symbol.definitions:
            yield from _member_edges(symbol, definition)
            yield from _depends_edges(symbol.name, symbol.choice, definition)
            yield from _select_edges(symbol.name, definition)
            yield from _default_edges(symbol.name, definition)
    for choice in model.choices.values():
        for definition in choice.definitions:
            yield from _depends_edges(choice.key, None, definition)
            yield from _default_edges(choice.key, definition)


def _member_edges(symbol: Symbol, definition: Definition) -> Iterator[Edge]:
    if symbol.choice is not None and definition.prompt is not None:
        yield Edge(
            kind="choice",
            source=symbol.name,
            target=symbol.choice,
            condition=definition.prompt_condition(),
            location=definition.location,
        )


def _depends_edges(source: str, choice: str | None, definition: Definition) -> Iterator[Edge]:
    for dependency in definition.dependencies:
        for target in dict.fromkeys(names(dependency.expr)):
            # That a member stands inside its choice is the "choice" edge already.
            if target != choice:
                yield Edge(
                    kind="depends",
                    source=source,
                    target=target,
                    condition=dependency.expr,
                    location=dependency.location,
                )


def _select_edges(source: str, definition: Definition) -> Iterator[Edge]:
    for line in definition.selects:
        condition = guarded(source, definition, line)
        yield Edge(kind="selects", source=source, target=line.target, condition=condition, location=line.location)
    for line in definition.implies:
        condition = guarded(source, definition, line)
        yield Edge(kind="implies", source=source, target=line.target, condition=condition, location=line.location)


def _default_edges(source: str, definition: Definition) -> Iterator[Edge]:
    for default in definition.defaults:
        for target in dict.fromkeys((*names(default.value), *names(default.condition))):
            condition = definition.under(default.condition)
            yield Edge(kind="default", source=source, target=target, condition=condition, location=default.location)


def network(graph: DependencyGraph, kinds: Collection[EdgeKind] = EDGE_KINDS) -> nx.MultiDiGraph[str]:
    """The graph for networkx: every name a node, every edge of the given kinds with `kind`, `condition` and
    `location`.
    """
    import networkx as nx

    net: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    net.add_nodes_from(graph.names)
    net.add_edges_from(
        (e.source, e.target, {"kind": e.kind, "condition": e.condition, "location": e.location})
        for e in graph.edges
        if e.kind in kinds
    )
    return net


def neighbourhood(
    config: ResolvedConfig,
    graph: DependencyGraph,
    centre: str,
    *,
    depth: int = 1,
    kinds: Collection[EdgeKind] = EDGE_KINDS,
) -> Neighbourhood:
    """Everything within `depth` edges (0: the name alone) of `centre`, followed both ways, with values in `config`.

    `graph` is that of `config.model`. Raises UsageError for a name that the tree does not use, and for a negative
    depth.
    """
    import networkx as nx

    if depth < 0:
        raise UsageError(f"a depth of {depth} makes no sense", hint="0 or more edges")
    net = network(graph, kinds)
    if centre not in net:
        raise UsageError(f"{centre} is not defined in {config.tree.label}", hint=hint(centre, graph.names))
    # Both directions count, so distances are those of the undirected graph.
    distances = nx.single_source_shortest_path_length(net.to_undirected(as_view=True), centre, cutoff=depth)
    order = {name: index for index, name in enumerate(graph.names)}
    near = sorted(distances, key=lambda name: (distances[name], order[name]))
    return Neighbourhood(
        centre=centre,
        depth=depth,
        kinds=tuple(kind for kind in EDGE_KINDS if kind in kinds),
        nodes=tuple(_node(config, name, distances[name]) for name in near),
        edges=tuple(
            ValuedEdge(edge=edge, value=config.value(edge.condition))
            for edge in graph.edges
            if edge.kind in kinds and edge.source in distances and edge.target in distances
        ),
    )


def _node(config: ResolvedConfig, name: str, distance: int) -> Node:
    entry: Symbol | Choice | None = config.model.symbols.get(name) or config.model.choices.get(name)
    return Node(
        name=name,
        value=mention(config, name).value,
        type=entry.type if entry else "unknown",
        prompt=entry.prompt if entry else "",
        location=entry.location if entry else None,
        distance=distance,
    )
