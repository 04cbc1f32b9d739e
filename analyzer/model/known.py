"""What measurements say of a config, and what they do not.

Enters: nothing. Leaves: `KnownBuild`, `Missing`. Must hold: a figure says what it rests on; what nobody measured says
how many builds it takes, how long they take only where some were timed, and the one command that makes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.elf import SizedSymbol
from analyzer.model.gate import Weight

MOST = 6
"""Builds that are named in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBuild:
    """What is known of one config that was built. `boot` is the length of the boot image (None: none was made),
    `symbols` are vmlinux.o's (None: not kept). `weight` is None where it could not be built, and `failure` says why.
    `started` is in seconds since 1970, 0 where nobody noted it."""

    weight: Weight | None
    boot: int | None = None
    symbols: tuple[SizedSymbol, ...] | None = None
    failure: str = ""
    started: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Builds that an answer needs and that nobody has made: what is built, or otherwise in each ("tinyconfig"; "as it
    is", "PRINTK=n"), what they take together (None: none was timed here; `timed`: how many were), and the command that
    makes them. In a sentence a few builds are named and the others counted; the command names all.

    >>> str(Missing(builds=("as it is", "PCI=n"), command="kweigh gate PCI"))
    'it takes 2 builds, as it is and PCI=n, and none was timed here yet: kweigh gate PCI'
    >>> str(Missing(builds=tuple(f"G{n}" for n in range(33)), command="kweigh gate …"))
    'it takes 33 builds, G0, G1, G2, G3, G4, G5 and 27 more, and none was timed here yet: kweigh gate …'
    """

    builds: tuple[str, ...]
    command: str
    seconds: float | None = None
    timed: int = 0

    def __str__(self) -> str:
        return f"{self.need}: {self.command}"

    @property
    def need(self) -> str:
        """Which builds, and how long they take."""
        *others, last = self.builds
        more = len(self.builds) - MOST
        named = f"{', '.join(others)} and {last}" if others else last
        if more > 1:
            named = f"{', '.join(others[:MOST])} and {more:,} more"
        count = "1 build" if not others else f"{len(self.builds)} builds"
        return f"it takes {count}, {named}, {self.time}"

    @property
    def time(self) -> str:
        """How long they take."""
        return "and none was timed here yet" if self.seconds is None else _time(self.seconds, self.timed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """So many builds that a campaign has left (0: it is done), what they take together, as the last `timed` builds of
    the same tree, architecture and compiler took (None: none was timed), and the command that goes on."""

    builds: int
    command: str
    seconds: float | None = None
    timed: int = 0

    @property
    def need(self) -> str:
        """How many, and how long they take."""
        time = "" if self.seconds is None else f", {_time(self.seconds, self.timed)}"
        return f"{self.builds:,} left{time}"


def _time(seconds: float, timed: int) -> str:
    return f"about {span(seconds)} here, as {timed} build{'s' if timed != 1 else ''} took"


def span(seconds: float) -> str:
    """A length of time as people say it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{max(round(seconds), 1)} s"
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"
