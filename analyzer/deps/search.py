"""The search for plans: what to set so that needs are met.

Enters: the alternatives of a config, and needs. Leaves: plans, the cheapest first; what a need costs; whether it is out
of reach for good. Must hold: nothing is called impossible unless every alternative was followed to something that no
user can set.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from math import inf

from analyzer.deps.alternatives import Alternatives
from analyzer.deps.needs import Alternative, Need, is_met
from analyzer.model.expr import Ref

Plan = tuple[tuple[str, str], ...]
"""Names and the values to set them to, in the order in which the search came upon them."""

_DEEP = 120
"""Needs behind needs that are followed at once; the kernel's chains end within 40, longer ones go on afterwards."""
_STATES = 3000
"""Partial plans looked at before the search gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """A partial plan: what it sets, the needs still open, those looked at, and those that the config met by itself."""

    plan: Plan
    spent: int
    open: tuple[Need, ...]
    seen: frozenset[Need]
    met: tuple[Need, ...]


class Search:
    """Best-first search for plans; keeps the price of every need that it priced."""

    def __init__(self, alternatives: Alternatives) -> None:
        self.alternatives = alternatives
        self.followed: dict[Need, tuple[Alternative, ...]] = {}
        self._unsettled = False
        self._postponed: list[Need] = []
        self._open: set[Need] = set()
        self._prices: dict[Need, float] = {}

    # Prices: what a need costs with each of its needs met on its own. Shared assignments count twice, conflicts never.

    def is_possible(self, need: Need) -> bool:
        """Whether anything that a user can set meets the need, as far as each need on its own goes."""
        return self.price(need) < inf

    def price(self, need: Need) -> float:
        """What it costs to meet the need; infinite when nothing does."""
        self._visit(need, 0)
        while self._postponed:
            self._unsettled = True
            self._visit(self._postponed.pop(), 0)
        if self._unsettled and self._prices[need] == inf:
            self._settle()
        return self._prices[need]

    def _visit(self, need: Need, depth: int) -> float:
        if need in self._prices:
            self._unsettled |= need in self._open
            return self._prices[need]
        if is_met(self.alternatives.config, need, {}):
            self._prices[need] = 0
            return 0
        if depth > _DEEP:
            self._postponed.append(need)
            return inf
        # A need that comes up behind itself is not met that way.
        self._prices[need] = inf
        self._open.add(need)
        best = inf
        alternatives = self.followed[need] = self.alternatives.of(need)
        for alternative in alternatives:
            # An alternative whose own price is no better needs no look at what is behind it.
            if alternative.price < best:
                best = min(best, alternative.price + sum(self._visit(n, depth + 1) for n in alternative.needs))
        self._prices[need] = best
        self._open.remove(need)
        return best

    def _settle(self) -> None:
        """Price again what a need that was still open, or postponed, made too dear, until nothing gets cheaper."""
        changed = True
        while changed:
            changed = False
            for need, alternatives in self.followed.items():
                prices = (
                    alternative.price + sum(self._prices.get(n, inf) for n in alternative.needs)
                    for alternative in alternatives
                )
                best = min(prices, default=inf)
                if best < self._prices[need]:
                    self._prices[need] = best
                    changed = True
        self._unsettled = False

    def is_proven_impossible(self, goal: Need) -> bool:
        """Whether the goal stays out of reach even if all that is open-ended or was not looked at could be had."""
        possible = {n for n, price in self._prices.items() if price < inf or self.alternatives.is_open_ended(n)}
        changed = True
        while changed:
            reached = {
                need
                for need, alternatives in self.followed.items()
                if need not in possible
                and any(
                    all(n in possible or n not in self._prices for n in alternative.needs)
                    for alternative in alternatives
                )
            }
            possible |= reached
            changed = bool(reached)
        return goal not in possible

    # Plans, the cheapest first.

    def plans(self, *goals: Need) -> Iterator[Plan]:
        """Plans that meet all the goals if they change nothing else, the cheapest first."""
        serial = count()
        start = _State(plan=(), spent=0, open=goals, seen=frozenset(), met=())
        queue = [(0.0, next(serial), start)]
        for _ in range(_STATES):
            if not queue:
                return
            _, _, state = heapq.heappop(queue)
            broken = () if state.open else self._broken(state)
            if not state.open and not broken:
                yield state.plan
            for following in self._following(state) if state.open else self._reopened(state, broken):
                rest = sum(self.price(n) for n in following.open)
                if rest < inf:
                    heapq.heappush(queue, (following.spent + rest, next(serial), following))

    def _broken(self, state: _State) -> tuple[Need, ...]:
        """What the config met by itself, and the plan takes away."""
        return tuple(need for need in state.met if not is_met(self.alternatives.config, need, dict(state.plan)))

    def _reopened(self, state: _State, broken: tuple[Need, ...]) -> Iterator[_State]:
        """The state with the broken needs to be met by the plan."""
        if broken:
            met = tuple(need for need in state.met if need not in broken)
            seen = state.seen.difference(broken)
            yield _State(plan=state.plan, spent=state.spent, open=broken, seen=seen, met=met)

    def _following(self, state: _State) -> Iterator[_State]:
        """The states after the first open need: as it is when the need is met, else one for every alternative."""
        need, rest = state.open[0], state.open[1:]
        plan = dict(state.plan)
        seen = state.seen | {need}
        if need in state.seen:
            yield _State(plan=state.plan, spent=state.spent, open=rest, seen=seen, met=state.met)
            return
        if is_met(self.alternatives.config, need, plan):
            yield _State(plan=state.plan, spent=state.spent, open=rest, seen=seen, met=(*state.met, need))
            return
        if isinstance(need.expr, Ref) and need.expr.name in plan:
            return
        for alternative in self.followed.get(need) or self.alternatives.of(need):
            new = tuple((name, text) for name, text in alternative.sets if plan.get(name) != text)
            if any(name in plan for name, _ in new):
                continue
            yield _State(
                plan=(*state.plan, *new),
                spent=state.spent + (alternative.price if new or not alternative.sets else 0),
                open=(*alternative.needs, *rest),
                seen=seen,
                met=state.met,
            )
