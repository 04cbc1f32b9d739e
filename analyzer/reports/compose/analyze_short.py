"""The first screen of `kweigh analyze`: which features there are, group by group, and what to type for more.

Enters: an `Analysis`. Leaves: blocks. Must hold: it fits a terminal of 24 lines; what is left out is named with the
command or option that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Block, Facts, Span
from analyzer.reports.words.commands import command
from analyzer.reports.words.phrases import counted, joined, say, value

if TYPE_CHECKING:
    from analyzer.model.analysis import Analysis, FeatureState
    from analyzer.model.gate import GateMeasurement
    from analyzer.model.report import Phrase, Role

MOST_NAMES = 2
"""Names of each kind of what did not come out as asked."""


def short_blocks(analysis: Analysis, lost: Phrase) -> Iterator[Block]:
    """What answered and what was `lost` of the config; the features of each group with their values; the commands that
    say more."""
    rows = [("toolchain", say(analysis.config.tree.answered_by))]
    if lost:
        rows.append(("lost", lost))
    if analysis.unmet:
        rows.append(("unmet", say(f"{in_short([one.name for one in analysis.unmet])} (kweigh unmet)", "warn")))
    yield Facts(rows=tuple(rows))
    yield Facts(rows=(*_features(analysis.features), *_onward(analysis)))


def _features(features: Sequence[FeatureState]) -> Iterator[tuple[str, Phrase]]:
    """The features by groups; of groups of which nothing is on the names alone, in one row."""
    groups: dict[str, list[FeatureState]] = {}
    for state in features:
        if state.symbol is not None:
            groups.setdefault(state.feature.group, []).append(state)
    off: list[str] = []
    for group, states in groups.items():
        if any(one.is_on for one in states):
            yield group, _states(states)
        else:
            off += [one.feature.name for one in states]
    missing = sum(state.symbol is None for state in features)
    if off or missing:
        told = [", ".join(off)] if off else []
        told += [f"{missing:,} not defined"] if missing else []
        yield "all off", say("; ".join(told), "off")


def _states(states: list[FeatureState]) -> Phrase:
    told = [
        (Span(one.feature.name, "name" if one.is_on else "off"), Span(" "), value(one.value))
        for one in states
        if one.symbol is not None
    ]
    return joined(told)


def _onward(analysis: Analysis) -> Iterator[tuple[str, Phrase]]:
    """What else is known, in figures, and the command that tells it."""
    run = analysis.mapping
    if run is not None and run.traces:
        missed = sum(bool(trace.misses) for trace in run.traces)
        ended = f"{missed:,} not as expected" if missed else "all as expected"
        role: Role = "warn" if missed else "plain"
        yield "drivers", (Span(f"{counted(len(run.traces), 'scenario')}, "), Span(ended, role))
    yield from _gates(analysis.gates)
    yield "reasons", (command("analyze", analysis.config, "--all"),)


def _gates(found: tuple[GateMeasurement, ...]) -> Iterator[tuple[str, Phrase]]:
    """What the first gate weighs alone, where that was measured last, and of how many more that is known."""
    told: dict[str, str] = {}
    for one in found:
        for variant in one.variants if one.base else ():
            if variant.weight is not None and one.base is not None and len(variant.forced) == 1:
                ((name, wanted),) = variant.forced
                gain = variant.weight.content - one.base.content
                told.setdefault(name, f"{wanted}: {gain:+,} B ({one.config} of {one.tree})")
    if told:
        name, text = next(iter(told.items()))
        yield "gates", say(f"{name} {text}{f', {len(told) - 1:,} more' if len(told) > 1 else ''}")


def in_short(names: Sequence[str]) -> str:
    """The first of `names`, the others counted."""
    more = len(names) - MOST_NAMES
    return f"{', '.join(names[:MOST_NAMES])}{f' and {more:,} more' if more > 0 else ''}"
