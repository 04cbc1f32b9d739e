"""Why two configs differ: root causes, what each explains, and what follows from it.

Enters: nothing. Leaves: `Difference` and what it holds. Must hold: a symbol is below causes only where a replay gave it
its value: the first config, with those causes and nothing else, resolved again. What no replay gave is `unexplained`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.model.analysis import ConfigDiff
from analyzer.model.build import KbuildObject
from analyzer.model.expr import Location
from analyzer.model.gain import Gain
from analyzer.model.gate import Weight
from analyzer.model.known import Missing

CauseKind = Literal[
    "user",  # a line of a config, there on one side only or with another value
    "target",  # what the target answers to symbols that nobody set (allnoconfig's n), or keeps from a .config
    "toolchain",  # the same line of Kconfig, for which the compiler gives another answer
    "rules",  # the tree's own scripts/kconfig computes choices otherwise (see `Dialect`)
    "architecture",  # all entries that differ because ARCH does: no half of an architecture can be had
    "default",  # an entry of Kconfig of which only defaults changed
    "entry",  # an entry of Kconfig that is new, gone or otherwise changed
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A line as written, and where."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCause:
    """One thing that is otherwise in the second config.

    `names` are the symbols that it is about, `a` and `b` the lines that differ, of each side; "" lines there are none
    on the side where nothing stands.
    """

    kind: CauseKind
    names: tuple[str, ...]
    a: tuple[Cited, ...] = ()
    b: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """A symbol of a tree in reading order: it follows from the nearest one above it that is one less deep."""

    name: str
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What some causes (by their index) explain: one alone, or several that only do it together. `gain` is what the
    first config gains with these causes and nothing else (None: nobody has measured it)."""

    causes: tuple[int, ...]
    symbols: tuple[Follower, ...]
    gain: Gain | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Causes that groups link, and what the first config gains with all of them and nothing else (None: nobody has
    measured it). Parts have no cause in common, so what they weigh adds up."""

    causes: tuple[int, ...]
    gain: Gain | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Causes:
    """The causes that explain something, those that explain most first, and what they explain.

    A symbol is in one group only, although others may explain it as well. `tried` counts the causes there were. `parts`
    are the causes once more, those together that stand in common groups.
    """

    causes: tuple[RootCause, ...]
    groups: tuple[Explained, ...]
    unexplained: tuple[str, ...]
    tried: int
    parts: tuple[Part, ...] = ()

    @property
    def explained(self) -> int:
        """How many symbols are explained."""
        return sum(len(group.symbols) for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """A scenario of the mapping model that ends otherwise; "" where it does not apply."""

    scenario: str
    title: str
    a: str
    b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectChanges:
    """The objects that one config alone builds, and whether the plans of both are whole."""

    only_a: tuple[KbuildObject, ...]
    only_b: tuple[KbuildObject, ...]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """What both configs weigh, and what each rests on; None and "" where nobody has measured it. `missing`
    are the builds that would tell, of each tree."""

    a: Weight | None
    b: Weight | None
    source_a: str
    source_b: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All that was found out about two configs; None is what was not looked at."""

    diff: ConfigDiff
    causes: Causes
    objects: ObjectChanges | None = None
    verdicts: tuple[VerdictChange, ...] | None = None
    bytes: Bytes | None = None
