"""Sets of symbols that need each other in circles, with everything that takes part in a circle.

Enters: a `KconfigModel`. Leaves: sets of names. Must hold: a model without such a component has no dependency loop; the
symbol in whose entry a `select X if Y` stands is in the component that goes from X to Y, although its own value needs
no part of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.deps.cycles import owner
from analyzer.model.expr import names
from analyzer.model.kconfig import Choice, Definition, KconfigModel, Symbol

Edge = tuple[str, str]


def strongly_connected(model: KconfigModel) -> tuple[frozenset[str], ...]:
    """Every strongly connected component of the model: names of symbols, and keys of choices, which stand for their
    members."""
    import networkx as nx

    net: nx.DiGraph[str] = nx.DiGraph()
    for symbol in model.symbols.values():
        net.add_edges_from(_edges(model, symbol))
    for choice in model.choices.values():
        net.add_edges_from(_edges(model, choice))
    return tuple(
        frozenset(name.partition(_LINE)[0] for name in found)
        for found in nx.strongly_connected_components(net)
        if len(found) > 1
    )


_LINE = " selects "
"""Joins selector and target to the name of a line; no name in a tree has a space."""


def _edges(model: KconfigModel, entry: Symbol | Choice) -> Iterator[Edge]:
    own = owner(model, entry.name) if isinstance(entry, Symbol) else entry.key
    for definition in entry.definitions:
        for name in _needed(definition):
            target = owner(model, name)
            # That a member needs its choice is how choices work.
            if target != own:
                yield own, target
        for line in (*definition.selects, *definition.implies):
            target, joint = owner(model, line.target), f"{own}{_LINE}{line.target}"
            yield target, own
            yield target, joint
            yield from ((joint, owner(model, name)) for name in names(line.condition))


def _needed(definition: Definition) -> Iterator[str]:
    prompt = [definition.prompt.condition, *(v.expr for v in definition.visibility)] if definition.prompt else []
    lines = [expr for default in definition.defaults for expr in (default.condition, default.value)]
    ranges = [expr for bounds in definition.ranges for expr in (bounds.condition, bounds.low, bounds.high)]
    for expr in (*(d.expr for d in definition.dependencies), *prompt, *lines, *ranges):
        yield from names(expr)
