"""What only the side after has: architectures, and configs of those that there were.

Enters: both sides, what was asked for. Leaves: their names, and the lines of such configs that do not come true. Must
hold: nothing of these is compared, since there is nothing before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from analyzer import trees
from analyzer.errors import AnalyzerError
from analyzer.model.by_arch import Places
from analyzer.pipeline.choosing import architectures, chosen_configs
from analyzer.pipeline.commands.doctor import lost
from analyzer.pipeline.opening import OpenTree, open_tree
from analyzer.pipeline.patching.sides import Sides


class Fresh:
    """Gathers what is new: `arches` are the architectures among those asked for."""

    def __init__(self, both: Sides, asked: Sequence[str], wanted: Sequence[str]) -> None:
        self._after, self._wanted = both.after, wanted
        later = architectures(both.after)
        fresh = {arch: srcarch for arch, srcarch in later.items() if arch not in architectures(both.before)}
        self.arches = tuple(arch for arch in trees.distinct(fresh) if any(fnmatchcase(arch, one) for one in asked))
        self._found: dict[str, tuple[str, ...]] = {}
        self._remarks: list[str] = []

    def without(self, asked: Sequence[str]) -> tuple[str, ...]:
        """What was asked for of the side before."""
        return tuple(one for one in asked if one not in self.arches)

    def add(self, after: OpenTree, known: Collection[str]) -> None:
        """The configs of an architecture, of which `known` were there before."""
        names = tuple(name for name in chosen_configs(after.shelf, self._wanted) if name not in known)
        if names:
            self._found[after.tree.arch] = names
            for name in names:
                self._remarks += _remarks(after, name)

    def told(self) -> Places:
        """The configs, by architecture; opens the architectures that are new."""
        for arch in self.arches:
            try:
                self.add(open_tree(replace(self._after, arch=arch)), ())
            except AnalyzerError as error:
                self._remarks.append(f"{arch} is new: {error.line()}")
        return tuple(self._found.items())

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is to be said of them."""
        return tuple(self._remarks)


def _remarks(after: OpenTree, name: str) -> Iterator[str]:
    where = f"{name} of {after.tree.arch} is new"
    try:
        config = after.resolve(name)
    except AnalyzerError as error:
        yield f"{where}: {error.line()}"
        return
    idle = [state.request.assignment.line for state in lost(config)]
    if idle:
        more = f" and {len(idle) - 3:,} more" if len(idle) > 3 else ""
        yield f"{where}: of its lines these do not come true: {', '.join(idle[:3])}{more}"
