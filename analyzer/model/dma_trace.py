"""What comes of playing a scenario, step by step.

Enters: nothing. Leaves: values. Must hold: a verdict is about bytes, an event is what the code did.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from analyzer.model.dma import Rules, Scenario, Step

Event = tuple[str | int, ...]
"""What happened, in order: its kind, then what it concerned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the steps cost, counted; no time is invented."""

    direct: int = 0
    """Calls that dma-direct served."""
    ops: int = 0
    """Calls that went to dma_map_ops."""
    iommu: int = 0
    """Calls that went to dma-iommu by its name."""
    nothing: int = 0
    """Calls that found no callback and did nothing."""
    failed: int = 0
    indirect: int = 0
    """Calls through a function pointer."""
    bounces: int = 0
    bounced_bytes: int = 0
    iommu_maps: int = 0
    """Pages entered into an IOMMU's table."""
    iommu_unmaps: int = 0
    iotlb_flushes: int = 0
    cache_cleans: int = 0
    cache_invalidates: int = 0
    cache_bytes: int = 0


class Verdict(Enum):
    """What became of the data."""

    RIGHT = "right"
    STALE = "stale"
    """Somebody read what was there before."""
    WRONG = "wrong"
    """Somebody read what nobody wrote there."""
    FAULT = "fault"
    """The device's access hit no mapping."""
    FAILED = "failed"
    """A call refused; no data moved."""
    CRASH = "crash"
    """A BUG, an oops or a panic."""
    UNTOUCHED = "-"
    """Nobody read anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """What one step did."""

    step: Step
    path: str
    """direct, bounce, ops, fail …; empty for what is no call."""
    result: int | None
    events: tuple[Event, ...]
    verdict: Verdict
    misses: tuple[str, ...] = ()
    """Expectations that did not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DmaTrace:
    """A scenario under one version and one platform."""

    scenario: Scenario
    rules: Rules
    steps: tuple[StepResult, ...]
    counts: Counts
    verdict: Verdict
    reason: str
    """Why the verdict is what it is: the first step that decided it."""
    complaints: tuple[str, ...] = ()
    """What DMA_API_DEBUG would have said."""

    @property
    def misses(self) -> tuple[str, ...]:
        """Expectations that did not hold, each with its step."""
        return tuple(miss for step in self.steps for miss in step.misses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inapplicable:
    """A scenario that this platform or version cannot play."""

    scenario: Scenario
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A driver that does everything right and sees wrong data, as small as the search could make it."""

    trace: DmaTrace
    toml: str
    """The same scenario as a file that can be played again."""
    cause: str
    """The call that did not do its part, and how the buffer had been mapped."""
    tried: int
    """Programs played before it was found, itself included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketCost:
    """What a packet costs on one path."""

    path: str
    """Which way the mapping goes: no ops, bypass …"""
    detail: str
    """How this version goes that way: inside the ops, of the core; else empty."""
    workload: str
    packets: int
    counts: Counts
    """Of all packets together; setting up the ring is not in it."""
    verdict: Verdict
    """Whether every packet's bytes were right."""
