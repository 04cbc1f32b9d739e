"""Bytes of a config that nobody built, and where each of them comes from.

Enters: nothing. Leaves: `Wanted`, `MeasuredBuild`, `Estimate` and what they hold. Must hold: every byte of an estimate
belongs to a term with a label, a provenance and an interval; the terms sum to the total; what was never measured is a
term too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from analyzer.model.elf import Growth, SectionClass
from analyzer.model.known import Missing
from analyzer.model.size import Origin

Turn = tuple[str, str]
"""A symbol that has another value than in the config that builds are told apart from, and that value ("n": off)."""

Provenance = Literal[
    "measured",  # an observation with exactly the values of every symbol that the object depends on
    "nearest",  # observations of the same object, with other values of some symbols
    "unmeasured",  # no observation of it at all: a prior
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedObject:
    """An object that the config builds. `options` are the symbols that lead to it, `conditions` with the values that
    they have there, `library` says that it is linked only where something refers to it, `source` is the length in bytes
    of the file that it is made from (None: not found)."""

    path: str
    options: tuple[str, ...] = ()
    conditions: frozenset[Turn] = frozenset()
    library: bool = False
    source: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be estimated: `values` are the symbols that are on, as a .config has them, strings with quotes;
    `turns` is how the config differs from the one that builds are told apart from, without what only follows."""

    origin: Origin
    values: Mapping[str, str]
    objects: tuple[WantedObject, ...]
    turns: frozenset[Turn] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBuild:
    """A build of the ledger: the values and turns of its config as in `Wanted`, the bytes of vmlinux.o, and those of
    each object that was linked, by path; `loaded` and `boot` are those of vmlinux, padding included, and of the boot
    image (0: not known, or none was made)."""

    values: Mapping[str, str]
    classes: Mapping[SectionClass, int]
    parts: Mapping[str, Mapping[SectionClass, int]]
    turns: frozenset[Turn] = frozenset()
    loaded: int = 0
    boot: int = 0

    @property
    def content(self) -> int:
        """Bytes of all allocated sections of vmlinux.o."""
        return sum(self.classes.values())

    @property
    def linked(self) -> dict[SectionClass, int]:
        """What vmlinux.o holds beyond its objects."""
        found = dict(self.classes)
        for classes in self.parts.values():
            for kind, size in classes.items():
                found[kind] = found.get(kind, 0) - size
        return {kind: size for kind, size in found.items() if size}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Bytes: what is expected, and the interval around it."""

    low: int
    value: int
    high: int

    def __add__(self, other: Interval) -> Interval:
        return Interval(low=self.low + other.low, value=self.value + other.value, high=self.high + other.high)

    @property
    def width(self) -> int:
        """Bytes from one end to the other; 0 where it is exact."""
        return self.high - self.low


def exactly(size: int) -> Interval:
    """The interval of what was measured."""
    return Interval(low=size, value=size, high=size)


def less(size: Interval) -> Interval:
    """The interval of as many bytes that go."""
    return Interval(low=-size.high, value=-size.value, high=-size.low)


def total(intervals: Iterable[Interval]) -> Interval:
    """The sum, end by end: errors of several terms may have one cause, so they are not taken to cancel out."""
    return sum(intervals, exactly(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A part of an estimate: an object by its path, or what linking adds.

    `classes` sum to the value; None where nobody knows the classes. `differing` are the symbols whose value no
    observation of it has, `options` those that lead to it.
    """

    label: str
    provenance: Provenance
    bytes: Interval
    classes: Mapping[SectionClass, int] | None = None
    differing: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """The build whose config differs least. `differing` are (symbol, value there, value wanted), "n" for off."""

    content: int
    differing: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a config is expected to weigh: content, the allocated sections of vmlinux.o.

    `objects` are in the order of the plan, `tables` is what vmlinux.o holds beyond the sum of its objects. `builds` is
    how many builds it was learnt from, `neighbour` the nearest of them (None: there is none). `limits` says why sums of
    objects do not hold ("": they do), `source` where it was measured as a whole ("": it was not). `loaded` is what
    vmlinux takes in memory, padding included, `boot` the length of the boot image (None: nothing is known of them).
    """

    origin: Origin
    objects: tuple[Term, ...]
    tables: tuple[Term, ...]
    builds: int
    neighbour: Neighbour | None
    limits: str = ""
    source: str = ""
    loaded: Interval | None = None
    boot: Interval | None = None

    @property
    def total(self) -> Interval:
        """The sum of all terms."""
        return total(term.bytes for term in (*self.objects, *self.tables))

    def those(self, provenance: Provenance) -> tuple[Term, ...]:
        """The objects of a provenance."""
        return tuple(term for term in self.objects if term.provenance == provenance)

    @property
    def classes(self) -> dict[SectionClass, int]:
        """The expected bytes by class, of all terms whose classes are known."""
        found: dict[SectionClass, int] = {}
        for term in (*self.objects, *self.tables):
            for kind, size in (term.classes or {}).items():
                found[kind] = found.get(kind, 0) + size
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Builds that would narrow an estimate: of the config itself (`symbol` is ""), or of `base` with a symbol turned.
    `width` are the bytes of doubt in the `objects` that it is about."""

    symbol: str
    base: str
    width: int
    objects: int
    missing: Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A symbol of the .config that changes with another one: its values ("": not written), and what decides after."""

    symbol: str
    before: str
    after: str
    because: str


CostBasis = Literal[
    "measured",  # both configs were built
    "bundled",  # measurements that come with the program, by the names of tree and config
    "table",  # a table of all options that comes with the program
    "estimated",
    "unmeasured",  # nothing is known of the bytes
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What turning a symbol the other way round changes in a config.

    `before` and `after` are its values, `why` the lines that decided the first, `way` how it is turned. `missed` says
    why it can't be ("": it can), `unmet` which dependencies are passed over. `added` and `removed` are objects with the
    symbols that lead to them. `gain` are bytes of content (None: not known), `loaded` and `file`
    those of vmlinux where it was built. `parts` sum to `gain`; `changes` are the objects among them that gain or lose.
    `touched` is how many objects of both configs change, or may (None: not known). `reason` says why nothing was
    measured, `missing` which builds would, `growth` is what bloat-o-meter tells (None: not known).
    """

    label: str
    tree: str
    arch: str
    compiler: str
    symbol: str
    before: str
    after: str
    why: str
    way: str = ""
    missed: str = ""
    unmet: tuple[str, ...] = ()
    follows: tuple[Follower, ...] = ()
    added: tuple[WantedObject, ...] = ()
    removed: tuple[WantedObject, ...] = ()
    basis: CostBasis = "unmeasured"
    gain: Interval | None = None
    loaded: int | None = None
    file: int | None = None
    parts: tuple[Term, ...] = ()
    changes: tuple[Term, ...] = ()
    touched: int | None = None
    reason: str = ""
    missing: Missing | None = None
    growth: Growth | None = None
