"""What becomes of the lines of a config in a newer tree.

Enters: nothing. Leaves: `Trace` (what one tree says of a symbol), `Successor` (what took its place), `UpgradedLine`,
`Upgraded`. Must hold: a successor has evidence, each with its places in both trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from analyzer.model.config import Assignment, Reason, ResolvedConfig
from analyzer.model.doctor import Remark
from analyzer.model.expr import Location, SymbolType
from analyzer.model.stranger import Stranger


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What a tree says of one symbol, as far as another tree may say it of a symbol with another name.

    `help` are the words of its help text; `objects` the object files that makefile lines ask it for, by path, with the
    line; `selectors` who selects it; `uses` the names in its defaults, selects and dependencies; `neighbours` the
    entries before and behind it in its file.
    """

    name: str
    type: SymbolType
    prompt: str
    location: Location
    help: frozenset[str] = frozenset()
    objects: Mapping[str, Location]
    selectors: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    defaults: frozenset[str] = frozenset()
    neighbours: tuple[str, str] = ("", "")
    transitional: bool = False


EvidenceKind = Literal[
    "default",  # the new symbol's default is the old one, which is there for old configs (`transitional`)
    "object",  # the same object file is built for it
    "source",  # a source file with the same lines is
    "prompt",
    "help",
    "selectors",  # the same symbols select it
    "uses",  # it depends on, selects and defaults to the same
    "name",
    "place",  # it stands between the same entries, or in the same file
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """One thing that two symbols of two trees have in common, in words, with its place in either; `weight` is how much
    it counts."""

    kind: EvidenceKind
    text: str
    weight: float
    old: Location
    new: Location


SuccessorKind = Literal[
    "renamed",  # a symbol that the old tree had not is the same
    "merged",  # what it built is built for symbols that were there before
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """What took a symbol's place: one symbol where it was renamed; where it was merged those that are asked now."""

    name: str
    became: tuple[str, ...]
    kind: SuccessorKind
    evidence: tuple[Likeness, ...]

    @property
    def weight(self) -> float:
        """How much speaks for it."""
        return sum(one.weight for one in self.evidence)


Fate = Literal[
    "same",  # .config has the line
    "renamed",  # a symbol with another name has the value
    "merged",  # what it was for belongs to symbols that were there before
    "lost",  # the symbol, or the one it became, has another value
    "retyped",  # the symbol has another type, and its value had to be another
    "decided",  # no user can set it any more; the tree decides
    "removed",  # the old tree defines it, the new one has nothing that took its place
    "computed",  # no user could set it in the old tree either
    "stranger",  # neither tree defines it
    "overridden",  # a later line sets the symbol
    "invalid",  # the type does not allow the value
]
FATES: tuple[Fate, ...] = get_args(Fate)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradedLine:
    """One line and what becomes of it. `line` is what the upgraded config has for it ("": nothing); `value` and
    `reason` are those of the symbol it is about in the new tree (None: there is none); `dropped` what a removed symbol
    selected that is off now, by name, with the old tree's `select`; `words` why a lost line does not count, and which
    removed line had made it count."""

    assignment: Assignment
    fate: Fate
    line: str = ""
    value: str | None = None
    reason: Reason | None = None
    successor: Successor | None = None
    old: Trace | None = None
    stranger: Stranger | None = None
    dropped: tuple[tuple[str, Location], ...] = ()
    words: tuple[Remark, ...] = ()

    @property
    def written(self) -> str:
        """The line as it stands in the file."""
        return self.assignment.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """A config's lines in their order; `before` is the config in the old tree, `config` what the upgraded lines give in
    the new one."""

    before: ResolvedConfig
    config: ResolvedConfig
    lines: tuple[UpgradedLine, ...]
