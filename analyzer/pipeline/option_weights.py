"""What every option of a config weighs, by the builds that a ledger holds.

Enters: a config, its flips, a ledger. Leaves: an `OptionWeight` for each flip. Must hold: nothing is built; builds in
which many options are turned count as much as those of one; what no build tells is no number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analyzer import trees
from analyzer.errors import SourceError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Interval
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.model.size import Image, Observation, SectionClass
from analyzer.pipeline.building import origin_of, settings_of
from analyzer.pipeline.estimating import build_of, flag_symbols
from analyzer.pipeline.flips import Flip
from analyzer.sizes.classes import CLASSES
from analyzer.sizes.dotconfig import values
from analyzer.sizes.effects import Effects, Hint, Trial, tell_apart
from analyzer.sizes.ledger import Ledger

Part = tuple[str, SectionClass]
"""A class of bytes of an object."""

PADDING = 64
"""Bytes by which a weight from shared builds is in doubt wherever it touches anything, since sections are aligned."""
BESIDE = 0.04
"""The share of it by which it is in doubt besides, since others were turned with it. Both are calibrated on ten options
of 6.1's x86_64 tinyconfig that were built alone afterwards: nine were inside (tests/benchmarks/options.py)."""

_SYMBOL = re.compile(r"\bCONFIG_(\w+)")


def table(
    base: ResolvedConfig, flips: Sequence[Flip], ledger: Path, failed: Sequence[tuple[str, str]] = ()
) -> OptionTable:
    """What a ledger tells of all flips; `failed` are those that cannot be built, with the reason.

    Raises SourceError where the file is no ledger, UsageError where it lacks the config itself.
    """
    learnt = Learnt(base, flips, ledger)
    if learnt.base is None:
        raise UsageError(f"nobody has measured {base.source.name} itself", hint="kweigh weigh begins with it")
    origin = origin_of(base)
    weights = learnt.weights()
    known = {one.symbol for one in weights}.union(name for name, _ in failed)
    return OptionTable(
        config=base.source.name,
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        content=sum(learnt.base.parts.values()) + sum(learnt.base.padding.values()),
        builds=learnt.builds,
        weights=weights,
        missing=tuple(flip.symbol for flip in flips if flip.symbol not in known),
        failed=tuple(failed),
    )


class Learnt:
    """What the builds of a ledger tell about the flips of a config."""

    def __init__(self, base: ResolvedConfig, flips: Sequence[Flip], ledger: Path) -> None:
        """Raises SourceError where the file is no ledger."""
        self._config = base
        self._flips = {flip.symbol: flip for flip in flips if flip.sticks}
        self._changing: dict[str, set[str]] = defaultdict(set)
        for flip in self._flips.values():
            for name, _, _ in flip.changes:
                self._changing[name].add(flip.symbol)
        self._flags = self._turning(flag_symbols(base.tree))
        self._behind: dict[str, set[str]] = defaultdict(set)
        self._read: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, frozenset[str]] = {}
        builds = self._builds(ledger)
        wanted = settings_of(base)
        self.base: _Build | None = next((one for one in builds if one.values == wanted), None)
        self._others = [one for one in builds if self.base is not None and self._is_of_flips(one, self.base)]
        self.builds = 1 + len(self._others)
        self._trials = [self._trial(one) for one in self._others]
        self._present: dict[str, set[int]] = defaultdict(set)
        for number, one in enumerate(self._others):
            for path, _ in one.parts:
                self._present[path].add(number)
        self.effects: Effects[Part] = tell_apart(self._trials, self._hint, self._common())
        self.padding = self._padding()

    def weights(self) -> tuple[OptionWeight, ...]:
        """What each flip adds, in their order; those are left out that no build has, or none but with another that
        brings it: what builds gain is then told of that one, and nothing of this."""
        return tuple(self._weight(flip) for flip in self._flips.values() if self._told(flip))

    def _is_of_flips(self, build: _Build, base: _Build) -> bool:
        """Whether it differs from the config as it is by flips alone: a ledger may hold builds of whatever else."""
        # An empty text is written once its prompt shows, which changes nothing.
        differing = {name for name, value in build.values.items() ^ base.values.items() if value != '""'}
        turned = (flip for flip in self._flips.values() if build.values.get(flip.symbol, "n") == flip.value)
        return build is not base and differing <= {name for flip in turned for name, _, _ in flip.changes}

    def _told(self, flip: Flip) -> bool:
        turned = [trial.turned for trial in self._with(flip)]
        always = frozenset.intersection(*turned) - self._together(flip) if turned else frozenset[str]()
        return bool(turned) and not any(flip.symbol in self._together(self._flips[name]) for name in always)

    def _together(self, flip: Flip) -> set[str]:
        """The flips that one brings with it, itself among them."""
        here = {name: after for name, _, after in flip.changes}
        return {name for name, other in self._flips.items() if here.get(name) == other.value}

    def _weight(self, flip: Flip) -> OptionWeight:
        together = self._together(flip)
        alone = next((n for n, trial in enumerate(self._trials) if flip.symbol in trial.turned <= together), None)
        classes: Counter[SectionClass] = Counter()
        doubt = 0
        touched: set[str] = set()
        if alone is not None:
            for (path, kind), gain in self._gains(self._others[alone]).items():
                classes[kind] += gain
                touched.add(path)
        for (path, kind), effects in self.effects.found.items() if alone is None else ():
            if not self._comes(path, together):
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
            symbol=flip.symbol,
            before=flip.changes[0][1],
            value=flip.changes[0][2],
            follows=flip.changes[1:],
            content=Interval(low=gain - doubt, value=gain, high=gain + doubt),
            classes={kind: classes[kind] for kind in CLASSES if classes[kind]},
            objects=len(touched - {""}),
            alone=alone is not None,
            builds=sum(1 for _ in self._with(flip)),
        )

    def _comes(self, path: str, together: Set[str]) -> bool:
        """Whether an object is there when just these are turned, or was there before."""
        if path in self._linked:
            return True
        bringing = self._turning(self._behind[path])
        return not bringing or not bringing.isdisjoint(together)

    def _with(self, flip: Flip) -> Iterator[Trial[Part]]:
        return (trial for trial in self._trials if flip.symbol in trial.turned)

    def _turning(self, symbols: Iterable[str]) -> frozenset[str]:
        """The flips that change one of these symbols."""
        return frozenset(flip for name in symbols for flip in self._changing.get(name, ()))

    # What the ledger holds.

    def _builds(self, ledger: Path) -> list[_Build]:
        with Ledger.open_to_read(ledger) as opened:
            origin = origin_of(self._config)
            images = list(opened.images(name="vmlinux.o", origin=origin))
            notes = {note.config: note for note in opened.builds(origin=origin)}
            linked = {config: opened.parts(note) for config, note in notes.items() if note.objects}
            seen: dict[str, list[Observation]] = defaultdict(list)
            for one in opened.observations(origin=origin):
                seen[one.path].append(one)
                self._read[one.path].update(name for name, _ in one.recipe.symbols)
        return [self._build(image, linked.get(image.config, {}), seen) for image in images]

    def _build(
        self, image: Image, linked: Mapping[str, Mapping[SectionClass, int]], seen: Mapping[str, Sequence[Observation]]
    ) -> _Build:
        """The bytes of a build, object by object, and what linking adds; `linked` is what was noted of it."""
        there = values(image.config)
        if not linked or not linked.keys() <= self._behind.keys():
            planned = build_of(self._config, image).objects
            for path, wanted in planned.items():
                self._behind[path].update(wanted.options)
            if not linked:
                fitting = ((path, one) for path in planned for one in seen.get(path, ()) if one.recipe.fits(there))
                linked = {path: one.classes for path, one in fitting}
        parts = {(path, kind): size for path, classes in linked.items() for kind, size in classes.items()}
        padding: Counter[SectionClass] = Counter()
        for _, kind, size in image.sections:
            padding[kind] += size
        for (_, kind), size in parts.items():
            padding[kind] -= size
        return _Build(values=there, parts=parts, padding=padding)

    @cached_property
    def _linked(self) -> frozenset[str]:
        """The objects of the config as it is."""
        return frozenset(path for path, _ in self.base.parts) if self.base is not None else frozenset()

    def _gains(self, build: _Build) -> dict[Part, int]:
        """What a build has more than the config as it is, what linking adds under the path ""."""
        assert self.base is not None
        now, then = (
            {**one.parts, **{("", kind): size for kind, size in one.padding.items()}} for one in (build, self.base)
        )
        gains = {part: now.get(part, 0) - then.get(part, 0) for part in now.keys() | then.keys()}
        return {part: gain for part, gain in gains.items() if gain}

    def _trial(self, build: _Build) -> Trial[Part]:
        turned = frozenset(n for n, flip in self._flips.items() if build.values.get(n, "n") == flip.value)
        return Trial(turned=turned, gains={part: gain for part, gain in self._gains(build).items() if part[0]})

    def _padding(self) -> Mapping[SectionClass, float]:
        """Bytes that linking adds for each object that comes, by class: sections are aligned."""
        gains: Counter[SectionClass] = Counter()
        objects = 0
        for build in self._others:
            objects += len({path for path, _ in build.parts} - self._linked)
            for (path, kind), gain in self._gains(build).items():
                gains[kind] += 0 if path else gain
        return {kind: gain / objects for kind, gain in gains.items()} if objects else {}

    # What is known of an object before its builds are looked at.

    def _hint(self, part: Part) -> Hint:
        path, _ = part
        read = self._read[path]
        # fixdep lists every option that the compiler could see; an object without such a list may see any.
        possible = None if "" in read else self._turning(read | self._behind[path]) | self._flags
        named = self._names_in(path) | self._behind[path]
        likely = dict.fromkeys(self._turning(named), 1) | {name: 2 for name in named if name in self._flips}
        return Hint(
            possible=possible, likely=likely, there=None if path in self._linked else frozenset(self._present[path])
        )

    def _common(self) -> Counter[str]:
        """How many objects each flip could change."""
        return Counter(flip for names in self._read.values() for flip in self._turning(names))

    def _names_in(self, path: str) -> frozenset[str]:
        """The options that the source of an object names."""
        if path not in self._named:
            found: set[str] = set()
            for suffix in (".c", ".S"):
                with suppress(SourceError):
                    source = str(Path(path).with_suffix(suffix))
                    found.update(_SYMBOL.findall(trees.read_within(self._config.tree.root, source)))
            self._named[path] = frozenset(found)
        return self._named[path]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Build:
    """A build of the ledger: the values of its config, the bytes of its objects by class, and what linking adds."""

    values: Mapping[str, str]
    parts: Mapping[Part, int]
    padding: Mapping[SectionClass, int]
