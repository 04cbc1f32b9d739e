"""What to set: a small set of assignments that gives a symbol a value.

Enters: a `ResolvedConfig`, a symbol, the value wanted, and optionally a way to resolve again. Leaves: a `Proposal`.
Must hold: nothing is called verified that was not resolved again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from math import inf
from typing import Literal

from analyzer.deps.alternatives import Alternatives, alternatives_of
from analyzer.deps.defined import Homes
from analyzer.deps.needs import Need, is_met, shown
from analyzer.deps.obstacles import find_obstacles
from analyzer.deps.search import Plan, Search
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Ref, Tristate, names
from analyzer.model.graph import Obstacle, Proposal, ProposedValue

Resolver = Callable[[Mapping[str, str]], ResolvedConfig]
"""Resolves the same config with assignments on top of it: name to value, unquoted."""

_TRIES = 4
"""Plans tried before the cheapest is handed out unverified."""
_ROUNDS = 4
"""How often a plan is carried on from where it got; the defaults that it wakes up may stand in its way."""


def propose(
    config: ResolvedConfig,
    symbol: str,
    value: Tristate,
    *,
    resolve_with: Resolver | None = None,
    homes: Homes | None = None,
) -> Proposal:
    """What to set so that the bool or tristate `symbol`, which is below `value`, becomes at least `value` (m or y).

    With `resolve_with`, plans are tried, carried on where they fall short, and made minimal. `homes` tells where else
    a name is defined, for names that this architecture lacks. Modules are turned on where m is needed, and never off
    to make an m a y.
    """
    search = Search(alternatives_of(config))
    goal = Need(Ref(symbol), value, Tristate.y, config.model.symbols[symbol].location)
    if search.price(goal) == inf:
        obstacles = find_obstacles(config, goal, search.is_possible, search.followed, homes)
        status: Literal["impossible", "unknown"] = "impossible" if search.is_proven_impossible(goal) else "unknown"
        return Proposal(symbol=symbol, value=value, status=status, obstacles=obstacles)
    plans = list(islice(search.plans(goal), 1 if resolve_with is None else _TRIES))
    if not plans:
        text = "every way that was found asks for something to be both on and off"
        conflict = Obstacle(name=symbol, text=text, location=goal.asked)
        return Proposal(symbol=symbol, value=value, status="unknown", obstacles=(conflict,))
    if resolve_with is not None:
        for plan in plans:
            works = carried_on(search.alternatives, resolve_with, plan, (goal,))
            if works is not None:
                found = proposed(config, smallest(resolve_with, works, (goal,)))
                return Proposal(symbol=symbol, value=value, status="verified", assignments=found)
    return Proposal(symbol=symbol, value=value, status="not verified", assignments=proposed(config, plans[0]))


def proposed(config: ResolvedConfig, plan: Plan) -> tuple[ProposedValue, ...]:
    """The assignments of a plan in an order to set them in, each with its prompt."""
    symbols = config.model.symbols
    values = dict(plan)
    prompts = {name: [d.prompt.location for d in symbols[name].definitions if d.prompt is not None] for name in values}
    return tuple(
        ProposedValue(name=name, value=values[name], current=config.values[name], location=prompts[name][0])
        for name in _in_order(config, values)
    )


def _in_order(config: ResolvedConfig, values: dict[str, str]) -> tuple[str, ...]:
    """The names in an order to set them in: what a prompt needs comes before it, and the goal, found first, late."""
    symbols = config.model.symbols
    needs = {name: [n for n in names(shown(symbols[name])) if n in values] for name in reversed(values.keys())}
    try:
        return tuple(TopologicalSorter(needs).static_order())
    except CycleError:
        return tuple(values)


def carried_on(alternatives: Alternatives, resolve_with: Resolver, plan: Plan, goals: Sequence[Need]) -> Plan | None:
    """A plan that was resolved again and works: this one, or what it takes on top of it; None when none is found."""
    for _ in range(_ROUNDS):
        there = resolve_with(dict(plan))
        if is_reached(there, goals):
            return plan
        onward = replace(alternatives, config=there, assigned=alternatives.assigned.union(name for name, _ in plan))
        more = next(Search(onward).plans(*goals), ())
        longer = tuple({**dict(plan), **dict(more)}.items())
        if longer == plan:
            return None
        plan = longer
    return None


def smallest(resolve_with: Resolver, plan: Plan, goals: Sequence[Need]) -> Plan:
    """A plan that works, without the assignments that it works without."""
    for row in plan:
        fewer = tuple(kept for kept in plan if kept != row)
        if fewer and is_reached(resolve_with(dict(fewer)), goals):
            plan = fewer
    return plan


def is_reached(config: ResolvedConfig, goals: Sequence[Need]) -> bool:
    """Whether `config` meets all the goals."""
    return all(is_met(config, goal, {}) for goal in goals)
