"""What came of playing scenarios: under one config, or under several versions beside each other.

Enters: nothing. Leaves: `ModelRun`, `ModelComparison`. Must hold: what could not be played is there with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analyzer.model.dma import Platform, Rules, Scenario
from analyzer.model.dma_trace import DmaTrace, Finding, Inapplicable, PacketCost


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRun:
    """Every scenario under one platform and one version.

    `label` says whose platform it is, `note` what the version only comes near to; `misbehaving` names the scenarios
    whose driver breaks a rule of the DMA API. `costs` is the user's own price list:
    a field of `Counts` to what one of it costs, in whatever unit the user had in mind.
    """

    label: str
    platform: Platform
    rules: Rules
    traces: tuple[DmaTrace, ...]
    unplayed: tuple[Inapplicable, ...]
    packets: tuple[PacketCost, ...] = ()
    misbehaving: frozenset[str] = frozenset()
    note: str = ""
    costs: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One scenario under several versions, in the order of `ModelComparison.rules`; None where it does not apply."""

    scenario: Scenario
    traces: tuple[DmaTrace | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the versions do not do the same."""
        return len({_outcome(trace) for trace in self.traces}) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComparison:
    """What changes between versions, for one platform."""

    label: str
    platform: Platform
    rules: tuple[Rules, ...]
    played: tuple[Played, ...]


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
