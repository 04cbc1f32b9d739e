"""What a patch series, or another tree, changes in configs: before and after.

Enters: nothing. Leaves: `Review` and what it holds. Must hold: a value stands below causes only where a replay gave it:
the tree as it was, with those entries as they are afterwards and nothing else, resolved again in every config that is
named; what no replay gave is `unexplained`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.model.config import Assignment
from analyzer.model.difference import RootCause
from analyzer.model.expr import Location
from analyzer.model.graph import Explanation
from analyzer.model.lint import Fault
from analyzer.model.review_bytes import SeriesBytes
from analyzer.model.review_mapping import SeriesMapping

EntryFate = Literal["new", "gone", "changed"]
FaultFate = Literal["brought", "worsened", "mended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """An entry of Kconfig that means something else afterwards, and the architectures that see it."""

    fate: EntryFate
    cause: RootCause
    arches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A symbol whose value changes; "" where it is not defined. `places` are the configs, by architecture."""

    symbol: str
    before: str
    after: str
    places: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def configs(self) -> int:
        """How many configs it is."""
        return sum(len(names) for _, names in self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Why one symbol has its value in one config, before and after (None: it is not defined there)."""

    arch: str
    config: str
    symbol: str
    before: Explanation | None
    after: Explanation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What some causes (by their index) change, one alone or several that only do it together; what changes most
    configs comes first. `chains` tell of one of them."""

    causes: tuple[int, ...]
    moves: tuple[Move, ...]
    chains: Chains | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostLine:
    """A line of a config that gave its symbol its value before, and does not any more."""

    arch: str
    config: str
    line: Assignment
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A symbol that a select raises past what it depends on afterwards and not before. `location` is where it is
    defined, `places` are the configs, by architecture."""

    symbol: str
    location: Location
    places: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFault:
    """A fault for any config (`kweigh lint`) that the change brings, worsens or mends, and the architectures that see
    it. The place of one that is mended is that of before."""

    fate: FaultFate
    fault: Fault
    arches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """What could not be looked at, and why."""

    arch: str
    config: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What `source` changes in a tree.

    `arches` are all architectures that were looked at, `alike` those of them of which nothing that Kconfig reads
    changed; `looked_at` are the configs, by architecture, `remarks` are lines about how `source` was read.
    `unexplained` are values that change and that no replay gave; `faults` is None where nobody asked for them,
    `mapping` where nothing that it stands on is touched, `bytes` where nobody looked.
    """

    tree: str
    source: str
    arches: tuple[str, ...]
    alike: tuple[str, ...]
    looked_at: tuple[tuple[str, tuple[str, ...]], ...]
    entries: tuple[EntryChange, ...]
    causes: tuple[RootCause, ...]
    effects: tuple[Effect, ...]
    unexplained: tuple[Move, ...]
    failed: tuple[Failed, ...] = ()
    remarks: tuple[str, ...] = ()
    lost: tuple[LostLine, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    faults: tuple[SeriesFault, ...] | None = None
    mapping: SeriesMapping | None = None
    bytes: SeriesBytes | None = None

    @property
    def configs(self) -> int:
        """How many configs were looked at."""
        return sum(len(names) for _, names in self.looked_at)

    def moves(self) -> Iterator[Move]:
        """All values that change."""
        for effect in self.effects:
            yield from effect.moves
        yield from self.unexplained
