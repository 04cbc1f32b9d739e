"""What a cell of a matrix says besides its value and reason.

Enters: a `ResolvedConfig` and the states of its features. Leaves: the states with the failing parts of their conditions
and with measured bytes; tallies of the mapping model. Must hold: nothing is built; a figure belongs to the
architecture, config and tree of its cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from analyzer import dma
from analyzer.deps.conditions import failures
from analyzer.model.analysis import FeatureState, MappingTally, Turned
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Tristate
from analyzer.model.gate import GateMeasurement
from analyzer.model.mapping import Outcome
from analyzer.model.tree import SourceTree
from analyzer.pipeline.bytes.measured import counts_for, measured
from analyzer.pipeline.commands import model

BAD = {Outcome.NOT_EXPECTED, Outcome.KERNEL}
"""What nobody can blame a driver for; a call that refuses as it should is none."""

Tally = Callable[[ResolvedConfig], MappingTally | None]
"""What the mapping model says about a config."""


def no_tally(_config: ResolvedConfig) -> None:
    """The Tally of those who do not ask."""


def tallies() -> Tally:
    """A Tally that plays all scenarios, once per platform and tree: most configs share theirs with others."""
    known: dict[str, MappingTally] = {}

    def tally(config: ResolvedConfig) -> MappingTally:
        platform = f"{config.tree.root} {replace(dma.platform_of(config), why={})}"
        if platform not in known:
            known[platform] = _tally(config)
        return known[platform]

    return tally


def _tally(config: ResolvedConfig) -> MappingTally:
    run = model.run(config)
    return MappingTally(
        kernel=run.rules.name,
        verdicts=tuple(Counter(trace.verdict.value for trace in run.traces).items()),
        bad=tuple(trace.scenario.name for trace in run.traces if run.outcome(trace) in BAD),
    )


def with_lacks(config: ResolvedConfig, state: FeatureState) -> FeatureState:
    """The state with the smallest parts that fail: of its unmet dependencies, or of the lines that would select it."""
    reason = state.reason
    if reason is None or reason.kind not in {"unmet", "off"}:
        return state
    parts = (part for cause in reason.causes for part in failures(config, cause.condition, Tristate.m))
    return replace(state, lacks=tuple({part.expr: part for part in parts}.values()))


def with_weight(state: FeatureState, found: Sequence[GateMeasurement]) -> FeatureState:
    """The state with what turning its symbol alone was measured to weigh; `found` is of its config."""
    name = state.symbol.name if state.symbol else ""
    for one in found:
        for variant in one.variants:
            alone = len(variant.forced) == 1 and variant.forced[0][0] == name
            other = alone and variant.forced[0][1] != state.value
            if other and one.base is not None and variant.weight is not None:
                content = variant.weight.content - one.base.content
                return replace(state, turned=Turned(value=variant.forced[0][1], content=content, tree=one.tree))
    return state


def measurements(tree: SourceTree, symbols: Collection[str]) -> tuple[GateMeasurement, ...]:
    """The measurements of this tree, of one of `symbols` turned alone. Those of other trees are none of its cells'."""
    chosen = (
        replace(one, variants=tuple(v for v in one.variants if len(v.forced) == 1))
        for one in measured(symbols, (tree.arch,), "*")
        if counts_for(one, tree)
    )
    return tuple(one for one in chosen if one.variants)
