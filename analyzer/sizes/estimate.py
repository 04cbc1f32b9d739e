"""What a config weighs that nobody has built.

Enters: a `Wanted`, and the ledger's observations and builds. Leaves: an `Estimate` (content: the allocated sections of
vmlinux.o; not the image, whose padding and tables of symbols depend on where everything comes to lie). Must hold: a
config of the ledger gets back what was measured; what nobody has measured is a term with a prior, never 0 unsaid.

The constants are calibrated on measured builds that were taken out one by one (tests/benchmarks/estimates.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from sys import intern
from typing import Protocol

from analyzer.model.estimate import (
    Estimate,
    Interval,
    MeasuredBuild,
    Neighbour,
    Term,
    Wanted,
    WantedObject,
    exactly,
)
from analyzer.model.size import Observation, SectionClass
from analyzer.sizes.estimate_object import Seen, exact, guess
from analyzer.sizes.limits import no_sum

DENSITY = 0.18
THINNEST = 0.10
DENSEST = 0.30
"""Bytes of an object for each byte of its source: what is expected where too few were measured, least, most. Of objects
that an option turns on; those that every config has hold more that is not compiled."""
UNSEEN = 2_000
LARGEST = 16_000
"""What an object weighs of which nobody knows even the source, and at most; bytes."""
FEW = 5
"""Objects of a folder from which its own density is taken."""
TABLES = 64
"""Bytes that linking adds for each object, where no build says more; twice that at most."""
TABLES_DOUBT = 8
"""Bytes that these may be off for each symbol in which the nearest build differs."""
LINK_WORK = 1_000
"""Bytes for each object that linking may add where a symbol that makefiles name has a value that no build had: programs
that run over the linked objects, such as objtool, write tables of that order (ORC)."""


class Estimator(Protocol):
    """Anything that can say what a config is expected to weigh."""

    def estimate(self, wanted: Wanted) -> Estimate:
        """The estimate, with a term for every object of `wanted`."""


class FromLedger:
    """The estimator that learns from measured objects and builds."""

    def __init__(
        self,
        observations: Iterable[Observation],
        builds: Sequence[MeasuredBuild],
        *,
        flags: frozenset[str] = frozenset(),
    ) -> None:
        """`observations` and `builds` are of one origin; `flags` are the symbols that may decide how every object is
        compiled, which fixdep does not list."""
        self._flags = flags
        self._homes: dict[int, list[MeasuredBuild]] = {}
        self._seen: dict[str, list[Seen]] = defaultdict(list)
        self._builds = tuple(builds)
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        for one in observations:
            names = tuple(intern(name) for name, _ in one.recipe.symbols)
            settings = tuple(intern(value) for _, value in one.recipe.symbols)
            self._seen[one.path].append(
                Seen(names=shared.setdefault(names, names), settings=settings, classes=one.classes)
            )

    def estimate(self, wanted: Wanted) -> Estimate:
        """The estimate, with a term for every object of `wanted`."""
        density = self._densities()
        here = wanted.values
        doubtful = [
            name for name in sorted(self._flags) if any(b.values.get(name) != here.get(name) for b in self._builds)
        ]
        objects = tuple(self._object(one, wanted, _prior(one, density), doubtful) for one in wanted.objects)
        return Estimate(
            origin=wanted.origin,
            objects=objects,
            tables=(self._linked(wanted),),
            builds=len(self._builds),
            neighbour=self._neighbour(wanted),
            limits=no_sum(wanted.values),
        )

    def _object(self, one: WantedObject, wanted: Wanted, prior: Interval, doubtful: Sequence[str]) -> Term:
        seen = self._seen.get(one.path, [])
        if one.library and (term := self._left_out(one, wanted, prior)):
            return term
        if seen:
            found = guess(wanted.values, [self._flagged(each, one.path, wanted, doubtful) for each in seen])
            size = sum(found.classes.values())
            more, less = (min(round(doubt), prior.width // 2) for doubt in (found.more, found.less))
            return Term(
                label=one.path,
                provenance="measured" if found.exact else "nearest",
                bytes=Interval(low=size - less, value=size, high=size + more),
                classes=found.classes,
                differing=found.differing,
                options=one.options,
            )
        return Term(label=one.path, provenance="unmeasured", bytes=prior, options=one.options)

    def _flagged(self, seen: Seen, path: str, wanted: Wanted, doubtful: Sequence[str]) -> Seen:
        """The observation with those of the `doubtful` symbols besides whose wanted value none of its builds had."""
        if not self._flags:
            return seen
        homes = self._homes.get(id(seen))
        if homes is None:
            fitting = [build for build in self._builds if path in build.objects and seen.fits(build.values)]
            homes = self._homes[id(seen)] = fitting
        off = {
            name: homes[0].values.get(name, "n")
            for name in doubtful
            if homes and all(home.values.get(name) != wanted.values.get(name) for home in homes)
        }
        if not homes:
            off = {name: "?" for name in sorted(self._flags) if name not in seen.names}
        if not off:
            return seen
        return replace(seen, names=(*seen.names, *off), settings=(*seen.settings, *off.values()))

    def _left_out(self, one: WantedObject, wanted: Wanted, prior: Interval) -> Term | None:
        """What is expected of a library's object that builds left out; None where a build had it linked.

        With MODULES the kernel links such objects as a whole, and the plan says so; those builds tell nothing here.
        """
        planned = [build for build in self._builds if (other := build.objects.get(one.path)) and other.library]
        seen = self._seen.get(one.path, [])
        linked = [build for build in planned if exact(build.values, seen) is not None]
        same = any(build.values == wanted.values for build in planned if build not in linked)
        if not planned or (linked and not same):
            return None
        # The linker may take it once another object refers to it.
        paths = {other.path for other in wanted.objects}
        brings = not any(paths <= build.objects.keys() for build in planned)
        return Term(
            label=one.path,
            provenance="measured" if same else "nearest",
            bytes=exactly(0) if same else Interval(low=0, value=0, high=prior.low if brings else 0),
            classes={},
            options=one.options,
        )

    def _densities(self) -> Mapping[str, float]:
        """Bytes of an object for each byte of its source, by folder, and of all under "", from those objects that not
        every build has."""
        common = Counter(path for build in self._builds for path in build.objects)
        sources = {path: one.source for build in self._builds for path, one in build.objects.items() if one.source}
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for path, source in sources.items():
            if common[path] < len(self._builds) and (seen := self._seen.get(path)):
                pair = sum(seen[0].classes.values()), source
                found[""].append(pair)
                found[_folder(path)].append(pair)
        return {
            folder: sum(size for size, _ in some) / sum(source for _, source in some)
            for folder, some in found.items()
            if len(some) >= FEW
        }

    def _added(self, build: MeasuredBuild) -> Mapping[SectionClass, int] | None:
        """What vmlinux.o holds beyond its objects; None where not all of them were measured."""
        found = Counter(build.classes)
        for path, one in build.objects.items():
            known = exact(build.values, self._seen.get(path, []))
            if known is not None:
                found.subtract(known)
            elif not one.library:
                return None
        return {kind: size for kind, size in found.items() if size}

    def _link_work(self, wanted: Wanted) -> int:
        here = wanted.values
        unseen = any(all(b.values.get(name) != here.get(name) for b in self._builds) for name in self._flags)
        return LINK_WORK * len(wanted.objects) if unseen else 0

    def _linked(self, wanted: Wanted) -> Term:
        label = "alignment and tables of the link"
        for build in sorted(self._builds, key=lambda one: len(_differing(one, wanted))):
            classes = self._added(build)
            if classes is not None:
                differing = tuple(name for name, _, _ in _differing(build, wanted))
                doubt = min(TABLES_DOUBT * len(differing), TABLES * len(wanted.objects))
                size = sum(classes.values())
                most = size + doubt + self._link_work(wanted)
                return Term(
                    label=label,
                    provenance="nearest" if differing else "measured",
                    bytes=Interval(low=size - doubt, value=size, high=most),
                    classes=classes,
                    differing=differing,
                )
        count = len(wanted.objects)
        prior = Interval(low=0, value=TABLES * count, high=2 * TABLES * count + self._link_work(wanted))
        return Term(label=label, provenance="unmeasured", bytes=prior)

    def _neighbour(self, wanted: Wanted) -> Neighbour | None:
        found = [(build, _differing(build, wanted)) for build in self._builds]
        if not found:
            return None
        build, differing = min(found, key=lambda one: len(one[1]))
        return Neighbour(content=build.content, differing=differing)


def _differing(build: MeasuredBuild, wanted: Wanted) -> tuple[tuple[str, str, str], ...]:
    there, here = build.values, wanted.values
    names = {name for name, _ in there.items() ^ here.items()}
    return tuple((name, there.get(name, "n"), here.get(name, "n")) for name in sorted(names))


def _prior(one: WantedObject, density: Mapping[str, float]) -> Interval:
    if one.source is None:
        return Interval(low=0, value=UNSEEN, high=LARGEST)
    least, most = round(THINNEST * one.source), max(round(DENSEST * one.source), UNSEEN)
    expected = density.get(_folder(one.path), density.get("", DENSITY)) * one.source
    return Interval(low=least, value=min(max(round(expected), least), most), high=most)


def _folder(path: str) -> str:
    return path.partition("/")[0]
