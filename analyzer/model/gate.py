"""What an option weighs: the same config with and without it.

Enters: nothing. Leaves: `Weight`, `GateVariant`, `GateMeasurement`. Must hold: a number here was measured on a build,
by the command that stands with it; what could not be built says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analyzer.model.elf import Growth, SectionClass, SymbolChange

Basis = Literal[
    "ledger",  # builds of exactly these configs
    "file",  # a file of gates of the user's own, by the names of config and tree
    "bundled",  # gates that come with the program, by the same
]


RESTS: Mapping[Basis, str] = {
    "ledger": "builds in the ledger",
    "file": "a file of gates",
    "bundled": "comes with kweigh",
}
"""How people are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What a build weighs, in bytes.

    `classes` are those of vmlinux.o, and their sum is the content. `loaded` and `file` are vmlinux's: its allocated
    sections, padding included, and its length. `objects` is how many are linked, `device` sizeof(struct device), read
    from the one that every kernel has (platform_bus; 0: not there).
    """

    classes: Mapping[SectionClass, int]
    loaded: int
    file: int
    objects: int
    device: int = 0

    @property
    def content(self) -> int:
        """Bytes of all allocated sections of vmlinux.o."""
        return sum(self.classes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class GateVariant:
    """The config with symbols forced to other values.

    `forced` are the symbols and values asked for; `follows` every other symbol of the .config that changed with them,
    with its value before and after ("": not written). `weight` is None where it was not measured, and `reason` says
    why. `changes` are the functions and variables that changed, as bloat-o-meter lists them (None: not kept).
    """

    forced: tuple[tuple[str, str], ...]
    follows: tuple[tuple[str, str, str], ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    weight: Weight | None = None
    reason: str = ""
    changes: tuple[SymbolChange, ...] | None = ()

    @property
    def turned(self) -> str:
        """What was asked for, in words."""
        return " ".join(f"{name}={value}" for name, value in self.forced)

    @property
    def growth(self) -> Growth | None:
        """The changes as bloat-o-meter counts them, without the bytes of what did not change."""
        return None if self.changes is None else Growth(title="", changes=self.changes, before=0, after=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateMeasurement:
    """One architecture's config, as it is and in its variants.

    `values` are the symbols asked about as the config has them, each with why. `base` is None where nothing could be
    built, and `reason` says why. `tree`, `compiler` and `command` are the provenance, `basis` what holds it.
    """

    arch: str
    config: str
    tree: str
    compiler: str
    command: str
    values: tuple[tuple[str, str, str], ...]
    base: Weight | None
    variants: tuple[GateVariant, ...]
    reason: str = ""
    basis: Basis = "bundled"
