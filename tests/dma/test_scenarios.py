"""Rule: every scenario that comes with the program ends as it says, under every version it names."""

from __future__ import annotations

from analyzer.dma.play import play
from analyzer.dma.rules import VERSIONS
from analyzer.dma.scenarios import built_in
from analyzer.model.dma_trace import DmaTrace
from tests.dma.machines import PLATFORMS

FACTS = [s for s in built_in() if s.where.path == "series.toml"]


def _traces() -> dict[tuple[str, str], list[DmaTrace]]:
    found: dict[tuple[str, str], list[DmaTrace]] = {}
    for scenario in built_in():
        for version in scenario.rules:
            played = [play(scenario, VERSIONS[version], platform) for platform in PLATFORMS.values()]
            found[scenario.name, version] = [one for one in played if isinstance(one, DmaTrace)]
    return found


def test_every_scenario_is_played_and_ends_as_it_says() -> None:
    traces = _traces()
    assert [name for name, played in traces.items() if not played] == []
    assert [miss for played in traces.values() for trace in played for miss in trace.misses] == []


def test_only_misuse_is_complained_of() -> None:
    for (name, version), played in _traces().items():
        complained = {bool(trace.complaints) for trace in played}
        expected = {any("complaint" in s.expect for s in trace.scenario.steps) for trace in played}
        assert complained == expected, (name, version)


def test_every_row_of_the_facts_is_there() -> None:
    assert {int(scenario.name.split()[0]) for scenario in FACTS} == set(range(1, 40))


def test_every_scenario_says_something() -> None:
    assert [s.name for s in built_in() if not any(step.expect for step in s.steps)] == []
    names = [s.name for s in built_in()]
    assert len(names) == len(set(names))
