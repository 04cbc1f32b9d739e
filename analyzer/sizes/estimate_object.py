"""What an object weighs under values that nobody has built it with.

Enters: the values wanted, what was measured of the same object. Leaves: a `Guess`. Must hold: an observation that has
every value that it depends on is the answer itself; the width shrinks, or stays, with every further observation.

An observation is looked at as the set of (symbol, value) in which it disagrees with what is wanted: fixdep's list is
whole, so the empty set is exact. Of two observations one of which disagrees in a part of what the other disagrees in,
the difference in bytes is what the rest of that set brought; such steps are summed up from the observation that leaves
the least to doubt. Most symbols of fixdep's list change nothing, and steps of 0 bytes are what says so.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from analyzer.model.size import SectionClass

GAINED = 0.04
LOST = 0.005
"""Shares of an object's bytes by which it may be larger, or smaller, for a symbol whose effect nobody has measured. For
more of them they grow as the root of their number. Few options change what they do not own, some of these a lot."""
KNOWN = 0.001
"""The same, either way, for a symbol whose effect was measured beside other values of other symbols."""
SUMMED = 0.5
"""Share of a measured effect that counts as doubt where it is added to others."""
MOST = 64
"""Observations of an object that are looked at, those that disagree least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An observation: `names` are the symbols that the object depends on, `settings` their values."""

    names: tuple[str, ...]
    settings: tuple[str, ...]
    classes: Mapping[SectionClass, int]

    def fits(self, values: Mapping[str, str]) -> bool:
        """Whether it was measured under exactly `values`."""
        return all(values.get(name, "n") == value for name, value in zip(self.names, self.settings, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What is expected of an object. `more` and `less` are how many bytes it may have beyond or below that, `exact`
    says that it was measured like this, `differing` are the symbols whose effect nobody has measured."""

    classes: Mapping[SectionClass, int]
    more: float
    less: float
    exact: bool
    differing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    off: int
    classes: Mapping[SectionClass, int]

    @property
    def size(self) -> int:
        return sum(self.classes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """From one observation to another: which disagreements it settles, and what that brought."""

    settles: int
    rest: int
    change: Mapping[SectionClass, int]

    @property
    def rate(self) -> float:
        """Doubt in bytes for each disagreement."""
        return SUMMED * abs(sum(self.change.values())) / self.settles.bit_count()


def exact(values: Mapping[str, str], seen: Sequence[Seen]) -> Mapping[SectionClass, int] | None:
    """What an object weighed under exactly `values`; None where nobody has measured that."""
    return next((one.classes for one in seen if one.fits(values)), None)


def guess(values: Mapping[str, str], seen: Sequence[Seen]) -> Guess:
    """What an object weighs under `values` (a symbol that is off is missing), from at least one observation."""
    names: list[str] = []
    points = sorted(_points(values, seen, names), key=lambda point: (point.off.bit_count(), point.off))[:MOST]
    if not points[0].off:
        same = [point for point in points if not point.off]
        # Observations that only their flags tell apart: what is wanted may be any of them.
        sizes = [point.size for point in same]
        above, below = max(sizes) - sizes[0], sizes[0] - min(sizes)
        return Guess(classes=same[0].classes, more=above, less=below, exact=not above + below, differing=())
    steps = sorted(_steps(points), key=attrgetter("rate", "settles", "rest"))
    doubts = [tuple(_doubt(point, steps, share) for share in (GAINED, LOST)) for point in points]
    start = min(range(len(points)), key=lambda number: (sum(doubts[number]), points[number].off.bit_count(), number))
    classes, left = _summed(points[start], steps)
    more, less = doubts[start]
    return Guess(classes=classes, more=more, less=less, exact=False, differing=tuple(sorted({*_named(left, names)})))


def _points(values: Mapping[str, str], seen: Sequence[Seen], names: list[str]) -> Iterator[_Point]:
    """The observations as sets of bits; `names` gets the symbol of each bit."""
    bits: dict[tuple[str, str], int] = {}
    wanted: dict[int, tuple[str, ...]] = {}
    for one in seen:
        want = wanted.get(id(one.names))
        if want is None:
            want = wanted[id(one.names)] = tuple(values.get(name, "n") for name in one.names)
        off = 0
        if want != one.settings:
            for name, have, should in zip(one.names, one.settings, want, strict=True):
                if have != should:
                    if (name, have) not in bits:
                        bits[name, have] = 1 << len(bits)
                        names.append(name)
                    off |= bits[name, have]
        yield _Point(off=off, classes=one.classes)


def _steps(points: Sequence[_Point]) -> Iterator[_Step]:
    for before in points:
        for after in points:
            if before.off != after.off and before.off & after.off == after.off:
                change = Counter(before.classes)
                change.subtract(after.classes)
                yield _Step(
                    settles=before.off & ~after.off,
                    rest=after.off.bit_count(),
                    change={kind: -size for kind, size in change.items() if size},
                )


def _doubt(point: _Point, steps: Sequence[_Step], share: float) -> float:
    """How many bytes an estimate that starts here may be off; `share` is that for one symbol that nobody has measured.

    What was measured counts only where that leaves less to doubt, so that no observation adds any.
    """
    left, doubt = point.off, 0.0
    least = share * point.size * math.sqrt(left.bit_count())
    for step in steps:
        if step.settles & ~point.off == 0 and (fresh := step.settles & left):
            doubt += max(step.rate, KNOWN * point.size) * fresh.bit_count()
            left &= ~fresh
            least = min(least, doubt + share * point.size * math.sqrt(left.bit_count()))
    return least


def _summed(point: _Point, steps: Sequence[_Step]) -> tuple[Mapping[SectionClass, int], int]:
    """The bytes from here with every step that settles something else, the largest first, and what is left."""
    found = Counter(point.classes)
    left = point.off
    for step in sorted(steps, key=lambda one: (-one.settles.bit_count(), one.rest, one.rate, one.settles)):
        if step.settles & left == step.settles:
            found.update(step.change)
            left &= ~step.settles
    return {kind: size for kind, size in found.items() if size > 0}, left


def _named(mask: int, names: Sequence[str]) -> Iterator[str]:
    while mask:
        lowest = mask & -mask
        yield names[lowest.bit_length() - 1]
        mask ^= lowest
