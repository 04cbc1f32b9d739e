"""The sets of symbols to turn off so that a symbol goes: what is lightest of all that cuts every way that holds it up.

Enters: a config in which the symbol is on, and a way to try sets out. Leaves: sets that do it, the lightest first. Must
hold: each set was run.

An implicit hitting set. What holds the symbol up is not listed beforehand: a set that does not turn it off is grown
until nothing more can be added, and what is left over then is a reason: any set that does it has one of these. The next
set is the lightest that has one of every reason so far. Its weight is what falls: of each symbol alone that is known,
and a set is at least as heavy as these together, each counted once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from analyzer.deps.alternatives import alternatives_of
from analyzer.deps.needs import goal
from analyzer.deps.requirements import guarded
from analyzer.deps.search import Search
from analyzer.deps.trials import Tried, each
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate, all_of, names
from analyzer.model.kconfig import Line

_BEHIND = 1200
"""Symbols behind one that are thought of: the nearest."""
_HIDDEN = 40
"""Of them, those without a visible prompt for which one is made to show."""
_RUNS = 160
"""Passes after which no further reason is looked for."""
_SETS = 24
"""Sets that do it, of which the lightest is taken."""
_NODES = 20_000
"""Partial sets that are weighed for one lightest set."""

Runs = Callable[[Sequence[Mapping[str, str]]], Tried]


def cuts(config: ResolvedConfig, name: str, run: Runs) -> list[dict[str, str]]:
    """Sets of answers that turn `name` off."""
    actions = [*Behind(config).actions(name)]
    found = _Cutting(name, actions, run, config).sets() if actions else []
    return [_together(actions, members) for members in found]


def _together(actions: Sequence[Mapping[str, str]], members: Sequence[int]) -> dict[str, str]:
    plan: dict[str, str] = {}
    for member in members:
        plan |= actions[member]
    return plan


class _Cutting:
    def __init__(self, name: str, actions: Sequence[Mapping[str, str]], run: Runs, config: ResolvedConfig) -> None:
        self._name = name
        self._actions = actions
        self._run = run
        self._passes = 0
        self._falls = [0] * len(actions)
        for number, (_, lanes) in enumerate(run(actions).differing(config.values)):
            for lane in each(lanes):
                self._falls[lane] |= 1 << number

    def sets(self) -> list[list[int]]:
        """Sets of actions that do it, minimal ones."""
        if not self._work([range(len(self._actions))])[0]:
            return []
        reasons: list[frozenset[int]] = []
        found: list[frozenset[int]] = []
        while self._passes < _RUNS and len(found) < _SETS:
            hitting = lightest(reasons, self._falls, found)
            if hitting is None:
                break
            if self._work([sorted(hitting)])[0]:
                found.append(hitting)
            else:
                reasons.append(self._reason(hitting))
        # Where the reasons did not end, what is left when everything that can stay on stays on.
        return [sorted(one) for one in found] or [self._greedy()]

    def _reason(self, members: frozenset[int]) -> frozenset[int]:
        """What has to be added to a largest set with `members` that does not do."""
        kept = sorted(members)
        waiting = sorted(set(range(len(self._actions))) - members, key=lambda one: -self._falls[one].bit_count())
        left: list[int] = []
        while waiting:
            works = self._work([[*kept, *waiting[: count + 1]] for count in range(len(waiting))])
            first = works.index(True) if True in works else len(waiting)
            kept += waiting[:first]
            left += waiting[first : first + 1]
            waiting = waiting[first + 1 :]
        return frozenset(left)

    def _greedy(self) -> list[int]:
        kept = sorted(range(len(self._actions)), key=lambda one: -self._falls[one].bit_count())
        while True:
            works = self._work([[*kept[:at], *kept[at + 1 :]] for at in range(len(kept))])
            if True not in works or len(kept) == 1:
                return kept
            del kept[works.index(True)]

    def _work(self, sets: Sequence[Sequence[int]]) -> list[bool]:
        self._passes += 1
        off = self._run([_together(self._actions, members) for members in sets]).lanes(self._name, "n")
        return [bool(off >> lane & 1) for lane in range(len(sets))]


def lightest(
    reasons: Sequence[frozenset[int]], weights: Sequence[int], besides: Sequence[frozenset[int]] = ()
) -> frozenset[int] | None:
    """The lightest set that has one of every reason and holds none of the sets `besides`; None where there is none.

    `weights` are sets as the bits of numbers; what several members share counts once.
    """
    best: frozenset[int] | None = None
    bound = -1
    nodes = 0

    def go(chosen: frozenset[int], weight: int, barred: frozenset[int]) -> None:
        nonlocal best, bound, nodes
        nodes += 1
        size = weight.bit_count() * 1000 + len(chosen)
        if nodes > _NODES or (best is not None and size >= bound) or any(one <= chosen for one in besides):
            return
        open_ = [reason - barred for reason in reasons if not reason & chosen]
        if not open_:
            best, bound = chosen, size
            return
        fewest = open_[0]
        for reason in open_:
            fewest = reason if len(reason) < len(fewest) else fewest
        further = sorted(fewest, key=lambda one: ((weight | weights[one]).bit_count(), one))
        for at, member in enumerate(further):
            go(chosen | {member}, weight | weights[member], barred.union(further[:at]))

    go(frozenset(), 0, frozenset())
    return best


class Behind:
    """What stands behind symbols that are on."""

    def __init__(self, config: ResolvedConfig) -> None:
        self._config = config
        self._selectors: Mapping[str, Sequence[Line]] = config.model.selectors()
        self._impliers: Mapping[str, Sequence[Line]] = config.model.impliers()

    def actions(self, name: str) -> Iterator[dict[str, str]]:
        """What turns one symbol behind `name` off, the nearest first: n, with what makes a prompt show that does
        not."""
        search = Search(alternatives_of(self._config))
        hidden = 0
        for count, one in enumerate(self.names(name)):
            symbol = self._config.model.symbols[one]
            if count > _BEHIND:
                return
            if one == name or not symbol.prompt or symbol.choice is not None or not symbol.is_tristate_valued:
                continue
            if self._config.visibility[one] > Tristate.n:
                yield {one: "n"}
            elif hidden < _HIDDEN:
                hidden += 1
                opened = next(search.plans(goal(self._config, one, "n")), None)
                if opened is not None:
                    yield {**dict(opened), one: "n"}

    def names(self, name: str) -> Iterator[str]:
        """The symbols behind `name` that are on, the nearest first."""
        waiting, seen = [name], {name}
        for current in waiting:
            if current in self._config.model.symbols:
                yield current
            for other in self._names_behind(current):
                if other not in seen and self._config.tristate(other) > Tristate.n:
                    seen.add(other)
                    waiting.append(other)

    def _names_behind(self, name: str) -> Iterator[str]:
        entry = self._config.model.symbols.get(name) or self._config.model.choices[name]
        for definition in entry.definitions:
            yield from names(definition.condition)
            for default in definition.defaults:
                yield from names(all_of([default.value, default.condition]))
        for lines in (self._selectors, self._impliers):
            for source, definition, line in lines.get(name, ()):
                if self._config.value(guarded(source.name, definition, line)) > Tristate.n:
                    yield source.name
                    yield from names(all_of([definition.condition, line.condition]))
