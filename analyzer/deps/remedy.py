"""What to set so that symbols get the values wished for, with few changes besides.

Enters: a `ResolvedConfig`, wishes, a way to resolve again, and values that are to be kept. Leaves: a `Remedy`. Must
hold: verified means that the config was resolved again and every wish came true; impossible means that there is a
proof.

Of the plans that come out the best is taken, in the order of deps/trials.py; of equals the one that weighs least, where
all of them are weighed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain as joined
from math import inf
from typing import TypeVar

from analyzer.deps.candidates import Candidates
from analyzer.deps.chain import chain
from analyzer.deps.contradict import contradiction
from analyzer.deps.defined import Homes
from analyzer.deps.minimality import Fewest, is_least
from analyzer.deps.needs import Need, at_least, goal, prompt_needs
from analyzer.deps.obstacles import find_obstacles
from analyzer.deps.picks import picks
from analyzer.deps.propose import Resolver, proposed, smallest
from analyzer.deps.ranges import barring_range, is_fixed
from analyzer.deps.requirements import suffix
from analyzer.deps.search import Plan
from analyzer.deps.strangers import Entries
from analyzer.deps.trials import Scored, Trials, is_last_resort, is_never_wanted
from analyzer.deps.value_ranges import Constants
from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import Change, Contradiction, Pick, Remedy, RemedyStatus, Removal
from analyzer.model.expr import YES, Const, Location, Operand, Ref, Tristate, compare, show
from analyzer.model.gain import Gain
from analyzer.model.graph import Explanation
from analyzer.model.kconfig import EmptyNumber, Range, Symbol

T = TypeVar("T")

Wishes = Mapping[str, str]
"""Names of symbols that the tree defines, and the values wanted, unquoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aids:
    """What other rooms know: how to resolve again, how to try many plans out in one pass, how
    many symbols change at least (None: nobody can tell), what values a symbol has in
    any config, where else it is defined, what a config that was resolved again weighs more (None: nobody has measured
    it)."""

    resolve_with: Resolver
    trials: Trials
    fewest: Fewest | None = None
    constants: Constants = lambda _: (Tristate.n, Tristate.y)
    entries: Entries = dict
    gain: Callable[[ResolvedConfig], Gain | None] = lambda _: None

    def homes(self, name: str) -> Sequence[str]:
        """The Kconfig files of other architectures that define a name."""
        return self.entries().get(name, ())

    def gain_of(self, plan: Plan) -> Gain | None:
        """What a plan weighs."""
        return self.gain(self.resolve_with(dict(plan)))


def lightest(tied: Sequence[T], gain: Callable[[T], Gain | None]) -> T:
    """The one of several that weighs least, if each of them is weighed; else the first."""
    if len(tied) == 1:
        return tied[0]
    sizes = [found.bytes.value for one in tied if (found := gain(one)) is not None]
    return tied[sizes.index(min(sizes))] if len(sizes) == len(tied) else tied[0]


class Remedies:
    """Finds remedies on top of one config; `keep` are names and the values that they have now, as many of which as can
    stay so. What is learnt about the config serves all wishes."""

    def __init__(self, config: ResolvedConfig, aids: Aids, *, keep: Wishes) -> None:
        self._config = config
        self._aids = aids
        self._keep = keep
        self._candidates = Candidates(config, aids.trials, aids.resolve_with, keep)

    def remedy(self, wishes: Wishes, instead: Sequence[str] = ()) -> Remedy:
        """What to set so that all `wishes` come true. Nothing to set is a remedy, too, where all is so already.

        A member of a choice that is to go makes way for another one: one of `instead`, else what the choice defaults
        to. Raises UsageError as `picks` does.
        """
        config, aids = self._config, self._aids
        picked = picks(config, wishes, self._keep, instead)
        # Where the choice's own way does not come out, the choice may still go, or not show.
        for chosen in (picked, ()) if picked and not instead else (picked,):
            found = self._candidates.best(_with(wishes, chosen))
            if found:
                return self._told(wishes, chosen, lightest(found, lambda one: aids.gain_of(one.plan)))
        wanted = tuple(_with(wishes, picked if instead else ()).items())
        proof = prove(config, dict(wanted), aids)
        if proof is not None:
            status: RemedyStatus = "toolchain" if proof.answers else "impossible"
            return Remedy(wishes=wanted, status=status, contradiction=proof)
        return _without_proof(config, wanted, self._candidates, aids.homes)

    def _told(self, wishes: Wishes, picked: tuple[Pick, ...], best: Scored) -> Remedy:
        """The remedy of a plan, resolved again, without the wishes' own lines where they come true without them."""
        config, aids = self._config, self._aids
        plan = smallest(aids.resolve_with, best.plan, self._candidates.goals(_with(wishes, picked)))
        there = aids.resolve_with(dict(plan))
        set_ = {*dict(plan), *wishes}
        differing = changed(config, there)
        symbols = config.model.symbols
        debugs = any(value != "n" and is_last_resort(symbols[name]) for name, value in wishes.items())
        return Remedy(
            wishes=tuple(wishes.items()),
            status="verified",
            picks=picked,
            assignments=proposed(config, plan),
            changes=tuple(change for change in differing if change.name not in set_),
            resorts=tuple(
                change.name
                for change in differing
                if change.before == "n"
                and change.name not in wishes
                and is_last_resort(symbols[change.name])
                # Who asks for what is for debugging gets what is for debugging.
                and (not debugs or is_never_wanted(change.name))
            ),
            loses=tuple(name for name, value in self._keep.items() if there.values[name] != value),
            gain=aids.gain_of(plan),
        )


def _with(wishes: Wishes, picked: Iterable[Pick]) -> dict[str, str]:
    """Wishes, and that what is picked for them is picked."""
    return {**wishes, **{one.name: "y" for one in picked}}


def remedy(config: ResolvedConfig, wishes: Wishes, aids: Aids, *, keep: Wishes, instead: Sequence[str] = ()) -> Remedy:
    """The same for one question about a config."""
    return Remedies(config, aids, keep=keep).remedy(wishes, instead)


def prove(config: ResolvedConfig, wishes: Wishes, aids: Aids) -> Contradiction | None:
    """Why no config has all of `wishes`, if that follows from single lines."""
    for name, value in wishes.items():
        symbol = config.model.symbols[name]
        found = barring_range(config, symbol, value)
        if found is not None and len(symbol.definitions) == 1 and found.condition == YES and is_fixed(found):
            return _out_of_range(config, name, value, found)
    goals = tuple(joined.from_iterable(_necessary(config, name, value) for name, value in wishes.items()))
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


def _out_of_range(config: ResolvedConfig, name: str, value: str, line: Range) -> Contradiction:
    text = f"{name}: range {show(line.low)} {show(line.high)}{suffix(line.condition)}"
    if not is_fixed(line):
        low, high = (config.operand(one).text for one in (line.low, line.high) if isinstance(one, Ref | Const))
        text += f", in this config from {low} to {high}"
    return Contradiction(text=f"{value} is out of the range of {name}", steps=((text, line.location),))


def _without_proof(
    config: ResolvedConfig, wanted: tuple[tuple[str, str], ...], candidates: Candidates, homes: Homes | None
) -> Remedy:
    search = candidates.search
    barred = [need for need in candidates.goals(dict(wanted)) if search.price(need) == inf]
    if not barred:
        for name, value in wanted:
            bar = barring_range(config, config.model.symbols[name], value)
            if bar is not None:
                return Remedy(wishes=wanted, status="not found", contradiction=_out_of_range(config, name, value, bar))
        text = "every way that was tried asks for something to be both on and off, or did not come out"
        return Remedy(wishes=wanted, status="not found", contradiction=Contradiction(text=text))
    obstacles = find_obstacles(config, barred[0], search.is_possible, search.followed, homes)
    steps: tuple[tuple[str, Location | None], ...] = tuple((o.text, o.location) for o in obstacles)
    text = "nothing that a user sets meets this" if len(steps) == 1 else "nothing that a user sets meets any of these"
    proven = any(search.is_proven_impossible(need) for need in barred)
    found = Contradiction(text=text, steps=steps)
    return Remedy(wishes=wanted, status="impossible" if proven else "not found", contradiction=found)


def changed(before: ResolvedConfig, after: ResolvedConfig) -> tuple[Change, ...]:
    """Every symbol whose value differs, in the order of the tree."""
    values = dict(before.values.items())
    return tuple(
        Change(name=name, before=values[name], after=value)
        for name, value in after.values.items()
        if values[name] != value
    )


def removal(config: ResolvedConfig, name: str, aids: Aids, instead: Sequence[str] = ()) -> Removal:
    """What keeps the bool or tristate symbol `name`, which is on, in `config`, and what to turn off so that it goes, or
    what a choice picks `instead`. Raises UsageError as `picks` does."""
    symbol = config.model.symbols[name]
    explanation = Explanation(symbol=name, value=config.values[name], type=symbol.type, steps=chain(config, name))
    found = remedy(config, {name: "n"}, aids, keep={}, instead=instead)
    least: bool | None = False
    off = all(one.value == "n" and config.model.symbols[one.name].choice is None for one in found.assignments)
    if aids.fewest is None:
        least = None
    elif found.status == "verified" and off:
        others = sum(one.name != name for one in found.assignments) + len(found.changes)
        least = is_least(config, name, others, aids.fewest)
    return Removal(config=config, explanation=explanation, remedy=found, least=least)
