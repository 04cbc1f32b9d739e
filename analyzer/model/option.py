"""What the options of a config weigh.

Enters: nothing. Leaves: `OptionWeight`, `OptionTable`. Must hold: immutable; bytes are whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.model.boot import Memory
from analyzer.model.elf import SectionClass
from analyzer.model.estimate import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionWeight:
    """What turning one option adds to a config, with all that follows it.

    It is `before` and is turned to `value`; `follows` are the other symbols that change with it (name, before, after).
    `content` are the bytes of vmlinux.o's sections that it adds and `classes` the same by class. `objects` is how many
    objects come, go or change. `alone` says that it was built by itself, else it was told apart from the `builds` that
    have it with others. `memory` is what it adds to that of a booted kernel (None: nobody booted it).
    """

    symbol: str
    before: str
    value: str
    follows: tuple[tuple[str, str, str], ...]
    content: Interval
    classes: Mapping[SectionClass, int]
    objects: int
    alone: bool
    builds: int
    memory: Memory | None = None

    @property
    def changes(self) -> int:
        """How many symbols change, itself among them."""
        return 1 + len(self.follows)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTable:
    """What every option of a config weighs, as far as it was measured.

    `config` is the config's name, `tree` its release, `content` the bytes of vmlinux.o's sections as it is. `weights`
    are the options that a build has, `missing` those that no build has yet, `failed` those that do not stick or build
    with the reason; `builds` is how many were measured, the config's own among them.
    """

    config: str
    tree: str
    arch: str
    compiler: str
    content: int
    builds: int
    weights: tuple[OptionWeight, ...]
    missing: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
