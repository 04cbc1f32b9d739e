"""The first screen of `kweigh analyze`: which features there are, group by group, and what else is known of them.

Enters: an `Analysis`. Leaves: blocks. Must hold: what is left out is named with the command or option that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.dma_trace import Verdict
from analyzer.model.report import Block, Facts, Heading, Paragraph, Span
from analyzer.reports.words.phrases import counted, joined, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import Analysis, FeatureState
    from analyzer.model.gate import GateMeasurement
    from analyzer.model.mapping import ModelRun
    from analyzer.model.report import Phrase

_MOST_GATES = 4


def short_blocks(analysis: Analysis) -> Iterator[Block]:
    """The features of each group with their values; a line each about the mapping model and measured gates."""
    yield Heading(text=analysis.feature_set.title)
    groups: dict[str, list[FeatureState]] = {}
    for state in analysis.features:
        groups.setdefault(state.feature.group, []).append(state)
    rows = [(group, _states(states)) for group, states in groups.items() if any(one.symbol for one in states)]
    yield Facts(rows=tuple(rows))
    if missing := sum(state.symbol is None for state in analysis.features):
        yield Paragraph(phrase=say(f"{counted(missing, 'more feature')} that this tree does not define.", "missing"))
    also = [*_mapping(analysis.mapping), *_gates(analysis.gates)]
    if also:
        yield Heading(text="What is known of them")
        yield Facts(rows=tuple(also))
    example = next((state.symbol.name for state in analysis.features if state.symbol), "SYMBOL")
    text = f"kweigh why {example} says why, line by line; --all shows every reason and figure here."
    yield Paragraph(phrase=say(text, "missing"))


def _states(states: list[FeatureState]) -> Phrase:
    told = [
        (Span(one.feature.name, "name" if one.is_on else "off"), Span(" "), value(one.value))
        for one in states
        if one.symbol is not None
    ]
    return joined(told)


def _mapping(run: ModelRun | None) -> Iterator[tuple[str, Phrase]]:
    if run is None or not run.traces:
        return
    missed = sum(bool(trace.misses) for trace in run.traces)
    right = sum(trace.verdict is Verdict.RIGHT for trace in run.traces)
    ended = f"all as expected, {right:,} with the data right" if not missed else f"{missed:,} not as expected"
    yield "mapping", say(f"{counted(len(run.traces), 'scenario')} of drivers play: {ended} (kweigh model)")


def _gates(found: tuple[GateMeasurement, ...]) -> Iterator[tuple[str, Phrase]]:
    """What each gate weighs alone, where that was measured last."""
    told: dict[str, str] = {}
    for one in found:
        for variant in one.variants if one.base else ():
            if variant.weight is not None and one.base is not None and len(variant.forced) == 1:
                ((name, wanted),) = variant.forced
                gain = variant.weight.content - one.base.content
                told.setdefault(name, f"{name}={wanted} {gain:+,} ({one.config} of {one.tree})")
    shown = ", ".join([*told.values()][:_MOST_GATES])
    more = f" and {len(told) - _MOST_GATES:,} more" if len(told) > _MOST_GATES else ""
    if told:
        yield "bytes", say(f"{shown}{more} (kweigh gate {next(iter(told))})")
