"""A smaller config that still does its job: what was tried, and what is left.

Enters: nothing. Leaves: `Asked`, `Left`, `Judged`, `Step`, `Proof`, `KeptLine`, `Verdict`,
`Shrunk`, `Drop`, `ShrunkFile`. Must hold:
immutable; bytes are whole numbers, as builds measured them; a line is called proved only where a test without it alone
was run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Asked = frozenset[str]
"""Lines of a config, by the names of their symbols."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a set of lines resolves to: `key` is the same for equal configs, `lines` are those that come true."""

    key: str
    lines: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of a config: whether it is `good`, what it weighs (None: it was not built), and why it is not good."""

    good: bool
    size: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A test: which lines were away with it, how many were left, what came of it. `taken` says that the search went on
    from there."""

    away: tuple[str, ...]
    left: int
    key: str
    judged: Judged
    taken: bool


ProofKind = Literal[
    "test",  # removed alone, the test failed
    "size",  # removed alone, the test was good, but the kernel not smaller
    "keep",  # removed alone, what is to be kept does not hold any more
    "earlier",  # removed alone, the test failed while there were more lines than now
    "lines",  # removed alone, lines do not hold of which one of the above is true
    "untried",  # the budget ended before
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Why a line is there. `reason` is what the test said, `without` the lines that do not come true without it, `gain`
    the bytes that are less without it (None: no build tells)."""

    kind: ProofKind
    reason: str = ""
    without: tuple[str, ...] = ()
    gain: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a ledger keeps of a test: of which config (`key`), by which test (`test`), `result`, the reason where it was
    not good, and the end of what the test said. `size` is as in `Judged`, `seconds` what build and test took."""

    key: str
    test: str
    result: Literal["good", "bad", "unbuilt"]
    reason: str
    log: str
    size: int | None
    seconds: float

    @property
    def judged(self) -> Judged:
        """The same as the search has it."""
        return Judged(good=self.result == "good", size=self.size, reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """A line of the config that is left, as a config file writes it, and why it is there."""

    name: str
    text: str
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Shrunk:
    """Where a search stands. `test` says in words what a kernel has to do, `keep` what is kept besides. `first` is what
    the first good config weighs and `size` what the best one does; `lines` are the best one's, `steps` all tests in
    their order, `built` how many of them were built in this run. `done` says that no line is left whose need was not
    looked at; `lacks` why there is no good config, where there is none."""

    config: str
    tree: str
    arch: str
    compiler: str
    test: str
    keep: tuple[str, ...]
    first: int | None
    size: int | None
    lines: tuple[KeptLine, ...]
    steps: tuple[Step, ...]
    built: int
    done: bool
    lacks: str = ""
    file: str = ""

    @property
    def drops(self) -> tuple[Drop, ...]:
        """What went, in the order in which it did."""
        found: list[Drop] = []
        before = self.first
        for step in self.steps:
            if step.taken and step.away:
                after = step.judged.size
                found.append(Drop(lines=step.away, gain=None if before is None or after is None else before - after))
            if step.taken:
                before = step.judged.size
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Lines that went together, and the bytes that went with them (None: no build tells)."""

    lines: tuple[str, ...]
    gain: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkFile:
    """What the file of a search says of itself: as `Shrunk` has it."""

    config: str
    tree: str
    arch: str
    compiler: str
    test: str
    keep: tuple[str, ...]
    first: int | None
    size: int | None
    tests: int
    done: bool
    lines: tuple[KeptLine, ...]
    drops: tuple[Drop, ...]
