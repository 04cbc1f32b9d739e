"""The proof that no set of symbols to turn off changes fewer others.

Enters: a config, a symbol that is on, how many others the best set changes, runs with answers left open. Leaves:
whether it is proved. Must hold: True is true of every set of symbols that the config shows a prompt for; False says
nothing.

A set is extended as long as a set that holds it could still change fewer: what surely changes with it, whatever else is
turned off, is counted. It is extended by one member of a reason: symbols which together keep the symbol on, whatever
else is turned off; any set that does it has one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from analyzer.deps.trials import Tally
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate

_SETS = 3000
"""Sets that are looked at together."""
_ROUNDS = 40
"""How often a set is extended, and reasons are looked for."""


class Sure(Protocol):
    """What holds for sure in the lanes of a run."""

    def lanes(self, name: str, value: str, /) -> int:
        """The lanes in which a symbol surely has a value."""

    def differing(self, values: Mapping[str, str], /) -> Iterator[tuple[str, int]]:
        """The names that surely have another value than in `values` in some lanes, and these lanes."""


Doubts = Callable[[int, Mapping[str, int], Mapping[str, int]], Sure]
"""Runs some lanes of a config: symbols that are answered n in lanes, and symbols that may be n or as they are."""


def is_least(config: ResolvedConfig, name: str, most: int, behind: Sequence[str], doubts: Doubts) -> bool:
    """Whether every set of answers n that turns `name` off changes at least `most` other symbols.

    `behind` are the symbols among which reasons are looked for.
    """
    if config.model.symbols[name].choice is not None:
        # What turns a member off is another pick.
        return False
    proof = _Proof(config, name, behind, doubts)
    waiting: list[frozenset[str]] = [frozenset()]
    for _ in range(_ROUNDS):
        waiting = [one for one, bound in zip(waiting, proof.bounds(waiting), strict=True) if 0 <= bound < most]
        if not waiting:
            return True
        further: dict[frozenset[str], None] = {}
        for one in waiting:
            reason = proof.reason(one)
            if reason is None:
                return False
            further.update(dict.fromkeys(one | {member} for member in reason))
        if len(further) > _SETS:
            return False
        waiting = list(further)
    return False


class _Proof:
    def __init__(self, config: ResolvedConfig, name: str, behind: Sequence[str], doubts: Doubts) -> None:
        self._values = dict(config.values.items())
        self._name = name
        self._doubts = doubts
        symbols = config.model.symbols
        visible = (one for one, shown in config.visibility.items() if shown > Tristate.n and one != name)
        self._users = {
            one
            for one in visible
            if one in symbols
            and symbols[one].prompt
            and symbols[one].choice is None
            and symbols[one].is_tristate_valued
            and self._values[one] != "n"
        }
        # That the symbol itself is asked to be off goes without saying.
        self._answered = bool(symbols[name].prompt) and symbols[name].choice is None
        self._behind = [one for one in behind if one in self._users]
        self._reasons: list[frozenset[str]] = []
        self._rounds = 0

    def bounds(self, sets: Sequence[frozenset[str]]) -> list[int]:
        """How many others surely change with each set, whatever else is turned off; -1 where the symbol stays on."""
        ones = (1 << len(sets)) - 1
        off = _lanes(sets)
        sure = self._run(len(sets), off, {one: ones & ~off.get(one, 0) for one in self._users})
        tally = Tally()
        for one, lanes in sure.differing(self._values):
            if one != self._name:
                tally.add(lanes)
        stays = sure.lanes(self._name, self._values[self._name])
        return [-1 if stays >> lane & 1 else tally.of(lane) for lane in range(len(sets))]

    def reason(self, one: frozenset[str]) -> frozenset[str] | None:
        """A reason that has no member in a set; None where none is found, or the set may do."""
        for known in self._reasons:
            if not known & one:
                return known
        kept = [name for name in self._behind if name not in one]
        needed: list[str] = []
        while True:
            self._rounds += 1
            count = self._droppable(needed, kept)
            if count < 0 or self._rounds > _ROUNDS:
                return None
            if count == len(kept):
                break
            needed.append(kept[count])
            kept = kept[count + 1 :]
        self._reasons.append(frozenset(needed))
        return self._reasons[-1]

    def _droppable(self, needed: Sequence[str], kept: Sequence[str]) -> int:
        """How many of the first of `kept` may be off with the symbol surely on; -1: it is not even with all on."""
        count = len(kept) + 1
        ones = (1 << count) - 1
        open_ = dict.fromkeys(self._users.difference(needed, kept), ones)
        open_ |= {name: ones & ~((2 << at) - 1) for at, name in enumerate(kept)}
        sure = self._run(count, {}, open_).lanes(self._name, self._values[self._name])
        first = next((lane for lane in range(count) if not sure >> lane & 1), count)
        return first - 1

    def _run(self, count: int, off: Mapping[str, int], open_: Mapping[str, int]) -> Sure:
        own = {self._name: (1 << count) - 1} if self._answered else {}
        return self._doubts(count, {**off, **own}, open_)


def _lanes(sets: Iterable[frozenset[str]]) -> dict[str, int]:
    """For each name, the lanes of the sets that it is in."""
    found: dict[str, int] = {}
    for name, lane in chain.from_iterable(((name, lane) for name in one) for lane, one in enumerate(sets)):
        found[name] = found.get(name, 0) | 1 << lane
    return found
