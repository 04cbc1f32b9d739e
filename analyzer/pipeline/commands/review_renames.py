"""Symbols that have another name, or another place, after a change.

Enters: an architecture on both sides, its values. Leaves: `Rename`s and `Relocated`s; values told under the new name.
Must hold: what counts as a rename is what `kweigh upgrade` counts as one (`deps/renames.py`); a value is not told as
changed where the new name has that of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from analyzer import trees
from analyzer.deps.renames import Renames
from analyzer.model.by_arch import places_of
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.review import Relocated, Rename
from analyzer.model.upgrade import Successor
from analyzer.pipeline.commands.review_values import Found, Values
from analyzer.pipeline.commands.upgrade_traces import moved_objects, told
from analyzer.pipeline.commands.which_conditions import leading
from analyzer.pipeline.makefiles import reach
from analyzer.pipeline.opening import OpenTree

_ENTRY = re.compile(r"^[ \t]*(?:menu)?config[ \t]+(\w+)", re.MULTILINE)


class Names:
    """Gathers symbols that have another name or place, architecture by architecture."""

    def __init__(self) -> None:
        self._successors: dict[tuple[frozenset[str], frozenset[str]], Mapping[str, Successor]] = {}
        self._renames: dict[tuple[str, str], _Gathered] = {}
        self._relocated: dict[tuple[str, Location, Location], list[str]] = {}

    def add(
        self, opened: OpenTree, after: OpenTree, changed: Collection[str], files: Collection[str]
    ) -> Mapping[str, str]:
        """The new names of symbols of an architecture; `changed` are the names whose entries differ, `files` the
        Kconfig files that do."""
        self._note_places(opened, after, files)
        gone = {name for name in changed if name in opened.model.symbols and _is_gone(opened, after, name)}
        fresh = {name for name in changed if name in after.model.symbols and name not in opened.model.symbols}
        if not gone or not fresh:
            return {}
        key = frozenset(gone), frozenset(fresh)
        if key not in self._successors:
            self._successors[key] = _successors(opened, after, *key)
        found = self._successors[key]
        for name, one in found.items():
            symbol = after.model.symbols.get(name)
            gathered = self._renames.setdefault((name, one.became[0]), _Gathered(one))
            gathered.arches.append(opened.tree.arch)
            gathered.transitional = symbol is not None and symbol.transitional
        return {name: one.became[0] for name, one in found.items()}

    def note(self, arch: str, sources: Mapping[str, ConfigSource], values: Values, renamed: Mapping[str, str]) -> None:
        """In which configs the new names have the values of the old ones, and which name the old ones."""
        for (old_name, new_name), gathered in self._renames.items():
            if renamed.get(old_name) != new_name:
                continue
            kept = [
                config
                for lane, config in enumerate(sources)
                if (old := values.value(old_name, lane, after=False)) not in ("", "n")
                and values.value(new_name, lane, after=True) == old
            ]
            asked = [
                config
                for config, source in sources.items()
                if any(line.name == old_name for line in source.assignments)
            ]
            for places, names in ((gathered.kept, kept), (gathered.asked, asked)):
                if names:
                    places.setdefault(arch, []).extend(names)

    def note_apart(self, arch: str, config: str, before: ResolvedConfig, after: ResolvedConfig) -> None:
        """The same of a config whose lines the change edits."""
        for (old, new), gathered in self._renames.items():
            value = before.values.get(old, "n")
            if arch in gathered.arches and value not in ("", "n") and after.values.get(new) == value:
                gathered.kept.setdefault(arch, []).append(config)

    def renames(self) -> tuple[Rename, ...]:
        """The symbols that have another name."""
        return tuple(
            Rename(
                successor=gathered.successor,
                arches=tuple(gathered.arches),
                transitional=gathered.transitional,
                kept=places_of(gathered.kept),
                asked=places_of(gathered.asked),
            )
            for gathered in self._renames.values()
        )

    def relocated(self) -> tuple[Relocated, ...]:
        """The symbols whose definition stands in another file."""
        return tuple(
            Relocated(symbol=name, before=before, after=after, arches=tuple(arches))
            for (name, before, after), arches in self._relocated.items()
        )

    def _note_places(self, opened: OpenTree, after: OpenTree, files: Collection[str]) -> None:
        # Of all symbols of a tree nobody asks where each stands: only then they would be parsed.
        mine, theirs = (_defined(one.tree.root, files) for one in (opened, after))
        moved = (name for name, paths in mine.items() if paths != theirs.get(name, paths))
        for name in sorted(moved):
            symbol, other = opened.model.symbols.get(name), after.model.symbols.get(name)
            if symbol is None or other is None or symbol.location.path == other.location.path:
                continue
            # One that is defined in several files may only be read in another order.
            old, new = ({one.location.path for one in side.definitions} for side in (symbol, other))
            if symbol.location.path not in new and other.location.path not in old:
                key = name, symbol.location, other.location
                self._relocated.setdefault(key, []).append(opened.tree.arch)


def _defined(root: Path, files: Collection[str]) -> Mapping[str, set[str]]:
    """The files among `files` in which each symbol has an entry."""
    found: dict[str, set[str]] = {}
    for path in files:
        if trees.is_file_within(root, path):
            for name in _ENTRY.findall(trees.read_within(root, path)):
                found.setdefault(name, set()).add(path)
    return found


class _Gathered:
    def __init__(self, successor: Successor) -> None:
        self.successor = successor
        self.arches: list[str] = []
        self.transitional = False
        self.kept: dict[str, list[str]] = {}
        self.asked: dict[str, list[str]] = {}


def _is_gone(opened: OpenTree, after: OpenTree, name: str) -> bool:
    now = after.model.symbols.get(name)
    return now is None or (now.transitional and not opened.model.symbols[name].transitional)


def _successors(
    opened: OpenTree, after: OpenTree, gone: frozenset[str], fresh: frozenset[str]
) -> Mapping[str, Successor]:
    """What took the place of symbols, each where it is one symbol, and nothing else became that."""
    folders: set[str] = set()
    for side in (opened, after) if opened.tree.kind == "linux" else ():
        folders |= reach(side.tree.root).homes(gone | fresh)
    # What is built in other folders says nothing of these symbols, and all objects of a tree take seconds.
    within = leading(folders, below=True)
    here, there = told(opened, within), told(after, within)
    moves = moved_objects(here, opened.tree.root, there, after.tree.root, sorted(gone))
    renames = Renames(here, there, moves)
    found = {name: one for name in sorted(gone) if (one := renames.of(name)) is not None and one.kind == "renamed"}
    became = [one.became for one in found.values()]
    return {name: one for name, one in found.items() if len(one.became) == 1 and became.count(one.became) == 1}


def followed(values: Values, renamed: Mapping[str, str], configs: int) -> Values:
    """The same values, those of symbols that have another name told under the new one, where they are others."""
    if not renamed:
        return values
    differ = {new: _differing(values, old, new, configs) for old, new in renamed.items()}
    named = {**renamed, **{new: new for new in renamed.values()}}

    def told_anew(symbols: Mapping[str, int]) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, mask in symbols.items():
            new = named.get(name)
            if new is None:
                found[name] = mask
            elif left := mask & differ[new]:
                found[new] = found.get(new, 0) | left
        return found

    return replace(
        values,
        symbols=told_anew(values.symbols) | {new: mask for new, mask in differ.items() if mask},
        found=tuple(_once(values.found, told_anew, differ)),
        unexplained=told_anew(values.unexplained),
        old_names={new: old for old, new in renamed.items()},
    )


def _once(
    groups: Sequence[Found], told_anew: Callable[[Mapping[str, int]], dict[str, int]], differ: Mapping[str, int]
) -> Iterator[Found]:
    """Each value under one cause: that the old name goes and that the new one comes are two."""
    done = dict.fromkeys(differ, 0)
    for group in groups:
        symbols = told_anew(group.symbols)
        for name in done.keys() & symbols.keys():
            symbols[name] &= ~done[name]
            done[name] |= symbols[name]
        if left := {name: mask for name, mask in symbols.items() if mask}:
            yield replace(group, symbols=left)


def _differing(values: Values, old: str, new: str, configs: int) -> int:
    """The lanes in which the new name has another value than the old one had."""
    found = 0
    for lane in range(configs):
        before, after = values.value(old, lane, after=False) or "n", values.value(new, lane, after=True) or "n"
        found |= (before != after) << lane
    return found
