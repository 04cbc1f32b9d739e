"""Plans tried out by the thousand, and the order in which one is better than another.

Enters: a config, a way to run it with many plans on top in one pass, what is wished for and what is to be kept. Leaves:
the best of some plans, with what it costs. Must hold: there is one order, whoever asks; every cost was counted in the
run of the plan, none is estimated.

The order: the fewest of the kept values lost; then the fewest last resorts turned on; then the fewest other symbols
changed, those set counted like those that follow; then the wish by its own prompt, and all set as asked; then m rather
than y; then the fewest symbols set; then the one offered first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from analyzer.deps.search import Plan
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import TRISTATES
from analyzer.model.kconfig import Symbol

_EQUAL = 64
"""Plans of equal cost that are compared one by one."""
_LAST = re.compile(r"COMPILE_TEST|EXPERT|BROKEN|(?:.*_)?(?:DEBUG|KUNIT|SELFTESTS?|TESTS?)(?:_.*)?")
_DEBUG_FILE = "Kconfig.debug"


class Tried(Protocol):
    """A run with one lane per plan; sets of lanes are the bits of a number."""

    @property
    def ones(self) -> int:
        """All lanes."""

    def lanes(self, name: str, value: str, /) -> int:
        """The lanes in which a symbol has a value."""

    def differing(self, values: Mapping[str, str], /) -> Iterator[tuple[str, int]]:
        """The names whose value is another than in `values` in some lanes, and these lanes."""

    def shown(self, name: str, lane: int, /) -> int:
        """How far a symbol's prompt shows in one lane: 0 to 2."""


Trials = Callable[[Sequence[Mapping[str, str]]], Tried]
"""Runs a config with each of some plans on top of it."""


class Tally:
    """Counts, for every lane, how often it was added: digit by digit, one number for all lanes' digits."""

    def __init__(self) -> None:
        self._digits: list[int] = []

    def add(self, lanes: int) -> None:
        """Count each of `lanes` once more."""
        for index, digit in enumerate(self._digits):
            self._digits[index], lanes = digit ^ lanes, digit & lanes
            if not lanes:
                return
        if lanes:
            self._digits.append(lanes)

    def of(self, lane: int) -> int:
        """The count of one lane."""
        return sum((digit >> lane & 1) << index for index, digit in enumerate(self._digits))

    def least(self, lanes: int) -> int:
        """Those of `lanes` whose count is the least among them."""
        for digit in reversed(self._digits):
            lanes = lanes & ~digit or lanes
        return lanes


def each(lanes: int) -> Iterator[int]:
    """The numbers of some lanes, in order."""
    while lanes:
        lowest = lanes & -lanes
        yield lowest.bit_length() - 1
        lanes ^= lowest


def is_last_resort(symbol: Symbol) -> bool:
    """Whether a symbol is one that nobody turns on to get another: COMPILE_TEST, EXPERT, BROKEN, what is for tests or
    debugging by its name or by the file that it stands in."""
    return bool(_LAST.fullmatch(symbol.name)) or any(
        d.location.path.endswith(_DEBUG_FILE) for d in symbol.definitions if d.prompt is not None
    )


def is_never_wanted(name: str) -> bool:
    """Whether it is one of those that change what else may be had, whatever they were turned on for."""
    return name in {"COMPILE_TEST", "EXPERT", "BROKEN"}


Cost = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A plan that came out. `cost` is by the order above: values lost, last resorts, others changed, wishes without
    a prompt of their own and symbols that get another value than the plan asks for, symbols at y that could be m,
    symbols set."""

    plan: Plan
    cost: Cost

    @property
    def changes(self) -> int:
        """How many symbols change besides those wished for."""
        return self.cost[2]


class Sweep:
    """One run of plans, counted once for all questions about it."""

    def __init__(
        self, config: ResolvedConfig, trials: Trials, plans: Sequence[Mapping[str, str]], keep: Mapping[str, str]
    ) -> None:
        self._config = config
        self.plans = plans
        self.tried = trials(plans)
        self._lost, self._last, self._changed = Tally(), Tally(), Tally()
        symbols = config.model.symbols
        for name, lanes in self.tried.differing(config.values):
            self._changed.add(lanes)
            if name in keep and keep[name] == config.values[name]:
                self._lost.add(lanes)
            if config.values[name] == "n" and is_last_resort(symbols[name]):
                self._last.add(lanes)

    def meeting(self, wishes: Mapping[str, str]) -> int:
        """The lanes in which all wishes come true."""
        lanes = self.tried.ones
        for name, value in wishes.items():
            lanes &= self.tried.lanes(name, value)
        return lanes

    def best(self, wishes: Mapping[str, str], among: int = -1) -> tuple[Scored, ...]:
        """The best plans that bring `wishes`, which are equals; none where none does."""
        lanes = self.meeting(wishes) & among
        for tally in (self._lost, self._last, self._changed):
            lanes = tally.least(lanes)
        scored = [self.scored(wishes, lane) for lane, _ in zip(each(lanes), range(_EQUAL), strict=False)]
        least = min((one.cost for one in scored), default=None)
        return tuple(one for one in scored if one.cost == least)

    def scored(self, wishes: Mapping[str, str], lane: int) -> Scored:
        """A plan that brings `wishes`, with its cost."""
        config, plan = self._config, self.plans[lane]
        symbols = config.model.symbols
        besides = {name: value for name, value in plan.items() if name not in wishes}
        wished = sum(config.values[name] != value for name, value in wishes.items())
        strange = sum(self.tried.shown(name, lane) < _shown_for(symbols[name], value) for name, value in wishes.items())
        unheard = sum(not self.tried.lanes(name, value) >> lane & 1 for name, value in besides.items())
        built_in = sum(value == "y" and symbols[name].type == "tristate" for name, value in besides.items())
        cost = (
            self._lost.of(lane),
            self._last.of(lane) - sum(_is_last(config, name, value) for name, value in wishes.items()),
            self._changed.of(lane) - wished,
            strange + unheard,
            built_in,
            len(besides),
        )
        return Scored(plan=tuple(plan.items()), cost=cost)


def _is_last(config: ResolvedConfig, name: str, value: str) -> bool:
    return config.values[name] == "n" != value and is_last_resort(config.model.symbols[name])


def _shown_for(symbol: Symbol, value: str) -> int:
    """How far a prompt has to show to give a value; a symbol without one is as near as it can be."""
    if not symbol.prompt:
        return 0
    return int(TRISTATES.get(value, 0)) if symbol.type == "tristate" and value != "n" else 1


def best_of(found: Iterable[Scored]) -> tuple[Scored, ...]:
    """Those of some plans that none of the others beats; a plan counts once."""
    scored = list({frozenset(one.plan): one for one in found}.values())
    least = min((one.cost for one in scored), default=None)
    return tuple(one for one in scored if one.cost == least)


def without(scored: Scored, wishes: Mapping[str, str]) -> Scored:
    """The same with the lines of the wishes themselves left out."""
    return replace(scored, plan=tuple(row for row in scored.plan if row[0] not in wishes))
