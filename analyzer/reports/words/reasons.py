"""Reasons gathered over many configs: each way to a value once, with the configs that it leads there.

Enters: matrix rows. Leaves: items of an outline, and the phrase for one cell. Must hold: pure; what a list leaves out
it counts; an architecture alone stands for all of its configs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.model.report import Item, Phrase, Span
from analyzer.reports.words.chain import tested
from analyzer.reports.words.phrases import because, by, say

if TYPE_CHECKING:
    from analyzer.model.analysis import FeatureState, MatrixRow

MOST_WAYS = 12
"""How many ways to one value are listed before they are only counted."""

MOST_CONFIGS = 8
"""How many configs of an architecture are named beside a way before they are only counted."""

Ways = Callable[["FeatureState"], Iterator[Phrase]]


def why_cell(state: FeatureState, arch: str) -> Phrase:
    """Why a cell has its value: with the values that fail a dependency, and what nobody does where nothing fails."""
    if state.symbol is None or state.reason is None:
        return say(f"{', '.join(state.feature.symbols)} is not defined for {arch}", "missing")
    alias = say(f"{state.symbol.name}: ") if state.symbol.name != state.feature.name else ()
    return alias + _why(state)


def _why(state: FeatureState) -> Phrase:
    assert state.symbol is not None
    assert state.reason is not None
    reason = state.reason
    if reason.kind == "off" and not reason.causes:
        # Its dependencies are met (else it were unmet), so a prompt is one that can be answered.
        nobody = "nobody sets it" if state.symbol.prompt else "nothing selects it, and no default turns it on"
        return (*say(nobody), Span(f" ({reason.location})", "place"))
    mentions = {mention.name: mention for part in state.lacks for mention in part.mentions}
    return because(reason) + tested(tuple(mentions.values()))


def on_ways(state: FeatureState) -> Iterator[Phrase]:
    """What turned a feature on, one phrase per line that did; equal phrases from different configs are one way."""
    reason = state.reason
    if reason is None or not state.is_on:
        return
    if reason.kind in {"selected", "implied"}:
        yield from (say(f"{reason.kind} by ") + by(cause) for cause in reason.causes)
    elif reason.kind == "user":
        # Each config sets it on a line of its own: one way, whatever the line; the data has the lines.
        yield say("set by the config itself")
    else:
        yield because(reason)


def off_ways(state: FeatureState) -> Iterator[Phrase]:
    """What keeps a feature off; one way for all configs that do not define it."""
    if state.reason is None:
        yield say("not defined", "missing")
    elif not state.is_on:
        yield say("turned off by the config itself") if state.reason.kind == "user" else _why(state)


def gathered(rows: Sequence[MatrixRow], number: int, ways: Ways, of: Counter[str]) -> Iterator[Item]:
    """The ways of feature `number` in `rows`, the one of most configs first; `of` has the number of all configs of
    each architecture."""
    found: dict[Phrase, list[MatrixRow]] = {}
    for row in rows:
        for way in ways(row.features[number]):
            found.setdefault(way, []).append(row)
    for way, where in sorted(found.items(), key=lambda item: -len(item[1]))[:MOST_WAYS]:
        yield Item(1, (*way, Span(f" {configs_of(where, of)}")))
    if len(found) > MOST_WAYS:
        yield Item(1, say(f"and {len(found) - MOST_WAYS} more ways", "missing"))


def configs_of(where: Sequence[MatrixRow], of: Counter[str]) -> str:
    """`everywhere`, or `in alpha, arm (tinyconfig)`: an architecture alone stands for all of its configs."""
    part = Counter(row.arch for row in where)
    if part == of:
        return "everywhere"
    configs: dict[str, list[str]] = {}
    for row in where:
        configs.setdefault(row.arch, []).append(row.config)
    named = [
        arch if part[arch] == of[arch] else f"{arch} ({_cut(names, MOST_CONFIGS)})" for arch, names in configs.items()
    ]
    return f"in {', '.join(named)}"


def _cut(names: Sequence[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:most])} and {more} more"
