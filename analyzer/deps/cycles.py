"""Dependency loops: symbols whose value would need itself.

Enters: a `KconfigModel`. Leaves: `Cycle` values. Must hold: a tree has a cycle here exactly when sym_check_deps() of
scripts/kconfig/symbol.c stops at one, up to conditions that the kernel simplifies away before it looks (`A || !A`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.model.expr import Expr, Location, names
from analyzer.model.graph import Cycle, LoopEdge, LoopEdgeKind
from analyzer.model.kconfig import Choice, Definition, KconfigModel

if TYPE_CHECKING:
    import networkx as nx


def find_cycles(model: KconfigModel) -> tuple[Cycle, ...]:
    """One loop for every set of symbols that need each other, in the order of the tree; () for a sound tree."""
    import networkx as nx

    first: dict[tuple[str, str], LoopEdge] = {}
    for edge in _edges(model):
        source, target = owner(model, edge.source), owner(model, edge.target)
        # A member stands inside its choice: that is how choices work, and no loop. Needing another member is one.
        if source != target or edge.target != target or edge.source == edge.target:
            first.setdefault((source, target), edge)
    net: nx.DiGraph[str] = nx.DiGraph()
    net.add_edges_from(first)
    order = {name: index for index, name in enumerate(net)}
    cycles = []
    for component in nx.strongly_connected_components(net):
        start = min(component, key=order.__getitem__)
        if len(component) > 1 or net.has_edge(start, start):
            path = _shortest_loop(net.subgraph(component), start)
            edges = [first[pair] for pair in zip(path, (*path[1:], start), strict=True)]
            cycles.append((order[start], Cycle(edges=tuple(_joined(model, edges)))))
    return tuple(cycle for _, cycle in sorted(cycles, key=lambda row: row[0]))


def _shortest_loop(net: nx.DiGraph[str], start: str) -> list[str]:
    import networkx as nx

    paths = nx.single_source_shortest_path(net, start)
    return min((paths[name] for name in net.predecessors(start)), key=lambda path: (len(path), path))


def owner(model: KconfigModel, name: str) -> str:
    """A choice and its members are checked as one (sym_check_choice_deps()): the choice's key stands for all."""
    symbol = model.symbols.get(name)
    return symbol.choice if symbol is not None and symbol.choice is not None else name


def _joined(model: KconfigModel, edges: list[LoopEdge]) -> Iterator[LoopEdge]:
    """The loop with the edges put in that lead from one member of a choice to another."""
    for edge, following in zip(edges, (*edges[1:], edges[0]), strict=True):
        yield edge
        at, wanted = edge.target, following.source
        if at == wanted:
            continue
        choice = model.choices[owner(model, at)]
        if at != choice.key:
            yield LoopEdge(kind="is part of", source=at, target=choice.key, location=model.symbols[at].location)
        if wanted != choice.key:
            yield LoopEdge(kind="contains", source=choice.key, target=wanted, location=choice.location)


def _edges(model: KconfigModel) -> Iterator[LoopEdge]:
    """What the value of each symbol needs, edge by edge, as sym_check_sym_deps() looks at it."""
    for symbol in model.symbols.values():
        for definition in symbol.definitions:
            for dependency in definition.dependencies:
                yield from _each("depends on", symbol.name, (dependency.expr,), dependency.location)
            yield from _prompt_edges(symbol.name, definition)
            for default in definition.defaults:
                yield from _each("default", symbol.name, (default.condition, default.value), default.location)
            for bounds in definition.ranges:
                yield from _each("range", symbol.name, (bounds.condition,), bounds.location)
            # What the selector depends on, it needs itself; only the line's own `if` comes on top.
            for line in definition.selects:
                yield LoopEdge(kind="is selected by", source=line.target, target=symbol.name, location=line.location)
                yield from _each("is selected by", line.target, (line.condition,), line.location)
            for line in definition.implies:
                yield LoopEdge(kind="is implied by", source=line.target, target=symbol.name, location=line.location)
                yield from _each("is implied by", line.target, (line.condition,), line.location)
    for choice in model.choices.values():
        yield from _choice_edges(choice)


def _choice_edges(choice: Choice) -> Iterator[LoopEdge]:
    for definition in choice.definitions:
        for dependency in definition.dependencies:
            yield from _each("depends on", choice.key, (dependency.expr,), dependency.location)
        yield from _prompt_edges(choice.key, definition)
        for default in definition.defaults:
            # Which member a default names is not followed: a choice needs its members anyway.
            yield from _each("default", choice.key, (default.condition,), default.location)


def _prompt_edges(name: str, definition: Definition) -> Iterator[LoopEdge]:
    if definition.prompt is not None:
        yield from _each("prompt", name, (definition.prompt.condition,), definition.prompt.location)
        for dependency in definition.visibility:
            yield from _each("visible if", name, (dependency.expr,), dependency.location)


def _each(kind: LoopEdgeKind, source: str, exprs: Iterable[Expr], location: Location) -> Iterator[LoopEdge]:
    for expr in exprs:
        for target in names(expr):
            yield LoopEdge(kind=kind, source=source, target=target, location=location)
