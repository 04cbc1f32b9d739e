"""The best plan for what is wished for: candidates from four sources, tried out together, compared in one order.

Enters: a config, a way to try plans out, what is to be kept, wishes. Leaves: the best plans, which are equals, or none.
Must hold: what comes out was run; of plans of one symbol all that the config shows a prompt for were tried, of two all
of the nearest; no caller has an order of its own.

Sources: every single answer that the config shows a prompt for; pairs of the answers that stand nearest behind the
wish; the search over conditions; for what is to go, the sets that cut all that holds it up (deps/hitting_sets.py). What
is best of them is then tried with each of its answers left out, or exchanged for one of the nearest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice
from math import inf

from analyzer.deps.alternatives import alternatives_of
from analyzer.deps.needs import Need, goal, is_met
from analyzer.deps.propose import Resolver, carried_on, is_reached
from analyzer.deps.search import Plan, Search
from analyzer.deps.trials import Scored, Sweep, Trials, best_of
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate
from analyzer.model.kconfig import Symbol

_NEAR = 180
"""Answers behind a wish that are tried in pairs: 16,000 of them."""
_NEEDS = 4000
"""Needs that are looked at for these."""
_PLANS = 8
"""Plans that the search gives with, and again without, regard to what is to be kept."""
_CARRIED = 3
"""Plans that are carried on where none came out as it is: each costs several resolutions."""
_ROUNDS = 4
"""How often the best plan is varied."""

Answers = Mapping[str, str]


class Candidates:
    """Looks for plans on top of one config; what it learns about the config serves all wishes."""

    def __init__(self, config: ResolvedConfig, trials: Trials, resolve_with: Resolver, keep: Answers) -> None:
        self._config = config
        self._trials = trials
        self._resolve_with = resolve_with
        self._keep = keep
        self._asked = {a.name: a.value for a in config.source.assignments}

    @cached_property
    def search(self) -> Search:
        """The search over the config's alternatives; keeps what it priced."""
        return Search(alternatives_of(self._config))

    def goals(self, wishes: Answers) -> tuple[Need, ...]:
        """The needs behind wishes."""
        return tuple(goal(self._config, name, value) for name, value in wishes.items())

    def lines(self, wishes: Answers) -> dict[str, str]:
        """The wishes that a line can ask for and none does yet."""
        symbols = self._config.model.symbols
        return {n: value for n, value in wishes.items() if symbols[n].prompt and not self._is_asked(symbols[n], value)}

    def _is_asked(self, symbol: Symbol, value: str) -> bool:
        line = self._asked.get(symbol.name, "")
        return line[:1] == value if symbol.is_tristate_valued else line == value

    def sweep(self, plans: Sequence[Answers], lines: Answers) -> Sweep:
        """A run of plans, each with the wishes' own lines behind it."""
        return Sweep(self._config, self._trials, [{**plan, **lines} for plan in plans], self._keep)

    @cached_property
    def _singles(self) -> list[dict[str, str]]:
        """Nothing, and every single answer that differs from what the config has."""
        return [{}, *({name: value} for name, value in self._answers())]

    def _answers(self) -> Iterator[tuple[str, str]]:
        config = self._config
        for name, visible in config.visibility.items():
            # Most names are left out here, and a symbol that nobody asks for is not even read.
            symbol = config.model.symbols.get(name) if visible > Tristate.n else None
            if symbol is not None and symbol.is_tristate_valued and symbol.prompt:
                for value in ("y", "m", "n") if symbol.type == "tristate" else ("y", "n"):
                    if value != config.values[name] and (symbol.choice is None or value == "y"):
                        yield name, value

    @cached_property
    def _swept(self) -> Sweep:
        return self.sweep(self._singles, {})

    def best(self, wishes: Answers) -> tuple[Scored, ...]:
        """The best plans for `wishes`; none where none was found."""
        if is_reached(self._config, self.goals(wishes)):
            return (Scored(plan=(), cost=(0, 0, 0, 0, 0, 0)),)
        lines = self.lines(wishes)
        found = list((self.sweep(self._singles, lines) if lines else self._swept).best(wishes))
        if _at_most(found, 2) or any(self.search.price(need) == inf for need in self.goals(wishes)):
            return tuple(found)
        near = self._near(wishes)
        found += self.sweep([dict(pair) for pair in combinations(near, 2) if pair[0][0] != pair[1][0]], lines).best(
            wishes
        )
        if _at_most(found, 3):
            return best_of(found)
        found += self._searched(wishes, lines)
        found += self._cut(wishes, lines)
        return self._varied(best_of(found), near, wishes, lines)

    def _near(self, wishes: Answers) -> list[tuple[str, str]]:
        """The answers behind the wishes, the nearest first."""
        waiting, seen = deque(self.goals(wishes)), set(self.goals(wishes))
        found: dict[tuple[str, str], None] = {}
        while waiting and len(found) < _NEAR and len(seen) < _NEEDS:
            need = waiting.popleft()
            if is_met(self._config, need, {}):
                continue
            for way in self.search.followed.get(need) or self.search.alternatives.of(need):
                found.update((row, None) for row in way.sets if row[0] not in wishes)
                new = [n for n in dict.fromkeys(way.needs) if n not in seen]
                seen.update(new)
                waiting.extend(new)
        return list(islice(found, _NEAR))

    def _searched(self, wishes: Answers, lines: Answers) -> Sequence[Scored]:
        """The best plans of the search by needs; where none of them comes out, one that was carried on."""
        goals = self.goals(wishes)
        kept = self.goals(self._keep)
        plans = dict.fromkeys(islice(self.search.plans(*goals), _PLANS))
        if kept:
            plans |= dict.fromkeys(islice(self.search.plans(*goals, *kept), _PLANS))
        besides = [{name: value for name, value in plan if name not in wishes} for plan in plans]
        found = self.sweep(besides, lines).best(wishes) if besides else ()
        return found or tuple(self._carried(tuple(plans)[:_CARRIED], wishes, lines))

    def _carried(self, plans: Sequence[Plan], wishes: Answers, lines: Answers) -> Iterator[Scored]:
        for plan in plans:
            works = carried_on(self.search.alternatives, self._resolve_with, plan, self.goals(wishes))
            if works is not None:
                besides = {name: value for name, value in works if name not in lines}
                yield from self.sweep([besides], lines).best(wishes)
                return

    def _cut(self, wishes: Answers, lines: Answers) -> Sequence[Scored]:
        """For one symbol that is to go, the sets that cut what holds it up."""
        from analyzer.deps.hitting_sets import cuts

        if len(wishes) > 1 or "n" not in wishes.values():
            return ()
        (name,) = wishes
        sets = cuts(self._config, name, lambda plans: self.sweep(plans, lines).tried)
        return self.sweep(sets, lines).best(wishes) if sets else ()

    def _varied(
        self, found: tuple[Scored, ...], near: Sequence[tuple[str, str]], wishes: Answers, lines: Answers
    ) -> tuple[Scored, ...]:
        """The best of what comes of the plans with one answer left out, or exchanged for one of the nearest."""
        for _ in range(_ROUNDS):
            plans: list[dict[str, str]] = []
            for one in found[:2]:
                besides = [row for row in one.plan if row[0] not in lines]
                for row in besides:
                    rest = {name: value for name, value in besides if name != row[0]}
                    plans += [rest, *({**rest, name: value} for name, value in near if name not in rest)]
            better = best_of([*found, *self.sweep(plans, lines).best(wishes)]) if plans else found
            if not better or better[0].cost == found[0].cost:
                return better
            found = better
        return found


def _at_most(found: Sequence[Scored], changes: int) -> bool:
    """Whether no plan of more symbols can be better, as each of them changes."""
    return any(one.cost[:2] == (0, 0) and one.changes <= changes for one in best_of(found))
