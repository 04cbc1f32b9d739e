"""What a patch series, or another tree, changes in configs: before and after.

Enters: nothing. Leaves: `Review` and what it holds. Must hold: a value stands below causes only where a replay gave it:
the tree as it was, with those entries as they are afterwards and nothing else, resolved again in every config that is
named; what no replay gave is `unexplained`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analyzer.model.build import Step
from analyzer.model.by_arch import Places, how_many
from analyzer.model.config import Assignment
from analyzer.model.difference import RootCause
from analyzer.model.expr import Location
from analyzer.model.graph import Explanation
from analyzer.model.lint import Fault
from analyzer.model.review_bytes import SeriesBytes
from analyzer.model.review_mapping import SeriesMapping
from analyzer.model.upgrade import Successor

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
    places: Places

    @property
    def configs(self) -> int:
        """How many configs it is."""
        return how_many(self.places)


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
class Rename:
    """A symbol that has another name afterwards, with what speaks for it. `kept` are the configs in which it is on and
    the new one has its value, by architecture; `asked` those whose own lines name the old one. A `transitional` one is
    still read from old configs."""

    successor: Successor
    arches: tuple[str, ...]
    transitional: bool = False
    kept: Places = ()
    asked: Places = ()

    @property
    def old(self) -> str:
        """Its name before."""
        return self.successor.name

    @property
    def new(self) -> str:
        """Its name afterwards."""
        return self.successor.became[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relocated:
    """A symbol whose definition stands in another file afterwards."""

    symbol: str
    before: Location
    after: Location
    arches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLine:
    """A line of minimal configs (`make savedefconfig`) that is another afterwards; "" where they have none. `places`
    are the configs, by architecture, `asked` those of them whose own lines name the symbol."""

    symbol: str
    before: str
    after: str
    places: Places
    asked: Places = ()

    @property
    def configs(self) -> int:
        """How many configs it is."""
        return how_many(self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChange:
    """An object that comes, goes, or is linked into something else. `before` and `after` say into what: `vmlinux`,
    `lib`, or a module by its path; "" where it is not built. `step` is the line that names it, or a folder on the way,
    and asks the symbols (`asked`) whose values change, else the innermost; `places` are the configs, by
    architecture."""

    path: str
    before: str
    after: str
    step: Step
    asked: tuple[str, ...]
    places: Places

    @property
    def configs(self) -> int:
        """How many configs it is."""
        return how_many(self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A symbol that a select raises past what it depends on afterwards and not before. `location` is where it is
    defined, `places` are the configs, by architecture."""

    symbol: str
    location: Location
    places: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFault:
    """A fault for any config (`kweigh lint`) that the change brings, worsens or mends, and the architectures that see
    it. The place of one that is mended is that of before."""

    fate: FaultFate
    fault: Fault
    arches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """What could not be looked at, and why; `afterwards` where it could before."""

    arch: str
    config: str
    error: str
    afterwards: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What `source` changes in a tree.

    `arches` are all architectures that were looked at, `alike` those of them of which nothing that Kconfig reads
    changed; `looked_at` are the configs, by architecture, `remarks` are lines about how `source` was read.
    `fresh` are configs that only the side after has: what these are nobody compares.
    `unexplained` are values that change and that no replay gave; `faults` is None where nobody asked for them,
    `mapping` where nothing that it stands on is touched, `bytes` where nobody looked.
    """

    tree: str
    source: str
    arches: tuple[str, ...]
    alike: tuple[str, ...]
    looked_at: Places
    entries: tuple[EntryChange, ...]
    causes: tuple[RootCause, ...]
    effects: tuple[Effect, ...]
    unexplained: tuple[Move, ...]
    failed: tuple[Failed, ...] = ()
    remarks: tuple[str, ...] = ()
    lost: tuple[LostLine, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    faults: tuple[SeriesFault, ...] | None = None
    objects: tuple[ObjectChange, ...] = ()
    saved: tuple[SavedLine, ...] = ()
    renames: tuple[Rename, ...] = ()
    relocated: tuple[Relocated, ...] = ()
    fresh: Places = ()
    mapping: SeriesMapping | None = None
    bytes: SeriesBytes | None = None

    @property
    def configs(self) -> int:
        """How many configs were looked at."""
        return how_many(self.looked_at)

    def moves(self) -> Iterator[Move]:
        """All values that change."""
        for effect in self.effects:
            yield from effect.moves
        yield from self.unexplained
