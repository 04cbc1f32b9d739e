"""Searches for drivers that do everything right and see wrong data.

Enters: `Rules`, a `Platform`, a seed, how many programs to try. Leaves: `Finding` values, one for each cause. Must
hold: the same seed finds the same; nothing is known in advance about what is wrong in which version; a driver that a
call refused goes on without that buffer or that mask, as it should.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from analyzer.dma.behaviour import misbehaviour
from analyzer.dma.play import play
from analyzer.dma.programs import FOUND, exists, kinds_of, program
from analyzer.dma.shrink import shrink
from analyzer.dma.steps import STEPS, attrs, buffer_name
from analyzer.dma.write import toml
from analyzer.model.dma import Attrs, Platform, Rules, Scenario, Step
from analyzer.model.dma_trace import DmaTrace, Event, Finding, StepResult, Verdict
from analyzer.model.expr import Location

BAD = (Verdict.CRASH, Verdict.WRONG, Verdict.STALE, Verdict.FAULT)
"""What a well-behaved driver must never see."""

_Key = tuple["_Cause", bool, bool]
"""The cause, and two things about a device that make it another one: a weak mapping, a limited bus."""

_IDLE = ("nothing", "ops → nothing", "left out")
_HANDS_OVER = ("map_", "unmap_", "sync_", "pool_")


@dataclass(frozen=True, slots=True)
class _Cause:
    """Two findings with the same cause are one."""

    kind: str
    call: str
    path: str
    warned: str
    mapped: str = field(compare=False)
    """For people: another page of the same buffer may have gone another way."""

    def __str__(self) -> str:
        ops = f"{self.kind} ops" if self.kind else "no ops"
        told = f" ({self.warned})" if self.warned else ""
        return f"{ops}, mapped {self.mapped}: {self.call} → {self.path}{told}"


def hunt(
    rules: Rules, platform: Platform, *, seed: int, tries: int, kinds: Sequence[str] | None = None
) -> tuple[Finding, ...]:
    """What was found, in order of discovery. `kinds` limits the search to devices with these ops ("": none)."""
    chance = Random(seed)
    there = [kind for kind in kinds_of(rules, platform) if kinds is None or kind in kinds]
    seen: set[_Key] = set()
    known: set[_Key] = set()
    found: list[Finding] = []
    for tried in range(1, tries + 1 if there and platform.has_dma else 0):
        trace = _settled(program(chance, rules, platform, chance.choice(there)), rules, platform)
        if trace is None or trace.verdict not in BAD or _key(trace) in seen:
            continue
        cause = _cause(trace)

        def still(smaller: Scenario, cause: _Cause = cause) -> bool:
            return _shows(smaller, cause, rules, platform)

        small = _played(shrink(trace.scenario, still), rules, platform)
        assert small is not None
        if _key(small) not in known:
            found.append(_finding(small, len(found) + 1, tried, rules, platform))
        known.add(_key(small))
        seen |= {_key(trace), _key(small)}
    return tuple(found)


def _played(scenario: Scenario, rules: Rules, platform: Platform) -> DmaTrace | None:
    trace = play(scenario, rules, platform)
    return trace if isinstance(trace, DmaTrace) else None


def _settled(scenario: Scenario, rules: Rules, platform: Platform) -> DmaTrace | None:
    """What comes of the program without what calls refused: such masks are not set, such buffers given up."""
    while scenario.steps:
        trace = _played(scenario, rules, platform)
        if trace is None:
            return None
        refused = next((i for i, result in enumerate(trace.steps) if result.verdict is Verdict.FAILED), None)
        if refused is None:
            return trace
        step = scenario.steps[refused]
        if "mask" in step.arguments:
            steps = scenario.steps[:refused] + scenario.steps[refused + 1 :]
        else:
            steps = tuple(s for s in scenario.steps if _is_free(s) or buffer_name(s) != buffer_name(step))
        scenario = replace(scenario, steps=steps)
    return None


def _is_free(step: Step) -> bool:
    return "as" not in STEPS[step.do]


def _shows(scenario: Scenario, cause: _Cause, rules: Rules, platform: Platform) -> bool:
    if not scenario.steps or not exists(scenario.device) or misbehaviour(scenario):
        return False
    trace = _played(scenario, rules, platform)
    if trace is None or trace.verdict not in BAD or any(r.verdict is Verdict.FAILED for r in trace.steps):
        return False
    return _cause(trace) == cause


def _decided(trace: DmaTrace) -> int:
    return next(index for index, result in enumerate(trace.steps) if result.verdict is trace.verdict)


def _cause(trace: DmaTrace) -> _Cause:
    """The last call before the bad step that did nothing for its buffer, or warned; else the last one at all."""
    index = _decided(trace)
    bad = trace.steps[index]
    mine = [
        r for r in trace.steps[: index + 1] if not _is_free(r.step) and buffer_name(r.step) == buffer_name(bad.step)
    ]
    calls = [r for r in mine if r.step.do.startswith(_HANDS_OVER)]
    maps = [r for r in calls if "map" in r.step.do and "unmap" not in r.step.do]
    # A call that was told to leave the data alone moved none, and is not to blame.
    calls = [r for r in calls if r in maps or not attrs(r.step) & Attrs.SKIP_CPU_SYNC] or calls
    idle = [r for r in calls if r.path in _IDLE or _warning(r.events)]
    deciding = (idle or calls or [bad])[-1]
    crash = bad if trace.verdict is Verdict.CRASH else deciding
    return _Cause(
        kind=trace.scenario.device.ops,
        call=_family(deciding),
        path=deciding.path,
        mapped=maps[-1].path if maps else "not at all",
        warned=_warning(crash.events),
    )


def _family(result: StepResult) -> str:
    """The call without its direction; what a pool passes on is a sync like any other."""
    call = result.step.do.partition("_for_")[0]
    if call.startswith("pool_sync"):
        return "pool_sync" if result.path == "left out" else "sync"
    if call.startswith("sync") and result.path in _IDLE:
        return "sync"
    return call


def _warning(events: Sequence[Event]) -> str:
    return next((str(event[1]) for event in events if event[0] in ("WARN", "crash", "fault")), "")


def _key(trace: DmaTrace) -> _Key:
    device = trace.scenario.device
    return _cause(trace), device.iommu.weak, bool(device.bus_dma_limit)


def _finding(trace: DmaTrace, number: int, tried: int, rules: Rules, platform: Platform) -> Finding:
    """The trace of the scenario that says what comes of it, so that it can be kept."""
    index, cause = _decided(trace), str(_cause(trace))
    steps = tuple(
        replace(
            step,
            expect={"verdict": trace.verdict.value} if at == index else {},
            where=Location(path=FOUND, line=0),
        )
        for at, step in enumerate(trace.scenario.steps)
    )
    scenario = replace(trace.scenario, name=f"{FOUND} {number}", title=cause, steps=steps)
    again = _played(scenario, rules, platform)
    assert again is not None
    return Finding(trace=again, toml=toml((scenario,)), cause=cause, tried=tried)
