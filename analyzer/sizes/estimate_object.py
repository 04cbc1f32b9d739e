"""What an object weighs under values that nobody has built it with.

Enters: builds, what is known of objects besides, a config. Leaves: a `Guess`. Must hold: an object of a build under
every value that it depends on is the answer itself.

An object is taken from the build that differs least in what matters to it, and corrected by what is known of the rest:
which option changes it, and by how much, is told apart from all builds (effects.py). So two options that do more
together than each alone are right where any build has both, whatever else it has. What an option does to many objects
it is expected to do to those that no build has it with.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from analyzer.model.elf import SectionClass
from analyzer.model.estimate import MeasuredBuild, Turn, Wanted
from analyzer.sizes.effects import Effect, Hint, Trial, tell_apart

GAINED = 0.04
LOST = 0.005
"""Shares of an object's bytes by which it may be larger, or smaller, for an option that nobody has measured with it; of
more of them as the root of their number. Few options change what they do not own, some of these a lot."""
SURE = 0.25
UNSURE = 0.5
"""Shares of an effect by which it is in doubt where it is added to others: one that builds tell apart, and one that
another option would explain as well."""
BROAD = 0.1
"""The share of the objects that builds have with an option which it changes, from which on it is expected to change
others too."""

Part = tuple[str, SectionClass]
_Classes = Mapping[SectionClass, int]
_Effects = Mapping[Turn, Mapping[SectionClass, Effect]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """What is known of objects besides their bytes, by path: `reads` are the symbols that fixdep lists ("" among them:
    there is no list, so it may depend on any), `names` those that its source names."""

    reads: Mapping[str, frozenset[str]]
    names: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What is expected of an object. `more` and `less` are how many bytes it may have beyond or below that, `exact`
    says that it was measured like this, `differing` are the symbols whose effect on it nobody has measured."""

    classes: _Classes
    more: float
    less: float
    exact: bool
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A config and builds: its `turns`, the symbols in which it differs from each build, and the symbols of flags whose
    value in it no build has."""

    turns: frozenset[Turn]
    differing: tuple[frozenset[str], ...]
    doubtful: frozenset[str]


class Lessons:
    """What builds tell about each object."""

    def __init__(
        self,
        builds: Sequence[MeasuredBuild],
        objects: Objects,
        brings: Mapping[Turn, frozenset[str]],
        flags: frozenset[str] = frozenset(),
    ) -> None:
        """`builds` are of one origin; turns are from the first of them. `brings` are the symbols that change with a
        turn. `flags` are symbols that may decide how every object is compiled, which fixdep does not list."""
        self.builds = tuple(builds)
        self._objects = objects
        self._flags = flags
        self._brings = brings
        self._known: dict[str, tuple[_Effects, Counter[int]]] = {}
        self._where: dict[str, list[int]] = defaultdict(list)
        for number, build in enumerate(self.builds):
            for path in build.parts:
                self._where[path].append(number)

    def has(self, path: str) -> bool:
        """Whether any build has the object."""
        return path in self._where

    def asked(self, wanted: Wanted) -> Asked:
        """How a config differs from each build."""
        values = wanted.values
        return Asked(
            turns=wanted.turns,
            differing=tuple(
                frozenset(name for name, _ in build.values.items() ^ values.items()) for build in self.builds
            ),
            doubtful=frozenset(
                name for name in self._flags if all(one.values.get(name) != values.get(name) for one in self.builds)
            ),
        )

    def guess(self, path: str, asked: Asked, options: Sequence[str] = ()) -> Guess:
        """What an object that builds have, and that `options` lead to, weighs in a config."""
        fitting = [number for number in self._where[path] if self._fits(path, number, asked)]
        itself = [number for number in fitting if not asked.differing[number]]
        same = [number for number in fitting if asked.differing[number].isdisjoint(self._flags)]
        exact = [self.builds[number].parts[path] for number in itself[:1] or same or fitting]
        if exact:
            # Builds that only their flags tell apart: what is wanted may be any of them.
            sizes = [sum(one.values()) for one in exact]
            above, below = max(sizes) - sizes[0], sizes[0] - min(sizes)
            return Guess(classes=exact[0], more=above, less=below, exact=not above + below)
        return self._corrected(path, asked, options)

    def _fits(self, path: str, number: int, asked: Asked) -> bool:
        differing = asked.differing[number]
        reads = self._objects.reads.get(path, _ANY)
        if "" in reads:
            return not differing
        return differing.isdisjoint(reads) and differing.isdisjoint(asked.doubtful)

    def _corrected(self, path: str, asked: Asked, options: Sequence[str]) -> Guess:
        effects, unexplained = self._effects(path, options)
        weights = {turn: sum(abs(each.gain) for each in some.values()) for turn, some in effects.items()}

        def distance(number: int) -> tuple[int, int, int, int]:
            turns = self.builds[number].turns
            known = [weights[turn] for turn in turns ^ asked.turns if turn in weights]
            # What no effect explains is what options do together: it stays where all of them are wanted.
            others = unexplained[number] and any(self._may_change(path, turn) for turn in turns - asked.turns)
            left = unexplained[number] if others else 0
            return sum(known) + left, len(known), len(asked.turns - turns), len(turns)

        build = self.builds[min(self._where[path], key=distance)]
        classes = Counter(build.parts[path])
        doubt = 0.0
        unseen: set[Turn] = set()
        seen = self._seen(path)
        for turn in build.turns ^ asked.turns:
            for kind, effect in effects.get(turn, {}).items():
                classes[kind] += effect.gain if turn in asked.turns else -effect.gain
                doubt += abs(effect.gain) * (UNSURE if effect.rivals else SURE)
            if turn not in seen and self._may_change(path, turn):
                unseen.add(turn)
        for kind, gain in self._expected(unseen, classes).items():
            classes[kind] += gain
            doubt += abs(gain) / 2
        kept = {kind: size for kind, size in classes.items() if size > 0}
        size = sum(kept.values()) * math.sqrt(len(unseen))
        return Guess(
            classes=kept,
            more=doubt + GAINED * size,
            less=min(doubt + LOST * size, sum(kept.values())),
            exact=False,
            differing=tuple(sorted({name for name, _ in unseen})),
        )

    def _seen(self, path: str) -> set[Turn]:
        """The turns that the object was built with."""
        return {turn for number in self._where[path] for turn in self.builds[number].turns}

    def _may_change(self, path: str, turn: Turn) -> bool:
        reads = self._objects.reads.get(path, _ANY)
        return "" in reads or not (reads | self._flags).isdisjoint(self._brings.get(turn, frozenset()) | {turn[0]})

    def _expected(self, turns: Iterable[Turn], classes: _Classes) -> Counter[SectionClass]:
        """What options that change many objects are expected to add to one that no build has with them."""
        size = sum(classes.values())
        found: Counter[SectionClass] = Counter()
        for turn in turns:
            for kind, share in self._shares.get(turn, {}).items():
                found[kind] += round(share * size)
        return found

    @cached_property
    def _shares(self) -> Mapping[Turn, Mapping[SectionClass, float]]:
        """What a broad option adds to objects for each of their bytes, by class."""
        gains: dict[Turn, Counter[SectionClass]] = defaultdict(Counter)
        changed: Counter[Turn] = Counter()
        for path in self.builds[0].parts:
            for turn, some in self._effects(path)[0].items():
                changed[turn] += 1
                for kind, effect in some.items():
                    gains[turn][kind] += effect.gain
        base = self.builds[0].parts
        whole = sum(sum(classes.values()) for classes in base.values())
        return {
            turn: {kind: gain / whole for kind, gain in gains[turn].items()}
            for turn, count in changed.items()
            if count >= BROAD * len(base) and whole
        }

    # Effects.

    def _effects(self, path: str, options: Sequence[str] = ()) -> tuple[_Effects, Counter[int]]:
        """What each turn adds to an object, by class, and how many bytes of each build, by its number, that leaves
        unexplained. An object that is not in the first build is brought by `options`."""
        if path in self._known:
            return self._known[path]
        parts = [build.parts.get(path, _NOTHING) for build in self.builds]
        trials = [
            Trial(turned=turned, gains=_gains(parts[0], after))
            for turned, after in zip(self._spelled, parts[1:], strict=True)
        ]
        there = None if path in self.builds[0].parts else frozenset(n - 1 for n in self._where[path])
        own = self._changed_by(options) if there else frozenset[str]()
        reads = self._objects.reads.get(path, _ANY)
        hint = Hint(
            possible=None if "" in reads else own | self._changed_by(reads | self._flags),
            likely=dict.fromkeys(self._changed_by(self._objects.names.get(path, ())), 1) | dict.fromkeys(own, 2),
            there=there,
        )
        told = tell_apart(trials, lambda kind: hint, self._common)
        found: dict[Turn, dict[SectionClass, Effect]] = {}
        for kind, effects in told.found.items():
            for spelled, effect in effects.items():
                name, _, value = spelled.partition("=")
                found.setdefault((name, value), {})[kind] = effect
        unexplained: Counter[int] = Counter()
        for rest in told.rest.values():
            for number, size in rest.items():
                unexplained[number + 1] += abs(size)
        self._known[path] = found, unexplained
        return self._known[path]

    @cached_property
    def _spelled(self) -> tuple[frozenset[str], ...]:
        """The turns of each build but the first, as texts."""
        return tuple(frozenset(f"{name}={value}" for name, value in build.turns) for build in self.builds[1:])

    @cached_property
    def _by_name(self) -> Mapping[str, set[str]]:
        """The turns that change a symbol, as texts."""
        found: dict[str, set[str]] = defaultdict(set)
        for turn in {turn for build in self.builds for turn in build.turns}:
            for name in self._brings.get(turn, frozenset()) | {turn[0]}:
                found[name].add("=".join(turn))
        return found

    def _changed_by(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(one for name in names for one in self._by_name.get(name, ()))

    @cached_property
    def _common(self) -> Counter[str]:
        """How many objects each turn could change."""
        return Counter(one for reads in self._objects.reads.values() for one in self._changed_by(reads))


_NOTHING: _Classes = {}
_ANY = frozenset({""})


def gains_of(before: Mapping[str, _Classes], after: Mapping[str, _Classes]) -> dict[Part, int]:
    """By how many bytes each class of each object differs, where it does."""
    return {
        (path, kind): gain
        for path in before.keys() | after.keys()
        for kind, gain in _gains(before.get(path, _NOTHING), after.get(path, _NOTHING)).items()
    }


def _gains(before: _Classes, after: _Classes) -> dict[SectionClass, int]:
    gains = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in before.keys() | after.keys()}
    return {kind: gain for kind, gain in gains.items() if gain}
