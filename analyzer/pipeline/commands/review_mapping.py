"""What a change of the tree does to DMA mapping, in all configs.

Enters: both sides of each architecture, its configs, those of them in which a symbol of the platform gets another
value. Leaves: `SeriesMapping`. Must hold: each pair of platforms and versions is played once; configs of which nothing
becomes another are passed over only where the mapping code is recognised as the same version on both sides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace

from analyzer import configs, dma
from analyzer.errors import SourceError
from analyzer.model.by_arch import places_of
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.difference import VerdictChange
from analyzer.model.dma import Platform, Rules
from analyzer.model.dma_trace import DmaTrace
from analyzer.model.review_mapping import MappingChange, SeriesMapping
from analyzer.pipeline.commands.model import beside, rules_of_tree
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.patching.sides import Sides

_CODE = "kernel/dma/"
_State = tuple[tuple[Rules, Platform], tuple[Rules, Platform]]
_Turned = tuple[tuple[str, str], ...]


class Mappings:
    """Gathers what happens to mapping, architecture by architecture."""

    def __init__(self, both: Sides) -> None:
        self._files = tuple(one.path for one in both.changes if _is_code(one.path))
        self._rules: tuple[tuple[Rules, str], ...] | None = None
        self._states: dict[str, tuple[_State, _Turned, dict[str, list[str]]]] = {}

    def add(
        self,
        sides: tuple[OpenTree, OpenTree],
        sources: Mapping[str, ConfigSource],
        later: Mapping[str, ConfigSource],
        moved: Collection[str],
    ) -> None:
        """One architecture: its configs by name, as they are asked for before and `later`; of `moved` a symbol of the
        platform gets another value."""
        rules = self._recognised(sides)
        if rules is None:
            return
        (old, _), (new, _) = rules
        wanted = [name for name in sources if name in later and (old != new or name in moved)]
        if not wanted:
            return
        before, after = sides
        old_ones, new_ones = _resolved(before, sources, wanted), _resolved(after, later, wanted)
        for name, a, b in zip(wanted, old_ones, new_ones, strict=True):
            p, q = dma.platform_of(a), dma.platform_of(b)
            turned = tuple(_turned(p, q))
            if turned or old != new:
                state = (old, _bare(p)), (new, _bare(q))
                _, _, places = self._states.setdefault(repr((state, turned)), (state, turned, {}))
                places.setdefault(before.tree.arch, []).append(name)

    def _recognised(self, sides: tuple[OpenTree, OpenTree]) -> tuple[tuple[Rules, str], ...] | None:
        """The versions of both sides; None where a tree has no mapping code. Every architecture has the same."""
        if self._rules is None:
            try:
                self._rules = tuple(rules_of_tree(side.tree, side.model) for side in sides)
            except SourceError:
                self._rules = ()
        return self._rules or None

    def told(self) -> SeriesMapping | None:
        """What changes; None where nothing of mapping is touched."""
        if not self._rules or not (self._states or self._files):
            return None
        (old, note), (new, later) = self._rules
        grouped: dict[MappingChange, tuple[int, dict[str, list[str]]]] = {}
        for state, turned, places in self._states.values():
            one = _played(state, turned)
            key = replace(one, otherwise=0)
            most, found = grouped.get(key, (0, {}))
            for arch, names in places.items():
                found.setdefault(arch, []).extend(names)
            grouped[key] = max(most, one.otherwise), found
        changes = (replace(one, otherwise=most, places=places_of(places)) for one, (most, places) in grouped.items())
        return SeriesMapping(
            before=old.title,
            after=new.title,
            notes=(note, later),
            files=self._files,
            changes=tuple(sorted(changes, key=_rank)),
        )


def _rank(one: MappingChange) -> tuple[int, bool, int]:
    """Where data meets another end first, then where something can be played on one side only."""
    return -sum(bool(end.a and end.b) for end in one.ends), not one.ends, -one.configs


def _is_code(path: str) -> bool:
    return path in dma.FILES or (path.startswith(_CODE) and path.endswith((".c", ".h")))


def _resolved(side: OpenTree, sources: Mapping[str, ConfigSource], names: Sequence[str]) -> tuple[ResolvedConfig, ...]:
    asked = [sources[name] for name in names]
    return tuple(configs.resolve_all(side.tree, side.model, side.programs, asked, dma.platform_symbols()))


def _bare(platform: Platform) -> Platform:
    return replace(platform, arch="", why={})


def _turned(before: Platform, after: Platform) -> Iterator[tuple[str, str]]:
    """The parts of a platform that change, in the words of the symbols that decide."""
    for name in (one.name for one in fields(Platform) if one.name not in ("arch", "why", "ops")):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            words = (side.why.get(name) or f"{name} {value}" for side, value in ((before, old), (after, new)))
            yield next(words), next(words)
    if before.ops != after.ops:
        told = (f"ops of {', '.join(side.ops) or 'none'}" for side in (before, after))
        yield next(told), next(told)


def _played(state: _State, turned: _Turned) -> MappingChange:
    """What a pair of platforms and versions makes of every scenario; its places are the caller's."""
    played, ways = beside(state, needs=True)
    changed = [one for one in played if one.differs]
    ends = tuple(
        VerdictChange(scenario=one.scenario.name, title=one.scenario.title, a=_verdict(a), b=_verdict(b))
        for one in changed
        for a, b in (one.traces,)
        if _verdict(a) != _verdict(b)
    )
    return MappingChange(
        places=(),
        turned=turned,
        ends=ends,
        otherwise=len(changed) - len(ends),
        ways=tuple(one for one in ways if one.taken[0] != one.taken[1]),
    )


def _verdict(trace: DmaTrace | None) -> str:
    return trace.verdict.value if trace else ""
