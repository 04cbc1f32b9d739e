"""Which values a change of Kconfig gives the configs of one architecture, and which of its entries do it.

Enters: `Lanes`. Leaves: `Found` values: for some switches the symbols, each with the lanes (configs) whose value they
change. Must hold: each was replayed: those switches alone give the value that all together give, in every lane named.

An entry that explains a value alone is preferred; of those, the ones that explain most (a greedy cover). What none
explains alone gets a set (`deps/causes.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from analyzer.configs.run import Planes
from analyzer.deps.causes import find_causes
from analyzer.model.config import ResolvedConfig
from analyzer.pipeline.commands.review_lanes import Lanes, Variant
from analyzer.pipeline.commands.review_lines import Moved, nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What some switches change: for each symbol the lanes."""

    switches: tuple[str, ...]
    symbols: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values of an architecture: of `before` and `after` (two blocks of lanes in `planes`) those that differ in
    `symbols` (by symbol the lanes), what was found to explain them, and what no replay gave. `unmet` are those that a
    select raises past their dependencies only afterwards, `old_names` what symbols with another name were called."""

    lanes: Lanes
    planes: Planes
    symbols: Mapping[str, int]
    found: tuple[Found, ...]
    unexplained: Mapping[str, int]
    unmet: Mapping[str, int]
    old_names: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str, lane: int, *, after: bool) -> str:
        """A symbol's value in a config; "" where it is not defined."""
        model = self.lanes.models[after]
        if not after:
            name = self.old_names.get(name, name)
        return self.planes.value(name, lane + after * self.lanes.count) if name in model.symbols else ""

    def moved(self, names: Sequence[str], symbols: Mapping[str, int]) -> Iterator[tuple[Moved, str]]:
        """Values of `symbols` (by symbol the lanes), with the config of `names` of each."""
        for symbol, mask in symbols.items():
            for lane, name in enumerate(names):
                if mask >> lane & 1:
                    old, new = (self.value(symbol, lane, after=after) for after in (False, True))
                    yield (symbol, old, new), name


def without_edited(values: Values, ends: Mapping[int, ResolvedConfig]) -> Values:
    """The same without what the lines of configs change again: `ends` are those whose lines are edited as they are in
    the end, by lane. Of these nobody says what selects raise."""
    if not ends:
        return values
    kept: dict[str, int] = {}
    for name, mask in values.symbols.items():
        again = 0
        for lane, end in ends.items():
            told, last = values.value(name, lane, after=True), end.values.get(name, "")
            again |= (nothing(told) != nothing(last)) << lane
        kept[name] = mask & ~again
    lanes = sum(1 << lane for lane in ends)

    def left(symbols: Mapping[str, int]) -> dict[str, int]:
        return {name: some for name, mask in symbols.items() if (some := mask & kept.get(name, mask))}

    groups = (replace(one, symbols=left(one.symbols)) for one in values.found)
    return replace(
        values,
        symbols=left(values.symbols),
        found=tuple(one for one in groups if one.symbols),
        unexplained=left(values.unexplained),
        unmet={name: some for name, mask in values.unmet.items() if (some := mask & ~lanes)},
    )


class _Renamed(Exception):
    """A run reached more, and the switches are others than those that it was asked about."""


def values_of(lanes: Lanes, configs: int) -> Values:
    """What changes in the first `configs` lanes; what others are merged onto lies behind these."""
    while True:
        # What is reached only grows, so this ends.
        with suppress(_Renamed):
            return _values(lanes, configs)


def _run(lanes: Lanes, variants: Sequence[Variant]) -> Planes:
    asked = dict(lanes.switches)
    planes = lanes.run(variants)
    if dict(lanes.switches) != asked:
        raise _Renamed
    return planes


def _values(lanes: Lanes, configs: int) -> Values:
    whole = frozenset(lanes.switches)
    singles = [frozenset((switch,)) for switch in lanes.switches] if len(whole) > 1 else []
    planes = _run(lanes, [frozenset(), whole, *singles])
    wanted = dict(_moved(lanes, planes, configs))
    unmet = {name: mask for name in sorted(lanes.reached) if (mask := lanes.newly_forced(planes, name, configs))}
    if len(whole) == 1:
        found = [Found(switches=tuple(whole), symbols=wanted)] if wanted else []
        return Values(lanes=lanes, planes=planes, symbols=wanted, found=tuple(found), unexplained={}, unmet=unmet)
    alone = [
        {name: mask & _like_whole(lanes, planes, name, 2 + at) for name, mask in wanted.items()}
        for at in range(len(singles))
    ]
    left = dict(wanted)
    found = list(_cover(tuple(lanes.switches), alone, left))
    found += _together(lanes, left)
    return Values(lanes=lanes, planes=planes, symbols=wanted, found=tuple(found), unexplained=left, unmet=unmet)


def _moved(lanes: Lanes, planes: Planes, configs: int) -> Iterator[tuple[str, int]]:
    ones = (1 << configs) - 1
    variants = planes.ones.bit_length() // lanes.count
    old, new = lanes.models
    for name in sorted(lanes.reached):
        if name not in old.symbols and name not in new.symbols:
            continue
        mask = lanes.differing(planes, name, variants) >> lanes.count & ones
        if mask:
            yield name, mask


def _like_whole(lanes: Lanes, planes: Planes, name: str, variant: int) -> int:
    """The configs in which a symbol has in a variant the value that it has with all switches on."""
    ones, shift = (1 << lanes.count) - 1, lanes.count
    tri = planes.program.values.get(name)
    if tri is not None:
        same = ones
        for slot in tri:
            plane = planes.gates[slot]
            same &= ~((plane >> shift) ^ (plane >> shift * variant)) & ones
        return same
    step = planes.program.texts.get(name)
    if step is None:
        return ones
    return sum((mask >> shift & ones) & (mask >> shift * variant & ones) for _, mask in planes.texts[step])


def _cover(switches: Sequence[str], alone: Sequence[Mapping[str, int]], left: dict[str, int]) -> Iterator[Found]:
    """Few switches that explain what any explains alone, the greatest first; takes that out of `left`."""
    open_ = set(range(len(switches)))
    while open_:
        sizes = {at: sum((alone[at][name] & mask).bit_count() for name, mask in left.items()) for at in open_}
        best = max(open_, key=lambda at: (sizes[at], -at))
        if not sizes[best]:
            return
        open_.discard(best)
        taken = {name: mine for name, mask in left.items() if (mine := alone[best][name] & mask)}
        yield Found(switches=(switches[best],), symbols=taken)
        for name, mine in taken.items():
            left[name] &= ~mine
            if not left[name]:
                del left[name]


def _together(lanes: Lanes, left: dict[str, int]) -> list[Found]:
    """What several switches explain only together; takes that out of `left`."""
    if not left:
        return []
    switches = tuple(lanes.switches)

    def replay(made: Mapping[int, int], count: int) -> Mapping[str, int]:
        variants = [
            frozenset(switches[change] for change, mine in made.items() if mine >> lane & 1) for lane in range(count)
        ]
        distinct = list(dict.fromkeys(variants))
        planes = _run(lanes, [frozenset(), frozenset(switches), *distinct])
        place = {variant: at for at, variant in enumerate(distinct)}
        works = {
            name: [not mask & ~_like_whole(lanes, planes, name, 2 + at) for at in range(len(distinct))]
            for name, mask in left.items()
        }
        return {
            name: sum(1 << lane for lane, variant in enumerate(variants) if works[name][place[variant]])
            for name in left
        }

    groups = find_causes(len(switches), list(left), replay)
    found = [
        Found(switches=tuple(switches[at] for at in one.changes), symbols={name: left[name] for name in one.names})
        for one in groups
    ]
    for one in groups:
        for name in one.names:
            del left[name]
    return found
