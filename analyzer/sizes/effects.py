"""Which option changes what, told apart from builds in which many are turned at once.

Enters: what each build gained over the base, part by part, and which options were turned in it. Leaves: what each
option adds to each part. Must hold: an option has no effect on a part that stayed as it was in a build with that
option, unless another build shows that nothing else can have it; what the builds do not tell apart is given to one of
the options that it may belong to, and counted as doubtful.

Few options touch one object, so the effects are sparse and the builds few (group testing; D.-Z. Du, F. K. Hwang,
Combinatorial Group Testing and Its Applications, 2000). Effects are whole bytes that repeat exactly, so no regression
with noise is needed: what nothing but one option can explain in some build is taken first, then what explains two or
more builds to the byte, before what explains a single one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Part = TypeVar("Part", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Generic[Part]):
    """A build: the options turned in it, and by how many bytes each part differs from the base (0 left out)."""

    turned: frozenset[str]
    gains: Mapping[Part, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What is known of a part beforehand.

    `possible` are the options that may change it (None: all), `likely` those that are to be preferred where builds
    alone do not decide, higher numbers first, `there` the numbers of the builds in which there is such a part at all
    (None: all), since elsewhere nothing could have shown.
    """

    possible: Set[str] | None = None
    likely: Mapping[str, int] = field(default_factory=dict)
    there: Set[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an option adds to a part: bytes, how many builds say just this, and the other options that would explain it
    as well."""

    gain: int
    confirmed: int
    rivals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects(Generic[Part]):
    """`found` maps parts to options to effects; `rest` maps parts to what builds gained that no option explains, by the
    build's number."""

    found: Mapping[Part, Mapping[str, Effect]]
    rest: Mapping[Part, Mapping[int, int]] = field(default_factory=dict)


def tell_apart(
    trials: Sequence[Trial[Part]],
    hint: Callable[[Part], Hint] = lambda part: Hint(),
    common: Mapping[str, int] | None = None,
) -> Effects[Part]:
    """The effects behind `trials`. Of options that nothing else tells apart that one is taken which fewest parts see,
    by the numbers of `common`; the others remain its rivals."""
    where: dict[str, set[int]] = defaultdict(set)
    for number, trial in enumerate(trials):
        for name in trial.turned:
            where[name].add(number)
    gains: dict[Part, dict[int, int]] = defaultdict(dict)
    for number, trial in enumerate(trials):
        for part, gain in trial.gains.items():
            if gain:
                gains[part][number] = gain
    found: dict[Part, Mapping[str, Effect]] = {}
    rest: dict[Part, Mapping[int, int]] = {}
    for part, by_trial in gains.items():
        known = hint(part)
        names = {name for number in by_trial for name in trials[number].turned}
        if known.possible is not None:
            names &= known.possible
        builds = {name: where[name] if known.there is None else where[name] & known.there for name in names}
        # What nothing else can explain in some build has an effect, though another may have made up for it elsewhere.
        certain = {min(one) for one in (trials[number].turned & names for number in by_trial) if len(one) == 1}
        candidates = {
            name: numbers for name, numbers in builds.items() if numbers <= by_trial.keys() or name in certain
        }
        effects, left = _explain(by_trial, candidates, known.likely, common or {})
        found[part] = effects
        if left:
            rest[part] = left
    return Effects(found=found, rest=rest)


def _explain(
    gains: Mapping[int, int], where: Mapping[str, set[int]], likely: Mapping[str, int], common: Mapping[str, int]
) -> tuple[dict[str, Effect], dict[int, int]]:
    """The effects on one part: time and again the option that explains most is taken, and its share taken away."""
    left = dict(gains)
    effects: dict[str, Effect] = {}
    while left:
        waiting = {name: builds for name, builds in where.items() if name not in effects}
        having = {number: [name for name in waiting if number in waiting[name]] for number in left}
        sole = {number for number, names in having.items() if len(names) == 1}
        claims = (_claim(name, builds, left, sole, likely) for name, builds in waiting.items())
        ranked = sorted(
            (claim for claim in claims if claim.gain),
            key=lambda claim: (claim.rank, -common.get(claim.name, 0), claim.name),
            reverse=True,
        )
        if not ranked:
            break
        best = ranked[0]
        rivals = (
            other.name for other in ranked[1:] if other.rank == best.rank and where[other.name] & where[best.name]
        )
        sure = best.rank[0] or best.rank[1] > 1
        effects[best.name] = Effect(
            gain=best.gain, confirmed=best.confirmed, rivals=frozenset() if sure else frozenset(rivals)
        )
        for number in where[best.name]:
            left[number] = left.get(number, 0) - best.gain
            if not left[number]:
                del left[number]
    return effects, left


@dataclass(frozen=True, slots=True)
class _Claim:
    """What an option would explain.

    The order decides which is taken first: what nothing else can explain in some build, what most builds agree on, what
    is likely, what leaves nothing over.
    """

    rank: tuple[bool, int, int, bool]
    name: str
    gain: int
    confirmed: int


def _claim(
    name: str, where: set[int], left: Mapping[int, int], sole: Collection[int], likely: Mapping[str, int]
) -> _Claim:
    votes = Counter(left.get(number, 0) for number in where)
    gain, confirmed = max(votes.items(), key=lambda vote: (vote[1], -abs(vote[0])))
    agreed = confirmed == len(where)
    forced = Counter(left[number] for number in where if number in sole)
    if not agreed and forced:
        gain, confirmed = max(forced.items(), key=lambda vote: (vote[1], -abs(vote[0])))
    elif not agreed:
        # A part with a share of another option too: the smaller gain is the one that both can have.
        gain = min((one for one in votes if one), key=abs, default=0) if name in likely else 0
        confirmed = 1
    return _Claim(
        (bool(forced), confirmed if agreed and confirmed > 1 else 0, likely.get(name, 0), agreed), name, gain, confirmed
    )
