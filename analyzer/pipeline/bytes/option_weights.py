"""What every option of a config weighs, by the builds that a ledger holds.

Enters: a config, its toggles, a ledger. Leaves: an `OptionWeight` for each toggle. Must hold: nothing is built; builds
in which many options are turned count as much as those of one; what no build tells is no number.
"""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.elf import SectionClass
from analyzer.model.estimate import Interval, MeasuredBuild, Turn
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.pipeline.bytes.built import built_configs, named_in, planned
from analyzer.pipeline.bytes.estimating import flag_symbols
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.toggles import Swap, Toggle, swaps
from analyzer.sizes.classes import CLASSES
from analyzer.sizes.effects import Effects, Hint, Trial, tell_apart
from analyzer.sizes.estimate_object import Part, gains_of

UNLIKE = 0.1
"""The share of an object by which it is in doubt where every build that has it turns others which may change it."""
PADDING = 64
"""Bytes by which a weight from shared builds is in doubt wherever it touches anything, since sections are aligned."""
BESIDE = 0.04
"""The share of it by which it is in doubt besides, since others were turned with it. Both are calibrated on ten options
of 6.1's x86_64 tinyconfig that were built alone afterwards: nine were inside (tests/benchmarks/options.py)."""


def table(
    base: ResolvedConfig,
    toggles: Sequence[Toggle],
    ledger: Path,
    failed: Sequence[tuple[str, str]] = (),
    instead: Sequence[str] = (),
) -> OptionTable:
    """What a ledger tells of all toggles; `failed` are those that cannot be built, with the reason.

    A choice's pick weighs what the member does that comes for it, one of `instead` or what the choice defaults to.

    Raises SourceError where the file is no ledger, UsageError where it lacks the config itself, and as `toggles.swaps`.
    """
    learnt = Learnt(base, toggles, ledger)
    if learnt.base is None:
        raise unmeasured(base, ledger)
    origin = origin_of(base)
    told = {one.symbol: one for one in learnt.weights()}
    reasons = dict(failed)
    swapped = swaps(base, toggles, instead)
    for swap in swapped:
        other = swap.toggle.symbol
        if other in told:
            told[swap.symbol] = _swapped(swap, told[other])
        elif other in reasons:
            reasons[swap.symbol] = f"{other}: {reasons[other]}"
    known = told.keys() | reasons.keys()
    wanted = (*(toggle.symbol for toggle in toggles), *(swap.symbol for swap in swapped))
    return OptionTable(
        config=base.source.name,
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        content=learnt.base.content,
        builds=learnt.builds,
        weights=tuple(told.values()),
        missing=tuple(name for name in wanted if name not in known),
        failed=tuple(reasons.items()),
    )


def _swapped(swap: Swap, other: OptionWeight) -> OptionWeight:
    """The weight of a pick that goes: that of the member which comes."""
    ((before, after),) = ((before, after) for name, before, after in other.follows if name == swap.symbol)
    return replace(other, symbol=swap.symbol, before=before, value=after, follows=swap.follows)


def unmeasured(base: ResolvedConfig, ledger: Path) -> UsageError:
    """What is said where the config itself has not been built, without which nothing can be told of its options."""
    words = shlex.join(["--tree", str(base.tree.root), "--ledger", str(ledger)])
    missing = Known(ledger, words=words).missing(base)
    return UsageError(f"nobody has measured {base.source.name} itself", hint=str(missing))


class Learnt:
    """What the builds of a ledger tell about the toggles of a config."""

    def __init__(self, base: ResolvedConfig, toggles: Sequence[Toggle], ledger: Path) -> None:
        """Raises SourceError where the file is no ledger."""
        self._config = base
        self._flips = {toggle.symbol: toggle for toggle in toggles if toggle.sticks}
        self._changing: dict[str, set[str]] = defaultdict(set)
        for toggle in self._flips.values():
            for name, _, _ in toggle.changes:
                self._changing[name].add(toggle.symbol)
        self._flags = self._turning(flag_symbols(base.tree))
        self._ways: dict[str, set[frozenset[Turn]]] = defaultdict(set)
        self._read: Mapping[str, frozenset[str]] = {}
        self._named: Mapping[str, frozenset[str]] = {}
        builds = self._builds(ledger)
        wanted = settings_of(base)
        self.base: MeasuredBuild | None = next((one for one in builds if one.values == wanted), None)
        self._others = [one for one in builds if self.base is not None and self._is_of_flips(one, self.base)]
        self.builds = 1 + len(self._others)
        self._turned = [self._turned_in(one) for one in self._others]
        self._present: dict[str, set[int]] = defaultdict(set)
        for number, one in enumerate(self._others):
            for path in one.parts:
                self._present[path].add(number)
        self._arrivals = {path: self._arrival(path) for path in self._present if self._is_brought(path)}
        self._trials = [
            Trial(turned=turned, gains=self._beyond(one))
            for turned, one in zip(self._turned, self._others, strict=True)
        ]
        self.effects: Effects[Part] = tell_apart(self._trials, self._hint, self._common())
        self.padding = self._padding()

    def weights(self) -> tuple[OptionWeight, ...]:
        """What each toggle adds, in their order; those are left out that no build has, or none but with another that
        brings it: what builds gain is then told of that one, and nothing of this."""
        return tuple(self._weight(toggle) for toggle in self._flips.values() if self._told(toggle))

    def _is_of_flips(self, build: MeasuredBuild, base: MeasuredBuild) -> bool:
        """Whether it differs from the config as it is by toggles alone: a ledger may hold builds of whatever else."""
        # An empty text is written once its prompt shows, which changes nothing.
        differing = {name for name, value in build.values.items() ^ base.values.items() if value != '""'}
        turned = (toggle for toggle in self._flips.values() if build.values.get(toggle.symbol, "n") == toggle.value)
        return build is not base and differing <= {name for toggle in turned for name, _, _ in toggle.changes}

    def _told(self, toggle: Toggle) -> bool:
        turned = [trial.turned for trial in self._with(toggle)]
        always = frozenset.intersection(*turned) - self._together(toggle) if turned else frozenset[str]()
        return bool(turned) and not any(toggle.symbol in self._together(self._flips[name]) for name in always)

    def _together(self, toggle: Toggle) -> set[str]:
        """The toggles that one brings with it, itself among them."""
        here = {name: after for name, _, after in toggle.changes}
        return {name for name, other in self._flips.items() if here.get(name) == other.value}

    def _weight(self, toggle: Toggle) -> OptionWeight:
        together = self._together(toggle)
        alone = next((n for n, trial in enumerate(self._trials) if toggle.symbol in trial.turned <= together), None)
        classes: Counter[SectionClass] = Counter()
        doubt = 0
        touched: set[str] = set()
        if alone is not None:
            for (path, kind), gain in self._gains(self._others[alone]).items():
                classes[kind] += gain
                touched.add(path)
        values = self._values | {name: after for name, _, after in toggle.changes}
        coming = {path for path in self._arrivals if alone is None and self._leads_to(path, values)}
        for path in coming:
            arrival, surely = self._arrivals[path]
            classes.update(arrival)
            touched.add(path)
            doubt += 0 if surely else round(UNLIKE * sum(arrival.values()))
        for (path, kind), effects in self.effects.found.items() if alone is None else ():
            if path in self._arrivals and path not in coming:
                continue
            for name in together & effects.keys():
                effect = effects[name]
                classes[kind] += effect.gain
                touched.add(path)
                doubt += abs(effect.gain) if effect.rivals - together else 0
        if alone is None:
            for kind, each in self.padding.items():
                classes[kind] += round(each * len(touched - self._linked))
        gain = sum(classes.values())
        if alone is None and touched:
            doubt += PADDING + round(abs(gain) * BESIDE)
        return OptionWeight(
            symbol=toggle.symbol,
            before=toggle.changes[0][1],
            value=toggle.changes[0][2],
            follows=toggle.changes[1:],
            content=Interval(low=gain - doubt, value=gain, high=gain + doubt),
            classes={kind: classes[kind] for kind in CLASSES if classes[kind]},
            objects=len(touched - {""}),
            alone=alone is not None,
            builds=sum(1 for _ in self._with(toggle)),
        )

    # Objects that come.

    def _leads_to(self, path: str, values: Mapping[str, str]) -> bool:
        """Whether makefiles build an object under these values."""
        return any(all(values.get(name, "n") == value for name, value in way) for way in self._ways[path])

    def _is_brought(self, path: str) -> bool:
        """Whether symbols alone decide that it is there, and it is not without a toggle; not so where the linker takes
        it from a library."""
        return path not in self._linked and bool(self._ways[path]) and not self._leads_to(path, self._values)

    def _arrival(self, path: str) -> tuple[Mapping[SectionClass, int], bool]:
        """What an object weighs once it is there, whatever brought it: as in the build that turns fewest else of what
        may change it, the smallest; and whether that turns nothing else."""
        may = self._possible(path)

        def others(number: int) -> tuple[int, int]:
            turned, parts = self._turned[number], self._others[number].parts[path]
            return len(turned if may is None else turned & may), sum(parts.values())

        best = min(self._present[path], key=others)
        bringing = self._turning(name for way in self._ways[path] for name, _ in way)
        alone = may is not None and self._turned[best] & may <= bringing
        return self._others[best].parts[path], alone

    def _beyond(self, build: MeasuredBuild) -> dict[Part, int]:
        """What a build has more than the config as it is, and than each object that comes has once it is there."""
        assert self.base is not None
        there = {path: one for path, (one, _) in self._arrivals.items() if path in build.parts}
        return gains_of({**self.base.parts, **there}, build.parts)

    def _with(self, toggle: Toggle) -> Iterator[Trial[Part]]:
        return (trial for trial in self._trials if toggle.symbol in trial.turned)

    def _turning(self, symbols: Iterable[str]) -> frozenset[str]:
        """The toggles that change one of these symbols."""
        return frozenset(toggle for name in symbols for toggle in self._changing.get(name, ()))

    # What the ledger holds.

    def _builds(self, ledger: Path) -> list[MeasuredBuild]:
        found = built_configs(self._config, ledger)
        self._read = found.reads
        for one in found.builds:
            # Plans take long, and say nothing new of objects that others have.
            if not one.parts.keys() <= self._ways.keys():
                for path, wanted in planned(self._config, one.values).items():
                    self._ways[path].add(wanted.conditions)
        self._named = named_in(self._config.tree, {path for one in found.builds for path in one.parts})
        return list(found.builds)

    @cached_property
    def _linked(self) -> frozenset[str]:
        """The objects of the config as it is."""
        return frozenset(self.base.parts) if self.base is not None else frozenset()

    def _gains(self, build: MeasuredBuild) -> dict[Part, int]:
        """What a build has more than the config as it is, what linking adds under the path ""."""
        assert self.base is not None
        before, after = ({**one.parts, "": one.linked} for one in (self.base, build))
        return gains_of(before, after)

    @cached_property
    def _values(self) -> dict[str, str]:
        """The values of the config as it is, as makefiles see them."""
        return {name: value for name, value in self._config.values.items() if value}

    def _turned_in(self, build: MeasuredBuild) -> frozenset[str]:
        return frozenset(n for n, toggle in self._flips.items() if build.values.get(n, "n") == toggle.value)

    def _padding(self) -> Mapping[SectionClass, float]:
        """Bytes that linking adds for each object that comes, by class: sections are aligned."""
        gains: Counter[SectionClass] = Counter()
        objects = 0
        for build in self._others:
            objects += len(build.parts.keys() - self._linked)
            for (path, kind), gain in self._gains(build).items():
                gains[kind] += 0 if path else gain
        return {kind: gain / objects for kind, gain in gains.items()} if objects else {}

    # What is known of an object before its builds are looked at.

    def _hint(self, part: Part) -> Hint:
        path, _ = part
        behind = {name for way in self._ways[path] for name, _ in way}
        named = self._named.get(path, frozenset()) | behind
        likely = dict.fromkeys(self._turning(named), 1) | {name: 2 for name in named if name in self._flips}
        there = None if path in self._linked else frozenset(self._present[path])
        return Hint(possible=self._possible(path), likely=likely, there=there)

    def _possible(self, path: str) -> frozenset[str] | None:
        """The toggles that may change an object, those that bring one left out; None: any."""
        read = self._read[path]
        # fixdep lists every option that the compiler could see; an object without such a list may see any.
        return None if "" in read else self._turning(read) | self._flags

    def _common(self) -> Counter[str]:
        """How many objects each toggle could change."""
        return Counter(toggle for names in self._read.values() for toggle in self._turning(names))
