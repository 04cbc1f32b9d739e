"""What came of playing scenarios: under one config, or under several versions beside each other.

Enters: nothing. Leaves: `ModelRun`, `ModelComparison`. Must hold: what could not be played is there with its reason; a
scenario that ends as it says is as expected, whatever becomes of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from analyzer.model.dma import Platform, Rules, Scenario
from analyzer.model.dma_trace import Counts, DmaTrace, Finding, Inapplicable, PacketCost, Verdict


class Question(Enum):
    """What an author of a driver asks; every scenario is about one of them."""

    REACH = "Will my 32-bit device work?"
    FORCE = "What does swiotlb=force cost?"
    SYNCS = "Can I leave syncs out?"
    IOMMU = "Which of my devices goes through the IOMMU?"
    MISUSE = "What if my driver breaks a rule of the DMA API?"


class Outcome(Enum):
    """How a scenario ended, seen from what it says of itself."""

    NOT_EXPECTED = "not as expected"
    RIGHT = "right"
    REFUSED = "refused"
    """A call refused, as it should."""
    KERNEL = "kernel"
    """A driver that keeps the rules saw wrong data, or a crash: the kernel's own fault."""
    DRIVER = "driver"
    """The same for a driver that breaks one."""
    NO_DATA = "no data"
    """Nobody read anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What comes of one case that a question is about, on a ring of `packets` packets.

    `need_sync` is what dma_need_sync() says of a mapping there; None where nobody asked, or there is no such call.
    """

    question: Question
    case: str
    verdict: Verdict
    reason: str
    packets: int
    counts: Counts
    need_sync: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRun:
    """Every scenario under one platform and one version.

    `label` says whose platform it is, `note` what the version only comes near to; `questions` has of every scenario
    what it is about, `misbehaving` names those whose driver breaks a rule of the DMA API, `mended` those that go wrong
    here, each with the first later version in which they do not ("": none that is known). `costs` is the user's own
    price list: a field of `Counts` to what one of it costs, in whatever unit the user had in mind.
    """

    label: str
    platform: Platform
    rules: Rules
    traces: tuple[DmaTrace, ...]
    unplayed: tuple[Inapplicable, ...]
    packets: tuple[PacketCost, ...] = ()
    answers: tuple[Answer, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    misbehaving: frozenset[str] = frozenset()
    mended: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    costs: Mapping[str, float] = field(default_factory=dict)

    def outcome(self, trace: DmaTrace) -> Outcome:
        """How one of the scenarios ended."""
        if trace.misses:
            return Outcome.NOT_EXPECTED
        match trace.verdict:
            case Verdict.RIGHT:
                return Outcome.RIGHT
            case Verdict.FAILED:
                return Outcome.REFUSED
            case Verdict.UNTOUCHED:
                return Outcome.NO_DATA
            case _:
                return Outcome.DRIVER if trace.scenario.name in self.misbehaving else Outcome.KERNEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One scenario under several versions, in the order of `ModelComparison.rules`; None where it does not apply."""

    scenario: Scenario
    traces: tuple[DmaTrace | None, ...]

    @property
    def ends_otherwise(self) -> bool:
        """Whether the data is right in one version and not in another, or a call refused."""
        return len({trace.verdict for trace in self.traces if trace}) > 1

    @property
    def differs(self) -> bool:
        """Whether the versions do not do the same."""
        return len({_outcome(trace) for trace in self.traces}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WayTaken:
    """A kind of device in one version: which path each call takes (`direct`, `bounce`, `ops` …), what packets cost."""

    way: str
    calls: tuple[tuple[str, str], ...]
    packets: tuple[PacketCost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayThrough:
    """The same kind of device in several versions, in the order of `ModelComparison.rules`; None: it is not there."""

    way: str
    taken: tuple[WayTaken | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """What changes between versions, for one platform; `notes` are about versions that a tree is only near to."""

    label: str
    platform: Platform
    rules: tuple[Rules, ...]
    played: tuple[Played, ...]
    ways: tuple[WayThrough, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunt:
    """What a search for wrong data found under one platform and one version."""

    label: str
    rules: Rules
    seed: int
    tries: int
    findings: tuple[Finding, ...]


def _outcome(trace: DmaTrace | None) -> object:
    if trace is None:
        return None
    return trace.verdict, tuple((step.path, step.result) for step in trace.steps), trace.counts
