"""How a scenario ended, as people are told: what is expected is not a failure.

Enters: a `DmaTrace`, its `ModelRun`. Leaves: words. Must hold: only what went against the scenario is a warning; JSON
and CSV have the verdict itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analyzer.model.dma_trace import Verdict
from analyzer.model.report import Span

if TYPE_CHECKING:
    from analyzer.model.dma_trace import DmaTrace
    from analyzer.model.mapping import ModelRun
    from analyzer.model.report import Role

NOT_EXPECTED = "not as expected"
RIGHT = "with the data right"
REFUSED = "refused as they should be"
KERNEL = "the kernel's own fault"
DRIVER = "the driver's own fault"
NO_DATA = "without data"

OUTCOMES = (NOT_EXPECTED, RIGHT, REFUSED, KERNEL, DRIVER, NO_DATA)

_ROLES: dict[Verdict, Role] = {Verdict.RIGHT: "on"}


def outcome(trace: DmaTrace, run: ModelRun) -> str:
    """One of `OUTCOMES`. Data that went wrong is the driver's own fault where it broke a rule of the DMA API, else the
    kernel's."""
    if trace.misses:
        return NOT_EXPECTED
    match trace.verdict:
        case Verdict.RIGHT:
            return RIGHT
        case Verdict.FAILED:
            return REFUSED
        case Verdict.UNTOUCHED:
            return NO_DATA
        case _:
            return DRIVER if trace.scenario.name in run.misbehaving else KERNEL


def tallied(run: ModelRun) -> str:
    """How many scenarios ended how: those that went against what was expected first."""
    counts = Counter(outcome(trace, run) for trace in run.traces)
    missed = counts.pop(NOT_EXPECTED, 0)
    told = [f"{counts[name]:,} {name}" for name in OUTCOMES if counts[name]]
    return ", ".join([f"{missed:,} {NOT_EXPECTED}" if missed else "all as expected", *told])


def shown(trace: DmaTrace) -> Span:
    """The verdict, as a warning only where it is not the expected one."""
    role: Role = "warn" if trace.misses else _ROLES.get(trace.verdict, "plain")
    return Span(spoken(trace.verdict.value), role)


def spoken(verdict: str) -> str:
    """A verdict by its name in JSON, as people are told: the call was refused, the kernel did not fail.

    >>> spoken("failed"), spoken("right")
    ('refused', 'right')
    """
    return "refused" if verdict == Verdict.FAILED.value else verdict
