"""What to set so that symbols get the values wished for, with few changes besides.

Enters: a `ResolvedConfig`, wishes, a way to resolve again, and values that are to be kept. Leaves: a `Remedy`. Must
hold: verified means that the config was resolved again and every wish came true; impossible means that there is a
proof.

Of the plans that the search finds, and that come out, the best loses the fewest of the values to keep, then sets the
fewest symbols, then changes the fewest others, then weighs least where all that are alike so far are weighed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import inf
from typing import TypeVar

from analyzer.deps.contradict import Constants, contradiction
from analyzer.deps.defined import Homes
from analyzer.deps.moves import moves
from analyzer.deps.needs import Need, at_least, prompt_needs
from analyzer.deps.obstacles import find_obstacles
from analyzer.deps.propose import Resolver, carried_on, proposed, smallest
from analyzer.deps.ranges import barring_range, is_fixed
from analyzer.deps.requirements import suffix
from analyzer.deps.search import Plan, Search
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Change, Contradiction, Remedy
from analyzer.model.expr import TRISTATES, YES, Compare, Const, Location, Operand, Ref, Tristate, compare, show
from analyzer.model.gain import Gain
from analyzer.model.kconfig import EmptyNumber, Range, Symbol

T = TypeVar("T")

_TRIES = 3
"""Plans that are tried with, and again without, regard to what is to be kept."""

Wishes = Mapping[str, str]
"""Names of symbols that the tree defines, and the values wanted, unquoted."""


def goal(config: ResolvedConfig, name: str, value: str) -> Need:
    """The need that the symbol `name` has exactly `value`."""
    symbol = config.model.symbols[name]
    if not symbol.is_tristate_valued:
        return Need(Compare("=", Ref(name), Const(value)), Tristate.y, Tristate.y, symbol.location)
    wanted = TRISTATES[value]
    return Need(Ref(name), wanted, wanted, symbol.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aids:
    """What other rooms know: how to resolve again, what values a symbol has in any config, where else it is defined,
    what a config that was resolved again weighs more (None: nobody has measured it)."""

    resolve_with: Resolver
    constants: Constants = lambda _: (Tristate.n, Tristate.y)
    homes: Homes | None = None
    gain: Callable[[ResolvedConfig], Gain | None] = lambda _: None

    def gain_of(self, plan: Plan) -> Gain | None:
        """What a plan weighs."""
        return self.gain(self.resolve_with(dict(plan)))


def lightest(tied: Sequence[T], gain: Callable[[T], Gain | None]) -> T:
    """The one of several that weighs least, if each of them is weighed; else the first."""
    if len(tied) == 1:
        return tied[0]
    sizes = [found.bytes.value for one in tied if (found := gain(one)) is not None]
    return tied[sizes.index(min(sizes))] if len(sizes) == len(tied) else tied[0]


def remedy(config: ResolvedConfig, wishes: Wishes, aids: Aids, *, keep: Wishes) -> Remedy:
    """What to set on top of `config` so that all `wishes` come true, and as many of `keep` as can stay so.

    `keep` are names and the values that they have now. Nothing to set is a remedy, too, where all is so already.
    """
    wanted = tuple(wishes.items())
    goals = tuple(goal(config, name, value) for name, value in wanted)
    best = _best(config, goals, aids, keep)
    if best is not None:
        names = {name for name, _ in (*best.plan, *wanted)}
        return Remedy(
            wishes=wanted,
            status="verified",
            assignments=proposed(config, best.plan),
            changes=tuple(change for change in best.changes if change.name not in names),
            loses=best.loses,
            gain=aids.gain_of(best.plan),
        )
    proof = prove(config, wishes, aids)
    if proof is not None:
        return Remedy(wishes=wanted, status="impossible", contradiction=proof)
    return _without_proof(config, wanted, goals, aids.homes)


def prove(config: ResolvedConfig, wishes: Wishes, aids: Aids) -> Contradiction | None:
    """Why no config has all of `wishes`, if that follows from single lines."""
    for name, value in wishes.items():
        symbol = config.model.symbols[name]
        found = barring_range(config, symbol, value)
        if found is not None and len(symbol.definitions) == 1 and found.condition == YES and is_fixed(found):
            return _out_of_range(name, value, found)
    goals = tuple(chain.from_iterable(_necessary(config, name, value) for name, value in wishes.items()))
    return contradiction(config, goals, aids.constants)


def _necessary(config: ResolvedConfig, name: str, value: str) -> list[tuple[Need, str]]:
    """What holds where the symbol has the value, each with how to say that it is wanted."""
    symbol = config.model.symbols[name]
    if symbol.is_tristate_valued:
        need = goal(config, name, value)
        return [(need, f"{name} is to be {value}")]
    zero = config.model.dialect.empty_number is EmptyNumber.ZERO and value in {"0", "0x0"}
    if len(symbol.definitions) > 1 or not value or zero:
        # It may have that without any line that gives it a value.
        return []
    definition = symbol.definitions[0]
    needs = at_least(Tristate.m, [(d.expr, d.location) for d in definition.dependencies])
    if definition.prompt is not None and not definition.ranges and not _has_default(symbol, value):
        needs = prompt_needs(definition, Tristate.m)
    return [(need, f"{name} is to be {value}") for need in needs]


def _has_default(symbol: Symbol, value: str) -> bool:
    """Whether a default may give the value."""
    wanted = Operand(text=value, type=symbol.type)
    values = [default.value for d in symbol.definitions for default in d.defaults]
    return not all(isinstance(v, Const) and compare(Operand(text=v.text, type=symbol.type), wanted) for v in values)


def _out_of_range(name: str, value: str, line: Range) -> Contradiction:
    text = f"{name}: range {show(line.low)} {show(line.high)}{suffix(line.condition)}"
    return Contradiction(text=f"{value} is out of the range of {name}", steps=((text, line.location),))


def _without_proof(
    config: ResolvedConfig, wanted: tuple[tuple[str, str], ...], goals: Sequence[Need], homes: Homes | None
) -> Remedy:
    search = Search(moves(config))
    barred = [need for need in goals if search.price(need) == inf]
    if not barred:
        for name, value in wanted:
            bar = barring_range(config, config.model.symbols[name], value)
            if bar is not None:
                return Remedy(wishes=wanted, status="not found", contradiction=_out_of_range(name, value, bar))
        text = "every way that was tried asks for something to be both on and off, or did not come out"
        return Remedy(wishes=wanted, status="not found", contradiction=Contradiction(text=text))
    obstacles = find_obstacles(config, barred[0], search.is_possible, search.ways, homes)
    steps: tuple[tuple[str, Location | None], ...] = tuple((o.text, o.location) for o in obstacles)
    text = "nothing that a user sets meets this" if len(steps) == 1 else "nothing that a user sets meets any of these"
    proven = any(search.is_proven_impossible(need) for need in barred)
    found = Contradiction(text=text, steps=steps)
    return Remedy(wishes=wanted, status="impossible" if proven else "not found", contradiction=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A plan that came out, and what it does besides."""

    plan: Plan
    changes: tuple[Change, ...]
    loses: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, int]:
        return len(self.loses), len(self.plan), len(self.changes)


def _best(config: ResolvedConfig, goals: Sequence[Need], aids: Aids, keep: Wishes) -> _Candidate | None:
    offers, resolve_with = moves(config), aids.resolve_with
    search = Search(offers)
    if any(search.price(need) == inf for need in goals):
        return None
    kept = tuple(goal(config, name, value) for name, value in keep.items())
    tried: dict[Plan, None] = {}
    found: list[_Candidate] = []
    for plan in chain(islice(search.plans(*goals, *kept), _TRIES), islice(search.plans(*goals), _TRIES)):
        if found and (not min(found, key=_rank).loses or len(tried) >= _TRIES):
            break
        if plan in tried:
            continue
        tried[plan] = None
        works = carried_on(offers, resolve_with, plan, goals)
        if works is not None:
            found.append(_weighed(config, resolve_with, smallest(resolve_with, works, goals), keep))
    if not found:
        return None
    least = min(map(_rank, found))
    return lightest([one for one in found if one.rank == least], lambda one: aids.gain_of(one.plan))


def _rank(candidate: _Candidate) -> tuple[int, int, int]:
    return candidate.rank


def _weighed(config: ResolvedConfig, resolve_with: Resolver, plan: Plan, keep: Wishes) -> _Candidate:
    there = resolve_with(dict(plan))
    changes = changed(config, there)
    loses = tuple(name for name, value in keep.items() if there.values[name] != value)
    return _Candidate(plan=plan, changes=changes, loses=loses)


def changed(before: ResolvedConfig, after: ResolvedConfig) -> tuple[Change, ...]:
    """Every symbol whose value differs, in the order of the tree."""
    values = dict(before.values.items())
    return tuple(
        Change(name=name, before=values[name], after=value)
        for name, value in after.values.items()
        if values[name] != value
    )
