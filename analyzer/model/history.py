"""What one config weighs in several trees.

Enters: nothing. Leaves: `SizeHistory` and its parts. Must hold: immutable; the changes of a step, by objects, by
folders or by options, sum to what all objects gain, and the rest is what linking adds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analyzer.model.elf import SectionClass


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryObject:
    """An object of a build: its bytes of content, and the symbol that decides whether it is built ("": it always
    is)."""

    path: str
    content: int
    option: str

    @property
    def folder(self) -> str:
        """The part of the tree that it is of: `kernel`, `drivers/base`, `arch/x86`."""
        parts = self.path.split("/")[:-1]
        return "/".join(parts[: 2 if parts[:1] in (["arch"], ["drivers"]) else 1]) or "."


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSize:
    """What the config weighs in one tree. `on` are the symbols that are y or m there, `classes` the bytes of vmlinux.o,
    `loaded` those of vmlinux with its padding (`size vmlinux` gives them), `boot` the compressed image's length (None:
    not built)."""

    tree: str
    compiler: str
    classes: Mapping[SectionClass, int]
    loaded: int
    boot: int | None
    objects: tuple[HistoryObject, ...]
    on: frozenset[str]

    @property
    def content(self) -> int:
        """Bytes of all allocated sections of vmlinux.o."""
        return sum(self.classes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an object, a folder or an option gained from one tree to the next: bytes before and after (None: it is not
    there), and how many objects that are."""

    name: str
    before: int | None
    after: int | None
    objects: int

    @property
    def gain(self) -> int:
        """Bytes more than before."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryStep:
    """From one tree to the next."""

    before: TreeSize
    after: TreeSize

    @property
    def gain(self) -> int:
        """Bytes of content more."""
        return self.after.content - self.before.content

    @property
    def linked(self) -> int:
        """Bytes of it that no object has: alignment, and tables that linking writes."""
        return self.gain - sum(one.gain for one in self.objects)

    @property
    def objects(self) -> tuple[Change, ...]:
        """Every object that came, went or changed, the largest change first."""
        return self._by(lambda one: one.path)

    @property
    def folders(self) -> tuple[Change, ...]:
        """The same by folder."""
        return self._by(lambda one: one.folder)

    @property
    def options(self) -> tuple[Change, ...]:
        """The same by the symbol that decides whether an object is built."""
        return self._by(lambda one: one.option)

    @property
    def came(self) -> tuple[str, ...]:
        """Symbols that are on now and were not."""
        return tuple(sorted(self.after.on - self.before.on))

    @property
    def went(self) -> tuple[str, ...]:
        """Symbols that were on and are not now."""
        return tuple(sorted(self.before.on - self.after.on))

    def _by(self, name: Callable[[HistoryObject], str]) -> tuple[Change, ...]:
        sides: list[dict[str, int]] = []
        paths: dict[str, set[str]] = defaultdict(set)
        for tree in (self.before, self.after):
            found: dict[str, int] = {}
            for one in tree.objects:
                found[name(one)] = found.get(name(one), 0) + one.content
                paths[name(one)].add(one.path)
            sides.append(found)
        before, after = sides
        changes = (
            Change(name=key, before=before.get(key), after=after.get(key), objects=len(paths[key]))
            for key in before.keys() | after.keys()
            if before.get(key) != after.get(key)
        )
        return tuple(sorted(changes, key=lambda one: (-abs(one.gain), one.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeHistory:
    """One config of one architecture, tree by tree in the order in which they were named."""

    config: str
    arch: str
    trees: tuple[TreeSize, ...]

    @property
    def steps(self) -> tuple[HistoryStep, ...]:
        """From each tree to the next."""
        return tuple(HistoryStep(before=one, after=two) for one, two in zip(self.trees, self.trees[1:], strict=False))
