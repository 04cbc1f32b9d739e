"""Features over random configs.

Enters: an open tree, how many configs, a seed. Leaves: SampleSummary. Must hold: blocks are counted as they come, so
that a million configs need no more memory than one block.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from analyzer import configs, features
from analyzer.model.expr import Ref, all_of
from analyzer.model.feature import Feature
from analyzer.model.kconfig import Line
from analyzer.model.sampling import FeatureShare, SampleSummary, SelectorShare
from analyzer.pipeline.opening import OpenTree, Progress, silent


def sample(opened: OpenTree, count: int, seed: int, feature_set: str, progress: Progress = silent) -> SampleSummary:
    """How often each feature is on in `count` random configs, and which selects were active then."""
    found = features.load(feature_set)
    blocks = configs.sample(opened.tree, opened.model, opened.program, count, seed)
    selectors = opened.model.selectors()
    standing = [(f, next((s for s in f.symbols if s in opened.model.symbols), None)) for f in found.features]
    on: Counter[tuple[str, str]] = Counter()
    active: Counter[Line] = Counter()
    done = 0
    # Two features may be one symbol of the tree (on 6.1 DMA_NEED_SYNC is HAS_DMA), which is counted once.
    symbols = dict.fromkeys(symbol for _, symbol in standing if symbol is not None)
    for block in blocks:
        for symbol in symbols:
            _count(block, symbol, selectors.get(symbol, ()), on, active)
        done += block.lanes
        progress("resolving random configs", done, count)
    rows = (_share(feature, symbol, selectors.get(symbol or "", ()), on, active) for feature, symbol in standing)
    return SampleSummary(tree=opened.tree.label, title=found.title, count=count, seed=seed, rows=tuple(rows))


def _count(
    block: configs.Sample,
    symbol: str,
    lines: Iterable[Line],
    on: Counter[tuple[str, str]],
    active: Counter[Line],
) -> None:
    hi, lo = block.where(Ref(symbol))
    on[symbol, "y"] += hi.bit_count()
    on[symbol, "m"] += (lo & ~hi).bit_count()
    for line in lines:
        selector, definition, select = line
        _, either = block.where(all_of([Ref(selector.name), definition.under(select.condition)]))
        active[line] += either.bit_count()


def _share(
    feature: Feature,
    symbol: str | None,
    lines: Sequence[Line],
    on: Counter[tuple[str, str]],
    active: Counter[Line],
) -> FeatureShare:
    if symbol is None:
        return FeatureShare(feature=feature, symbol=None)
    shares = (
        SelectorShare(name=line[0].name, location=line[2].location, count=active[line])
        for line in lines
        if active[line]
    )
    return FeatureShare(
        feature=feature,
        symbol=symbol,
        y=on[symbol, "y"],
        m=on[symbol, "m"],
        selectors=tuple(sorted(shares, key=lambda share: -share.count)),
    )
