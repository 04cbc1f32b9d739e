"""What follows from values: objects that come and go, lines of minimal configs that do.

Enters: the configs of an architecture on both sides. Leaves: the parts of a `Review` that tell of builds and minimal
configs. Must hold: all configs that are compared are asked, and also those whose values are the same where a makefile
differs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from analyzer import configs
from analyzer.model.analysis import shown
from analyzer.model.config import ConfigSource
from analyzer.model.review import ObjectChange, SavedLine
from analyzer.pipeline.commands.review_files import Same
from analyzer.pipeline.commands.review_given import Given, given
from analyzer.pipeline.commands.review_objects import Objects
from analyzer.pipeline.commands.review_renames import Names
from analyzer.pipeline.commands.review_saved import Saved, saved, saved_apart
from analyzer.pipeline.commands.review_side import Side
from analyzer.pipeline.commands.review_values import Values
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.patching.sides import Sides
from analyzer.trees import bundled_root


class Follows:
    """Gathers what follows, architecture by architecture."""

    def __init__(self, both: Sides, same: Same) -> None:
        touched = None if both.form == "tree" else [one.path for one in both.changes]
        self._objects = Objects(_root(both.before.root), _root(both.after.root), same, touched)
        self._saved = Saved()
        self.names = Names()

    def add(
        self,
        opened: OpenTree,
        after: OpenTree,
        sources: Mapping[str, ConfigSource],
        found: Given,
        values: Values | None = None,
        changed: Collection[str] = (),
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        """Configs that are asked alike on both sides; `values` is None where all have the same, `renamed` are the new
        names of symbols."""
        arch, names = opened.tree.arch, list(sources)
        before, later = Side(opened, found, values), Side(after, found, values, after=True)
        if values is not None:
            self.names.note(arch, sources, values, renamed or {})
            for lane, line in saved(before, later, values, changed, len(names)):
                self._saved.add(arch, sources, names[lane], line)
        self._objects.add(
            (opened.tree, after.tree),
            names,
            lambda lane: (before.conf(lane), later.conf(lane)),
            _moved_by({} if values is None else values.symbols),
        )

    def apart(self, opened: OpenTree, after: OpenTree, name: str, a: ConfigSource, b: ConfigSource) -> None:
        """A config whose lines the change edits."""
        old, new = opened.resolved(a), after.resolved(b)
        self.names.note_apart(opened.tree.arch, name, old, new)
        for line in saved_apart(old, new):
            self._saved.add(opened.tree.arch, {name: b}, name, line)
        first, last = shown(old), shown(new)
        moved = [one for one in {**first, **last} if first.get(one, "n") != last.get(one, "n")]
        confs = configs.auto_conf(old), configs.auto_conf(new)
        self._objects.add((opened.tree, after.tree), [name], lambda _lane: confs, lambda _lane: moved)

    def unchanged(self, opened: OpenTree, after: OpenTree, sources: Mapping[str, ConfigSource]) -> None:
        """An architecture of whose Kconfig nothing differs."""
        if sources and self.matter(opened):
            self.add(opened, after, sources, given(opened, list(sources.values())))

    def matter(self, opened: OpenTree) -> bool:
        """Whether a makefile differs that may decide something in an architecture."""
        return self._objects.matter(opened.tree.srcarch)

    @property
    def objects(self) -> tuple[ObjectChange, ...]:
        """The objects that come and go."""
        return self._objects.told()

    @property
    def saved(self) -> tuple[SavedLine, ...]:
        """The lines of minimal configs that come and go."""
        return self._saved.told()


def _root(root: Path | None) -> Path:
    return root if root is not None else bundled_root()


def _moved_by(symbols: Mapping[str, int]) -> Callable[[int], Sequence[str]]:
    return lambda lane: [name for name, mask in symbols.items() if mask >> lane & 1]
