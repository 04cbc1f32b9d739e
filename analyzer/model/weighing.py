"""A config that was built and weighed.

Enters: nothing. Leaves: `Weighed` and its parts. Must hold: bytes come from files; the parts of a feature are sums over
objects that are named, and may overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.model.elf import ElfFile, SectionClass
from analyzer.model.size import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedObject:
    """A linked object and its allocated sections."""

    path: str
    classes: Mapping[SectionClass, int]

    @property
    def content(self) -> int:
        """Bytes of all allocated sections."""
        return sum(self.classes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePart:
    """What belongs to a feature: the objects that a makefile builds under a condition on its symbol."""

    feature: str
    symbol: str
    value: str
    objects: int
    content: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Everything about one build. `accounts` are those of vmlinux.o, of the loaded image and of its file; `boot` is the
    compressed image's length, None where none was built; `new` and `known` count what the ledger learned. `unplanned`
    are objects that were built without being planned, `unbuilt` those planned and not built: any is a fault of ours."""

    label: str
    tree: str
    arch: str
    compiler: str
    image: ElfFile
    relinked: ElfFile
    objects: tuple[WeighedObject, ...]
    accounts: tuple[Account, ...]
    features: tuple[FeaturePart, ...] = ()
    boot: int | None = None
    new: int = 0
    known: int = 0
    unplanned: tuple[str, ...] = ()
    unbuilt: tuple[str, ...] = ()

    @property
    def generated(self) -> Mapping[str, int]:
        """Bytes of the tables that the image has beyond vmlinux.o (kallsyms, the version), by label."""
        content, loaded, _ = self.accounts
        within = {row.label for row in content.rows}
        return {row.label: row.size for row in loaded.rows if row.kind == "generated" and row.label not in within}
