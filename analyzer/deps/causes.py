"""Which changes explain which differences, by replaying them.

Enters: how many changes there are, the names that differ, and a way to replay. Leaves: `Found` values. Must hold: every
name is below changes that alone give it its value, in a replay that was run; the changes of one `Found` are needed, all
of them, as far as dropping any single one goes.

A change that explains a name alone is preferred; of those, the ones that explain most (a greedy cover). A name that no
change explains alone gets a set: changes are put in a row, the most telling first, and the shortest beginning of the
row that gives the name its value ends with one that is needed; with that one set, the same is asked again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Replay = Callable[[Mapping[int, int], int], Mapping[str, int]]
"""Takes, per change, a bit for every lane in which it is made, and the number of lanes. Gives, per name, the lanes in
which it has the value that it is to have."""

LANES = 8192
"""Lanes of one replay: up to here more of them cost next to nothing."""

Changes = frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Changes that together give names their values."""

    changes: tuple[int, ...]
    names: tuple[str, ...]


def find_causes(count: int, names: Sequence[str], replay: Replay) -> tuple[Found, ...]:
    """What explains each of `names`, those that explain most first; names that not even all `count` changes together
    explain are left out."""
    search = _Search(count, replay)
    everything = search.replayed([frozenset(range(count))])
    reachable = [name for name in names if everything[name]]
    if not count:
        return ()
    alone = search.replayed([frozenset((change,)) for change in range(count)])
    singles = _cover({name: _bits(alone[name]) for name in reachable})
    known = {name for found in singles.values() for name in found}
    telling = sorted(range(count), key=lambda c: (-len(singles.get(c, ())), c))
    rest = [name for name in reachable if name not in known]
    together = search.sets(rest, telling)
    groups: list[tuple[tuple[int, ...], list[str]]] = [((change,), found) for change, found in singles.items()]
    groups += [(tuple(sorted(changes)), found) for changes, found in together.items()]
    groups.sort(key=lambda group: (len(group[0]) > 1, -len(group[1]), group[0]))
    place = {name: i for i, name in enumerate(names)}
    return tuple(Found(changes=c, names=tuple(sorted(n, key=place.__getitem__))) for c, n in groups)


class _Search:
    def __init__(self, count: int, replay: Replay) -> None:
        self._count = count
        self._replay = replay

    def replayed(self, lanes: Sequence[Changes]) -> Mapping[str, int]:
        """For each name the lanes in which it has its value; one lane per set of changes."""
        found: dict[str, int] = {}
        for start in range(0, len(lanes), LANES):
            block = lanes[start : start + LANES]
            made: dict[int, int] = {}
            for lane, changes in enumerate(block):
                for change in changes:
                    made[change] = made.get(change, 0) | 1 << lane
            for name, plane in self._replay(made, len(block)).items():
                found[name] = found.get(name, 0) | plane << start
        return found

    def sets(self, names: Sequence[str], row: Sequence[int]) -> dict[Changes, list[str]]:
        """The set of changes that each name needs, as few sets as a greedy cover finds."""
        needed: dict[str, Changes] = {}
        searched = {name: (frozenset[int](), len(row)) for name in names}
        while searched:
            ends = self._ends(searched, row)
            longer = {name: (searched[name][0] | {row[end - 1]}, end - 1) for name, end in ends.items()}
            works = self._works({name: changes for name, (changes, _) in longer.items()})
            needed |= {name: longer[name][0] for name in works}
            searched = {name: state for name, state in longer.items() if name not in works}
        needed = self._pruned(needed)
        distinct = sorted(set(needed.values()), key=lambda changes: (len(changes), sorted(changes)))
        found = self.replayed(distinct)
        cover = _cover({name: _bits(found[name]) for name in names})
        return {distinct[at]: members for at, members in cover.items()}

    def _works(self, wanted: Mapping[str, Changes]) -> set[str]:
        """The names that get their value by the changes given for them."""
        distinct = {changes: lane for lane, changes in enumerate(dict.fromkeys(wanted.values()))}
        found = self.replayed(list(distinct))
        return {name for name, changes in wanted.items() if found[name] >> distinct[changes] & 1}

    def _ends(self, searched: Mapping[str, tuple[Changes, int]], row: Sequence[int]) -> dict[str, int]:
        """For each name, with its changes made, a length at which the beginning of the row starts to suffice."""
        bounds = {name: (0, high) for name, (_, high) in searched.items()}
        while open_ := [name for name, (low, high) in bounds.items() if high - low > 1]:
            states = dict.fromkeys((searched[name][0], *bounds[name]) for name in open_)
            each = max(1, LANES // len(states))
            lanes = [(state[0], point) for state in states for point in _points(state[1], state[2], each)]
            at = {lane: i for i, lane in enumerate(lanes)}
            found = self._beginnings(lanes, row)
            for name in open_:
                changes, (low, high) = searched[name][0], bounds[name]
                for point in _points(low, high, each):
                    if found[name] >> at[changes, point] & 1:
                        high = point
                        break
                    low = point
                bounds[name] = (low, high)
        return {name: high for name, (_, high) in bounds.items()}

    def _beginnings(self, lanes: Sequence[tuple[Changes, int]], row: Sequence[int]) -> Mapping[str, int]:
        """A replay of `lanes`: changes, and how much of the row is made besides."""
        found: dict[str, int] = {}
        for start in range(0, len(lanes), LANES):
            block = lanes[start : start + LANES]
            ending = [0] * (len(row) + 1)
            made = dict.fromkeys(row, 0)
            for lane, (changes, length) in enumerate(block):
                ending[length] |= 1 << lane
                for change in changes:
                    made[change] |= 1 << lane
            running = 0
            for index in range(len(row) - 1, -1, -1):
                running |= ending[index + 1]
                made[row[index]] |= running
            for name, plane in self._replay(made, len(block)).items():
                found[name] = found.get(name, 0) | plane << start
        return found

    def _pruned(self, needed: dict[str, Changes]) -> dict[str, Changes]:
        """The sets without what turns out not to be needed."""
        while True:
            tries = {changes: [changes - {change} for change in sorted(changes)] for changes in set(needed.values())}
            lanes = {smaller: None for options in tries.values() for smaller in options if smaller}
            at = {changes: lane for lane, changes in enumerate(lanes)}
            found = self.replayed(list(lanes))
            less = {
                name: smaller
                for name, changes in needed.items()
                for smaller in tries[changes]
                if smaller and found[name] >> at[smaller] & 1
            }
            if not less:
                return needed
            needed = needed | less


def _points(low: int, high: int, count: int) -> list[int]:
    """Up to `count` points between `low` and `high`, evenly spread, rising."""
    inside = high - low - 1
    if inside <= count:
        return list(range(low + 1, high))
    return sorted({low + (high - low) * (i + 1) // (count + 1) for i in range(count)} - {low, high}) or [low + 1]


def _cover(options: Mapping[str, Iterable[int]]) -> dict[int, list[str]]:
    """Few options that cover all names that have any, the greatest first; each name below the first that covers it."""
    members: dict[int, list[str]] = {}
    for name, found in options.items():
        for option in found:
            members.setdefault(option, []).append(name)
    cover: dict[int, list[str]] = {}
    covered: set[str] = set()
    # Sizes were counted before others took part of a set, so what comes up may have to wait again.
    queue = [(-len(names), option) for option, names in members.items()]
    heapq.heapify(queue)
    while queue:
        size, best = heapq.heappop(queue)
        fresh = [name for name in members[best] if name not in covered]
        if len(fresh) == -size:
            cover[best] = fresh
            covered.update(fresh)
        elif fresh:
            heapq.heappush(queue, (-len(fresh), best))
    return cover


def _bits(plane: int) -> Iterator[int]:
    while plane:
        low = plane & -plane
        yield low.bit_length() - 1
        plane ^= low
