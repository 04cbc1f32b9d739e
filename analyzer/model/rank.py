"""What is heaviest in a config.

Enters: nothing. Leaves: `Ranking` and what it holds. Must hold: immutable; bytes are whole numbers; an object that
nobody measured has no bytes, which is not the same as 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analyzer.model.elf import SectionClass
from analyzer.model.estimate import Interval
from analyzer.model.known import Missing

What = Literal[
    "content",  # the allocated sections of vmlinux.o
    "loaded",  # the same without what the link throws away, of all that vmlinux loads
    "compressed",  # the boot image, as its compressor makes it
    "memory",  # what is not free in a booted kernel once its init runs
]

Basis = Literal[
    "measured",  # the ledger holds a build of exactly this config
    "estimated",  # each object by builds of other configs
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedObject:
    """An object of vmlinux: the options that are on and that its makefile lines name, the innermost first, and its
    bytes by class (None: nobody measured it)."""

    path: str
    options: tuple[str, ...]
    classes: Mapping[SectionClass, int] | None

    @property
    def size(self) -> int:
        """Its bytes, as far as they are known."""
        return sum((self.classes or {}).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What turning an option off saves, `changes` symbols with it, itself among them. `alone` says that it was built
    by itself, else it was told apart from builds in which others are turned too. `where` says where that was, if not in
    this config."""

    size: Interval
    changes: int
    alone: bool
    where: str = ""

    @property
    def each(self) -> int:
        """Bytes for each symbol that changes."""
        return round(self.size.value / self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedOption:
    """An option that is on: the objects that its name stands behind, and those that no other option's does. `saved` is
    None where no build tells."""

    symbol: str
    value: str
    objects: tuple[RankedObject, ...]
    saved: Saved | None = None

    @property
    def classes(self) -> dict[SectionClass, int]:
        """Bytes of its objects by class, as far as they are known."""
        found: dict[SectionClass, int] = {}
        for one in self.objects:
            for kind, size in (one.classes or {}).items():
                found[kind] = found.get(kind, 0) + size
        return found

    @property
    def size(self) -> int:
        """Bytes of its objects, as far as they are known."""
        return sum(one.size for one in self.objects)

    @property
    def alone(self) -> int:
        """Bytes of the objects that only this option's name stands behind."""
        return sum(one.size for one in self.objects if one.options == (self.symbol,))

    @property
    def is_known(self) -> bool:
        """Whether anything of it was measured, or there is nothing to measure."""
        return not self.objects or len(self.unknown) < len(self.objects)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The objects that nobody measured."""
        return tuple(one.path for one in self.objects if one.classes is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The options of a config, the heaviest first.

    `total` is what the whole image has of `what` (None: not known), `boot` the length of its boot image (None: none was
    made). `objects` are those of vmlinux, `modules` how many objects of modules are left out. `missing` is the build
    that would make what is estimated exact.
    """

    config: str
    tree: str
    arch: str
    compiler: str
    what: What
    basis: Basis
    total: int | None
    boot: int | None
    objects: tuple[RankedObject, ...]
    options: tuple[RankedOption, ...]
    modules: int = 0
    missing: Missing | None = None

    @property
    def size(self) -> int:
        """Bytes of all objects, as far as they are known."""
        return sum(one.size for one in self.objects)

    @property
    def unknown(self) -> int:
        """How many objects nobody measured."""
        return sum(one.classes is None for one in self.objects)
