"""Plays scenarios.

Enters: a `Scenario`, `Rules`, a `Platform`. Leaves: a `DmaTrace`, or why it can't be played. Must hold: data moves
through the machine's memory, caches, slots and tables; what a call costs is counted, never timed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analyzer.dma.access import Fault
from analyzer.dma.direct import EIO, ENXIO
from analyzer.dma.executor import Executor
from analyzer.dma.machine import Crash
from analyzer.model.dma import U64, Platform, Rules, Scenario, Step
from analyzer.model.dma_trace import Counts, DmaTrace, Inapplicable, StepResult, Verdict

EXPECTATIONS = ("path", "result", "mask", "verdict", "copies", "cache", "indirect", "warn", "complaint")
"""What a step may say that must come of it."""

RESULTS = {"error": None, "SIZE_MAX": U64, "-EIO": EIO, "-ENXIO": ENXIO}
"""Results that have a name."""

_WORST = (
    Verdict.CRASH,
    Verdict.WRONG,
    Verdict.STALE,
    Verdict.FAULT,
    Verdict.FAILED,
    Verdict.RIGHT,
    Verdict.UNTOUCHED,
)


def platform_under(rules: Rules, platform: Platform) -> Platform:
    """The platform as that version compiles it: before the gates, ops and bypass are always there."""
    if not rules.config_gates:
        return replace(platform, dma_ops=platform.has_dma, dma_ops_bypass=rules.generic_bypass)
    if platform.iommu_dma and not rules.dma_iommu and not platform.dma_ops:
        return replace(platform, dma_ops=True)
    return platform


def inapplicable(scenario: Scenario, rules: Rules, platform: Platform) -> str:
    """Why the scenario does not fit this version and platform; empty when it does."""
    if rules.name not in scenario.rules:
        return f"not about {rules.name}"
    if not platform.has_dma:
        return "no DMA on this platform"
    for name, wanted in scenario.requires.items():
        if getattr(platform, name) != wanted:
            return f"needs {name} {wanted if not isinstance(wanted, bool) else 'on' if wanted else 'off'}"
    if max(scenario.layout.ram - 1, scenario.device.offset) >> platform.dma_addr_bits:
        return f"more memory than {platform.dma_addr_bits} bits address"
    gated = platform.dma_ops or (scenario.device.ops == "dma-iommu" and not platform.iommu_dma)
    if scenario.device.ops and gated and scenario.device.ops not in platform.ops:
        return f"no {scenario.device.ops} ops in this config"
    if not scenario.device.coherent and not platform.knows_noncoherent:
        return "every device is coherent here"
    return ""


def play(scenario: Scenario, rules: Rules, platform: Platform) -> DmaTrace | Inapplicable:
    """What becomes of the scenario under that version, on that platform."""
    platform = platform_under(rules, platform)
    if reason := inapplicable(scenario, rules, platform):
        return Inapplicable(scenario=scenario, reason=reason)
    executor = Executor(scenario, rules, platform)
    results: list[StepResult] = []
    for step in scenario.steps:
        results.append(perform(executor, step))
        if results[-1].verdict is Verdict.CRASH:
            break
    verdict = min((result.verdict for result in results), key=_WORST.index)
    return DmaTrace(
        scenario=scenario,
        rules=rules,
        steps=tuple(results),
        counts=Counts(**executor.m.counts),
        verdict=verdict,
        reason=_reason(results, verdict),
        complaints=tuple(executor.checks.complaints),
    )


def _reason(results: list[StepResult], verdict: Verdict) -> str:
    if verdict in (Verdict.RIGHT, Verdict.UNTOUCHED):
        return ""
    index, result = next((i, r) for i, r in enumerate(results, 1) if r.verdict is verdict)
    who = {"cpu_read": "the CPU read", "device_read": "the device read"}.get(result.step.do, result.step.do)
    text = next((str(e[1]) for e in reversed(result.events) if e[0] in ("WARN", "warn", "fault", "crash")), "")
    if verdict is Verdict.STALE:
        skipped = [r.step.do for r in results[: index - 1] if r.step.do.startswith("sync") and "nothing" in r.path]
        text = f"{skipped[-1]} did nothing" if skipped else "what was there before"
    return f"step {index}: {who}{': ' if text else ''}{text}"


def perform(executor: Executor, step: Step) -> StepResult:
    """Do one step, and compare with what it says must come of it."""
    m = executor.m
    m.events = []
    m.path = ""
    indirect, complaints = m.counts["indirect"], len(executor.checks.complaints)
    verdict, result = Verdict.UNTOUCHED, None
    try:
        action: Callable[[Step], tuple[Verdict, int | None]] = getattr(executor, step.do)
        verdict, result = action(step)
    except Crash as crash:
        m.note("crash", str(crash))
        verdict = Verdict.CRASH
    except Fault as fault:
        m.note("fault", str(fault))
        verdict = Verdict.FAULT
    if verdict is Verdict.FAILED and step.do not in ("device_read", "device_write", "cpu_read"):
        m.path = "fail"
        m.count("failed")
    found = StepResult(step=step, path=m.path, result=result, events=tuple(m.events), verdict=verdict)
    misses = _misses(step, found, m.counts["indirect"] - indirect, executor.checks.complaints[complaints:])
    return replace(found, misses=misses) if misses else found


def _misses(step: Step, found: StepResult, indirect: int, complaints: list[str]) -> tuple[str, ...]:
    events = found.events
    got: dict[str, object] = {
        "path": found.path,
        "verdict": found.verdict.value,
        "copies": sum(event[0] == "copy" for event in events),
        "cache": sum(str(event[0]).startswith("arch_sync") for event in events),
        "indirect": indirect,
        "warn": any(event[0] in ("WARN", "warn") for event in events),
        "mask": (found.result or 0).bit_length(),
        "result": found.result,
    }
    misses: list[str] = []
    for key, wanted in step.expect.items():
        if key == "complaint":
            if not any(str(wanted) in complaint for complaint in complaints):
                misses.append(f"{step.where}: {step.do}: no complaint of {wanted!r}, but {complaints}")
            continue
        value = RESULTS.get(wanted, wanted) if key == "result" and isinstance(wanted, str) else wanted
        if got[key] != value:
            misses.append(f"{step.where}: {step.do}: {key} is {got[key]!r}, not {value!r}")
    return tuple(misses)
