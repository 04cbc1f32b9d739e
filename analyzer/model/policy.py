"""Policies: what must hold of configs, and what was found.

Enters: nothing. Leaves: `Policy` with its rules and claims, `Looked` (a config that a rule is about), `Verdict`,
`Checked`. Must hold: a rule knows the line of each of its keys; a verdict counts what was looked at, and what could not
be told is told apart from what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from analyzer.model.config import ResolvedConfig
from analyzer.model.doctor import LineState
from analyzer.model.estimate import Interval
from analyzer.model.expr import Location
from analyzer.model.finding import Finding
from analyzer.model.graph import UnmetDependency


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a rule is about: a symbol, or a feature by the symbols of which the first that a tree defines counts."""

    name: str
    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueClaim:
    """The target has this value: `on`, `off` (undefined counts as off), or a text as `values` of a config has it."""

    target: Target
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorClaim:
    """No active select of one of `selectors` raises the target."""

    target: Target
    selectors: tuple[str, ...]


Measure = Literal["gate", "objects", "content", "loaded", "file", "boot"]
"""What is weighed: of a target its `gate` (the content of vmlinux.o with it, less that without it) or its `objects`
(those that a makefile builds under a condition on it); else the image: the content of vmlinux.o, vmlinux as it is
loaded, its file, or the boot image's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeClaim:
    """The target, or with None the image, is at most `at_most` bytes. `unmeasured` says what a config is that nobody
    has measured."""

    target: Target | None
    of: Measure
    at_most: int
    unmeasured: Literal["error", "allow"] = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineClaim:
    """The values of `targets` are those in the file `path`."""

    path: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmetClaim:
    """No select forces a symbol past what it depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesClaim:
    """Every line of the config comes true, but for the losses that the file `accepted` has ("": none)."""

    accepted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesClaim:
    """A series brings nothing of `limits`, which are written as --fail-on of kweigh review takes them. `build` are the
    configs whose growth is limited, `ARCH` or `ARCH:CONFIG`."""

    limits: tuple[str, ...]
    build: tuple[str, ...] = ()


Claim = ValueClaim | SelectorClaim | SizeClaim | BaselineClaim | UnmetClaim | LinesClaim | SeriesClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A loss that somebody has accepted: names or globs of architectures, configs and symbols, and the reason."""

    arch: str
    config: str
    symbol: str
    reason: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `arches` and `configs` are names or globs (none: the defaults of kweigh matrix); `places` has the line
    of every key that was written."""

    name: str
    claim: Claim
    location: Location
    arches: tuple[str, ...] = ()
    configs: tuple[str, ...] = ()
    places: Mapping[str, Location]

    def at(self, *keys: str) -> Location:
        """The line of the first of `keys` that was written; else that of the rule."""
        return next((self.places[key] for key in keys if key in self.places), self.location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one file, in its order."""

    title: str
    path: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A config that a rule is about; `config` is None where it could not be resolved, and `error` says why. With `name`
    `*` it is the architecture that could not be read."""

    arch: str
    name: str
    config: ResolvedConfig | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Bytes, or None where nobody has measured them; an interval where they are not known exactly. `source` says where
    they come from, or what would measure them."""

    size: Interval | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value in a baseline, and its line there."""

    value: str
    line: int


Baseline = Mapping[tuple[str, str, str], Cell]
"""Values by architecture, config and symbol."""

Chain = tuple[tuple[str, Location | None], ...]
"""The lines that led to a value: each a sentence and its place."""


class Witness(Protocol):
    """What a judge asks of the rooms that know."""

    def chain(self, config: ResolvedConfig, symbol: str) -> Chain:
        """Why `symbol` has its value."""
        ...

    def unmet(self, config: ResolvedConfig) -> tuple[UnmetDependency, ...]:
        """The symbols that a select forces past what they depend on."""
        ...

    def measured(self, config: ResolvedConfig, of: Measure, symbol: str) -> Measured:
        """What was measured; `symbol` is "" for an image."""
        ...

    def lost(self, config: ResolvedConfig) -> tuple[LineState, ...]:
        """The lines of the config that do not come true."""
        ...

    def accepted(self, path: str) -> tuple[Accepted, ...]:
        """The losses that a file accepts. Raises FileNotFoundError, or SourceError with its line."""
        ...

    def hint(self, name: str, known: Iterable[str]) -> str:
        """What an unknown symbol may have meant, in words ("": nothing is near)."""
        ...

    def baseline(self, path: str) -> Baseline:
        """The values of a baseline. Raises FileNotFoundError, or SourceError with its line."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """Something found: in which config, about which symbol ("": none), and what. `text` is the sentence without the
    rule and the config, which the finding's message has too."""

    arch: str
    config: str
    symbol: str
    text: str
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one rule: over how many configs it was judged, and what was found."""

    rule: Rule
    looked: int
    breaches: tuple[Breach, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing was found that is an error."""
        return not any(breach.finding.level == "error" for breach in self.breaches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A policy, judged on a tree."""

    policy: Policy
    tree: str
    verdicts: tuple[Verdict, ...]
