"""Which options of a config are turned together, so that few builds tell what each of many weighs.

Enters: toggles and how far each reaches. Leaves: the builds, in the order in which they tell most. Must hold: the same
toggles and seed give the same builds; in a build every option has the value that was asked for; each option but the
broad ones is in several builds, each time with others, where nothing changes but what changes with each of them alone.

Options that change no line of what the core of a kernel includes share a build by dozens, since each touches a few
objects; what is broad is built alone. Around tinyconfig of 6.1 on x86_64 the former are 232 of 421, the latter 42. Six
builds tell most of the former apart; alone each takes some 10 s of CPU, and then it is exact.

What options do together is seen in mixed builds: a rich config, with the options that bring most objects, is built as
it is and with each broad option, so that these are known of objects that the config itself has not; and the broad ones
are built in sets, for what they do to each other.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from analyzer.model.config import ResolvedConfig
from analyzer.pipeline.bytes.built import planned_objects
from analyzer.pipeline.bytes.reach import Extent, Reach
from analyzer.pipeline.bytes.toggles import Toggle, turned
from analyzer.pipeline.opening import OpenTree

Turned = tuple[str, ...]
"""The symbols turned in one build, sorted."""
_Fits = Callable[[Sequence[str]], bool]

ROUNDS = 2
_TOGETHER: dict[Extent, int] = {"still": 40, "narrow": 10, "middle": 6}
_RICH = 1.0
_LARGEST = 0.5
"""How many objects more than the config itself the rich one has, and how many of them one option may bring, as shares
of its own."""
_SETS, _OF = 6, 3
"""So many sets of broad options are built, each with one of so many of them."""
_TRIES = 6
"""How many builds are tried for an option before it gets one of its own."""


def shared(
    opened: OpenTree, base: ResolvedConfig, toggles: Sequence[Toggle], reaches: Sequence[Reach], seed: int = 0
) -> tuple[Turned, ...]:
    """The builds: a first round of all that share, the broad ones, the further rounds, and what was shared by dozens
    alone, since few objects are compiled again for each of them."""
    known = {toggle.symbol: toggle for toggle in toggles}
    extents: dict[Extent, list[str]] = {"still": [], "narrow": [], "middle": [], "broad": []}
    for one in reaches:
        extents[one.extent].append(one.symbol)

    def fits(names: Sequence[str]) -> bool:
        return _only_sums(opened, base, [known[name] for name in names])

    broad_by_bytes = [one.symbol for one in reaches if one.extent == "broad" and not one.flags]
    rounds = []
    for number in range(ROUNDS):
        chance = random.Random(f"{seed} {number}")
        builds = [build for extent in _TOGETHER for build in _dealt(extents[extent], _TOGETHER[extent], chance, fits)]
        rounds.append(builds)
    broad, still = ([(name,) for name in extents[extent]] for extent in ("broad", "still"))
    later = (build for builds in rounds[1:] for build in builds)
    rich = _rich(opened, base, known, rounds[0])
    mixed = (build for build in _mixed(rich, broad_by_bytes, seed) if _sticks(opened, base, [known[n] for n in build]))
    return tuple(dict.fromkeys((*rounds[0], *broad, *later, *mixed, *still)))


def halves(build: Turned) -> Iterator[Turned]:
    """What is built instead of a build that failed: each half of it."""
    if len(build) > 1:
        middle = len(build) // 2
        yield build[:middle]
        yield build[middle:]


def _dealt(names: Sequence[str], most: int, chance: random.Random, fits: _Fits) -> Iterator[Turned]:
    order = sorted(names)
    chance.shuffle(order)
    builds: list[list[str]] = [[] for _ in range(-(-len(order) // most))]
    for name in order:
        smallest = sorted(builds, key=len)[:_TRIES]
        found = next((build for build in smallest if not build or fits([*build, name])), None)
        if found is None:
            builds.append([name])
        else:
            found.append(name)
    yield from (tuple(sorted(build)) for build in builds if build)


def _rich(opened: OpenTree, base: ResolvedConfig, known: Mapping[str, Toggle], builds: Iterable[Turned]) -> list[str]:
    """The options that bring most objects, as far as they go together, until the config has twice as many."""
    own = {one.path for one in planned_objects(base)}
    brings: Counter[str] = Counter()
    for build in builds:
        changing = {name: toggle for toggle in build for name, _, _ in known[toggle].changes}
        for one in planned_objects(turned(opened, base, {name: known[name].value for name in build})):
            if one.path not in own:
                brings.update({changing[name] for name in one.options if name in changing})
    found: list[str] = []
    room = _RICH * len(own)
    for name, count in sorted(brings.items(), key=lambda item: (-item[1], item[0])):
        if count <= min(room, _LARGEST * len(own)) and _sticks(opened, base, [known[one] for one in (*found, name)]):
            found.append(name)
            room -= count
    return found


def _mixed(rich: Sequence[str], broad: Sequence[str], seed: int) -> Iterator[Turned]:
    yield tuple(sorted(rich))
    for name in broad:
        yield tuple(sorted({*rich, name}))
    chance = random.Random(f"{seed} mixed")
    for _ in range(_SETS if len(broad) > 1 else 0):
        drawn = chance.sample(sorted(broad), max(2, len(broad) // _OF))
        yield tuple(sorted(drawn))
        yield tuple(sorted({*rich, *drawn}))


def _sticks(opened: OpenTree, base: ResolvedConfig, toggles: Sequence[Toggle]) -> bool:
    """Whether each has the value that was asked for."""
    there = turned(opened, base, {toggle.symbol: toggle.value for toggle in toggles})
    return bool(toggles) and all(there.values[toggle.symbol] == toggle.value for toggle in toggles)


def _only_sums(opened: OpenTree, base: ResolvedConfig, toggles: Sequence[Toggle]) -> bool:
    """Whether together they change what each changes alone, and no more."""
    expected: dict[str, str] = {}
    for toggle in toggles:
        for name, _, after in toggle.changes:
            if expected.setdefault(name, after) != after:
                return False
    there = turned(opened, base, {toggle.symbol: toggle.value for toggle in toggles})
    return dict(there.values.items() - base.values.items()) == expected
