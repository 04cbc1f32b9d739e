"""What every option of a config weighs, by the builds that a ledger holds.

Enters: a config, its flips, a ledger. Leaves: an `OptionWeight` for each flip. Must hold: nothing is built; builds in
which many options are turned count as much as those of one; what no build tells is no number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from analyzer import trees
from analyzer.errors import SourceError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Interval
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.model.size import Image, Observation, SectionClass
from analyzer.pipeline.building import origin_of, settings_of
from analyzer.pipeline.estimating import build_of
from analyzer.pipeline.flips import Flip
from analyzer.sizes.dotconfig import values
from analyzer.sizes.effects import Effects, Trial, tell_apart
from analyzer.sizes.ledger import Ledger

Part = tuple[str, SectionClass]
"""A class of bytes of an object; its path is "" for what linking adds."""

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
        content=sum(learnt.base.values()),
        builds=learnt.builds,
        weights=weights,
        missing=tuple(flip.symbol for flip in flips if flip.symbol not in known),
        failed=tuple(failed),
    )


class Learnt:
    """What the builds of a ledger tell about the flips of a config."""

    def __init__(self, base: ResolvedConfig, flips: Sequence[Flip], ledger: Path) -> None:
        """Raises SourceError where the file is no ledger."""
        self._base = base
        self._flips = {flip.symbol: flip for flip in flips if flip.sticks}
        self._behind: dict[str, set[str]] = defaultdict(set)
        self._known: dict[str, Mapping[str, int]] = {}
        self._changing: dict[str, list[str]] = defaultdict(list)
        for flip in self._flips.values():
            for name, _, _ in flip.changes:
                self._changing[name].append(flip.symbol)
        with Ledger.open_to_read(ledger) as opened:
            origin = origin_of(base)
            images = list(opened.images(name="vmlinux.o", origin=origin))
            seen: dict[str, list[Observation]] = defaultdict(list)
            for one in opened.observations(origin=origin):
                seen[one.path].append(one)
        builds = {image.config: (values(image.config), self._parts(image, seen)) for image in images}
        wanted = settings_of(base)
        found = [parts for there, parts in builds.values() if there == wanted]
        self.builds = len(builds)
        self.base: Mapping[Part, int] | None = found[0] if found else None
        self._trials = [
            self._trial(there, parts, self.base) for there, parts in builds.values() if self.base and there != wanted
        ]
        self.effects: Effects[Part] = tell_apart(self._trials, self._likely)

    def weights(self) -> tuple[OptionWeight, ...]:
        """What each flip adds, in their order; those that no build has are left out."""
        return tuple(self._weight(flip) for flip in self._flips.values() if any(self._with(flip)))

    def _weight(self, flip: Flip) -> OptionWeight:
        here = {name: after for name, _, after in flip.changes}
        together = {name for name, other in self._flips.items() if here.get(name) == other.value}
        classes: Counter[SectionClass] = Counter()
        doubt = 0
        touched: set[str] = set()
        for part, effects in self.effects.found.items():
            for name in together & effects.keys():
                effect = effects[name]
                classes[part[1]] += effect.gain
                touched.add(part[0])
                if effect.rivals - together:
                    doubt += abs(effect.gain)
        alone = any(trial.turned <= together for trial in self._with(flip))
        gain = sum(classes.values())
        return OptionWeight(
            symbol=flip.symbol,
            value=flip.value,
            changes=len(flip.changes),
            content=Interval(low=gain - doubt, value=gain, high=gain + doubt),
            classes={kind: size for kind, size in classes.items() if size},
            objects=len(touched - {""}),
            alone=alone,
            builds=sum(1 for _ in self._with(flip)),
        )

    def _with(self, flip: Flip) -> Iterator[Trial[Part]]:
        return (trial for trial in self._trials if flip.symbol in trial.turned)

    def _parts(self, image: Image, seen: Mapping[str, Sequence[Observation]]) -> dict[Part, int]:
        """The bytes of a build, object by object, and what linking adds."""
        there = values(image.config)
        parts: dict[Part, int] = {}
        linked: Counter[SectionClass] = Counter()
        for _, kind, size in image.sections:
            linked[kind] += size
        for path, wanted in build_of(self._base, image).objects.items():
            self._behind[path].update(wanted.options)
            one = next((one for one in seen.get(path, ()) if one.recipe.fits(there)), None)
            for kind, size in one.classes.items() if one is not None else ():
                parts[path, kind] = size
                linked[kind] -= size
        return parts | {("", kind): size for kind, size in linked.items() if size}

    def _trial(self, there: Mapping[str, str], parts: Mapping[Part, int], base: Mapping[Part, int]) -> Trial[Part]:
        turned = frozenset(name for name, flip in self._flips.items() if there.get(name, "n") == flip.value)
        gains = {part: parts.get(part, 0) - base.get(part, 0) for part in parts.keys() | base.keys()}
        return Trial(turned=turned, gains={part: gain for part, gain in gains.items() if gain})

    def _likely(self, part: Part) -> Mapping[str, int]:
        """The options that the source of an object names, or the makefiles that lead to it, come first; then those that
        change a symbol which is named there."""
        path, _ = part
        if path and path not in self._known:
            named = {*self._named(path), *self._behind[path]}
            brought = {flip: 1 for name in named for flip in self._changing.get(name, ())}
            self._known[path] = brought | {name: 2 for name in named if name in self._flips}
        return self._known.get(path, {})

    def _named(self, path: str) -> Iterator[str]:
        for suffix in (".c", ".S"):
            with suppress(SourceError):
                source = str(Path(path).with_suffix(suffix))
                yield from _SYMBOL.findall(trees.read_within(self._base.tree.root, source))
