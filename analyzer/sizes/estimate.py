"""What a config weighs that nobody has built.

Enters: builds and a `Wanted`. Leaves: an `Estimate`. Must hold: a config of the ledger gets back what was measured;
what nobody has measured is a term with a prior, never 0 unsaid.

The constants are calibrated on sets of options that no build had (tests/benchmarks/estimates.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
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
from analyzer.sizes.estimate_image import ImageKind, Images, packer
from analyzer.sizes.estimate_object import Asked, Lessons
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
APART = 0.002
"""The share of all objects' bytes by which the sum is in doubt wherever one was not built as it is wanted."""
LINK_WORK = 1_000
"""Bytes for each object that linking may add where a symbol that makefiles name has a value that no build had: programs
that run over the linked objects, such as objtool, write tables of that order (ORC)."""


class Estimator(Protocol):
    """Anything that can say what a config is expected to weigh."""

    def estimate(self, wanted: Wanted) -> Estimate:
        """The estimate, with a term for every object of `wanted`."""


class FromBuilds:
    """The estimator that learns from measured builds."""

    def __init__(self, lessons: Lessons, sources: Mapping[str, int], *, flags: frozenset[str] = frozenset()) -> None:
        """`lessons` are what builds of one origin tell of each object, `sources` the lengths of the files that objects
        of them are made from, by the object's path, in bytes; `flags` as Lessons takes them."""
        self._lessons = lessons
        self._sources = sources
        self._flags = flags
        self._builds = lessons.builds
        self._images: dict[tuple[ImageKind, frozenset[str]], Images] = {}

    def estimate(self, wanted: Wanted) -> Estimate:
        """The estimate, with a term for every object of `wanted`."""
        density, asked = self._densities(), self._lessons.asked(wanted)
        objects = tuple(self._object(one, wanted, asked, _prior(one, density)) for one in wanted.objects)
        apart = any(term.provenance != "measured" for term in objects)
        doubt = round(APART * sum(term.bytes.value for term in objects)) if apart else 0
        found = Estimate(
            origin=wanted.origin,
            objects=objects,
            tables=(self._linked(wanted, doubt),),
            builds=len(self._builds),
            neighbour=self._neighbour(wanted),
            limits=no_sum(wanted.values),
        )
        return replace(found, loaded=self._image("loaded", wanted, found), boot=self._image("boot", wanted, found))

    def _image(self, image: ImageKind, wanted: Wanted, found: Estimate) -> Interval | None:
        itself = next((build for build in self._builds if build.values == wanted.values), None)
        size = (itself.loaded if image == "loaded" else itself.boot) if itself else 0
        if size:
            return exactly(size)
        # Fitting takes longer than an estimate, and is the same for all that are packed alike.
        alike = (image, packer(wanted.values))
        if alike not in self._images:
            self._images[alike] = Images(self._builds, image, wanted.values)
        return self._images[alike].estimate(found.classes, wanted.values, found.total)

    def _object(self, one: WantedObject, wanted: Wanted, asked: Asked, prior: Interval) -> Term:
        if one.library and (term := self._left_out(one, wanted, prior)):
            return term
        if not self._lessons.has(one.path):
            return Term(label=one.path, provenance="unmeasured", bytes=prior, options=one.options)
        found = self._lessons.guess(one.path, asked, one.options)
        size = sum(found.classes.values())
        return Term(
            label=one.path,
            provenance="measured" if found.exact else "nearest",
            bytes=Interval(low=size - round(found.less), value=size, high=size + round(found.more)),
            classes=found.classes,
            differing=found.differing,
            options=one.options,
        )

    def _left_out(self, one: WantedObject, wanted: Wanted, prior: Interval) -> Term | None:
        """What is expected of a library's object that builds left out; None where a build had it linked.

        With MODULES the kernel links such objects as a whole, and the plan says so; those builds tell nothing here.
        """
        itself = next((build for build in self._builds if build.values == wanted.values), None)
        planned = [build for build in self._builds if all(build.values.get(name) == "y" for name in one.options)]
        same = itself is not None and one.path not in itself.parts
        if not same and (not planned or any(one.path in build.parts for build in planned)):
            return None
        # The linker may take it once another object refers to it.
        paths = {other.path for other in wanted.objects if not other.library}
        brings = not any(paths <= build.parts.keys() for build in planned)
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
        common = Counter(path for build in self._builds for path in build.parts)
        sizes = {path: sum(classes.values()) for build in self._builds for path, classes in build.parts.items()}
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for path, source in self._sources.items():
            if source and common[path] and common[path] < len(self._builds):
                for folder in ("", _folder(path)):
                    found[folder].append((sizes[path], source))
        return {
            folder: sum(size for size, _ in some) / sum(source for _, source in some)
            for folder, some in found.items()
            if len(some) >= FEW
        }

    def _link_work(self, wanted: Wanted) -> int:
        here = wanted.values
        unseen = any(all(b.values.get(name) != here.get(name) for b in self._builds) for name in self._flags)
        return LINK_WORK * len(wanted.objects) if unseen else 0

    def _linked(self, wanted: Wanted, apart: int) -> Term:
        label = "alignment and tables of the link"
        if not self._builds:
            count = len(wanted.objects)
            prior = Interval(low=0, value=TABLES * count, high=2 * TABLES * count + self._link_work(wanted))
            return Term(label=label, provenance="unmeasured", bytes=prior)
        build = min(self._builds, key=lambda one: len(_differing(one, wanted)))
        differing = tuple(name for name, _, _ in _differing(build, wanted))
        doubt = min(TABLES_DOUBT * len(differing), TABLES * len(wanted.objects)) + apart
        classes = build.linked
        size = sum(classes.values())
        return Term(
            label=label,
            provenance="nearest" if differing else "measured",
            bytes=Interval(low=size - doubt, value=size, high=size + doubt + self._link_work(wanted)),
            classes=classes,
            differing=differing,
        )

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
