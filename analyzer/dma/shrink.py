"""Makes a scenario small.

Enters: a scenario, and a test that it passes. Leaves: one that passes it too and from which nothing can be taken.
Must hold: the test alone decides; what is tried is fewer steps, then defaults, then rounder numbers, in a fixed order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from itertools import combinations

from analyzer.dma.steps import buffer_name, number
from analyzer.model.dma import PAGE_SIZE, DeviceSetup, IommuSetup, Layout, Scenario, Step

Test = Callable[[Scenario], bool]

_ROUND = 1 << 30
"""Where a buffer lies when it does not matter where."""
_SMALL = (64, PAGE_SIZE)


def shrink(scenario: Scenario, still: Test) -> Scenario:
    """The small one."""
    while True:
        before = scenario
        scenario = _fewer_steps(scenario, still)
        for simpler in (_devices, _layouts, _buffers, _arguments):
            scenario = _first_that_holds(scenario, simpler, still)
        if scenario == before:
            return _renamed(scenario, still)


def _fewer_steps(scenario: Scenario, still: Test) -> Scenario:
    size = len(scenario.steps) // 2
    while size:
        start = 0
        while start + size <= len(scenario.steps):
            smaller = _without(scenario, range(start, start + size))
            if still(smaller):
                scenario = smaller
            else:
                start += 1
        size //= 2
    # What is taken and given back goes only together.
    for together in (2, 3):
        found = True
        while found:
            choices = combinations(range(len(scenario.steps)), together)
            tried = (_without(scenario, choice) for choice in choices)
            smaller_one = next((smaller for smaller in tried if still(smaller)), None)
            found = smaller_one is not None
            scenario = smaller_one or scenario
    return scenario


def _without(scenario: Scenario, gone: range | tuple[int, ...]) -> Scenario:
    return replace(scenario, steps=tuple(step for index, step in enumerate(scenario.steps) if index not in gone))


def _first_that_holds(scenario: Scenario, simpler: Callable[[Scenario], Iterator[Scenario]], still: Test) -> Scenario:
    """Takes every simplification that holds, each on top of the ones before."""
    again = True
    while again:
        again = False
        for candidate in simpler(scenario):
            if candidate != scenario and still(candidate):
                scenario, again = candidate, True
                break
    return scenario


def _devices(scenario: Scenario) -> Iterator[Scenario]:
    device, plain = scenario.device, DeviceSetup()
    for field in fields(DeviceSetup):
        if field.name not in ("ops", "iommu"):
            yield replace(scenario, device=replace(device, **{field.name: getattr(plain, field.name)}))
    for field in fields(IommuSetup):
        iommu = replace(device.iommu, **{field.name: getattr(plain.iommu, field.name)})
        yield replace(scenario, device=replace(device, iommu=iommu))


def _layouts(scenario: Scenario) -> Iterator[Scenario]:
    plain = Layout()
    for field in fields(Layout):
        yield replace(scenario, layout=replace(scenario.layout, **{field.name: getattr(plain, field.name)}))


def _buffers(scenario: Scenario) -> Iterator[Scenario]:
    for name in dict.fromkeys(buffer_name(step) for step in scenario.steps if "at" in step.arguments):
        at = next(s.arguments["at"] for s in scenario.steps if buffer_name(s) == name and "at" in s.arguments)
        if isinstance(at, tuple) and len(at) > 1:
            yield from (_placed(scenario, name, "at", at[:n] + at[n + 1 :]) for n in range(len(at)))
        yield _placed(scenario, name, "at", (_ROUND,) if isinstance(at, tuple) else _ROUND)
        sizes = {number(s, "size") for s in scenario.steps if buffer_name(s) == name and "at" in s.arguments}
        yield from (_placed(scenario, name, "size", size) for size in _SMALL if size < min(sizes))
        yield _each(scenario, lambda s, n=name: _parted(s) if buffer_name(s) == n else s)  # type: ignore[misc]


def _placed(scenario: Scenario, name: str, key: str, value: object) -> Scenario:
    """All of the steps that say where the buffer is, with another value."""

    def changed(step: Step) -> Step:
        if buffer_name(step) != name or "at" not in step.arguments or step.arguments.get(key) == value:
            return step
        return replace(step, arguments={**step.arguments, key: value})

    return _each(scenario, changed)


def _parted(step: Step) -> Step:
    """The step about the whole buffer."""
    if "at" in step.arguments:
        return step
    return _lacking(step, "offset", "size")


def _arguments(scenario: Scenario) -> Iterator[Scenario]:
    for key in ("attrs", "direction"):
        yield _each(scenario, lambda s, k=key: _lacking(s, k))  # type: ignore[misc]
    for index, step in enumerate(scenario.steps):
        if "attrs" in step.arguments:
            steps = list(scenario.steps)
            steps[index] = _lacking(step, "attrs")
            yield replace(scenario, steps=tuple(steps))


def _lacking(step: Step, *keys: str) -> Step:
    return replace(step, arguments={key: value for key, value in step.arguments.items() if key not in keys})


def _each(scenario: Scenario, change: Callable[[Step], Step]) -> Scenario:
    return replace(scenario, steps=tuple(change(step) for step in scenario.steps))


def _renamed(scenario: Scenario, still: Test) -> Scenario:
    """Without a name for the only buffer."""
    plain = _each(scenario, lambda step: _lacking(step, "as"))
    return plain if still(plain) else scenario
