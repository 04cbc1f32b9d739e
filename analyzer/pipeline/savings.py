"""What turning each option off saves in a config.

Enters: an open tree, a config that was built, what has been measured. Leaves: a `Saved` for each option that is on and
that builds tell of. Must hold: nothing is built; what no build tells has no entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import exactly, less
from analyzer.model.rank import Saved, What
from analyzer.pipeline.flips import flips, swaps, turned
from analyzer.pipeline.known import Known
from analyzer.pipeline.opening import OpenTree
from analyzer.pipeline.option_weights import table


def savings(opened: OpenTree, config: ResolvedConfig, known: Known, what: What) -> Mapping[str, Saved]:
    """What the builds of a ledger that holds `config` tell, by symbol. What is loaded is rounded up to pages, so only
    a build without the option, and nothing else, tells it. Raises SourceError for a damaged ledger."""
    assert known.ledger is not None
    return dict(_loaded(opened, config, known) if what == "loaded" else _content(opened, config, known.ledger))


def _content(opened: OpenTree, config: ResolvedConfig, ledger: Path) -> Iterator[tuple[str, Saved]]:
    for one in table(config, flips(opened, config), ledger).weights:
        if one.value == "n":
            yield one.symbol, Saved(size=less(one.content), changes=one.changes, alone=one.alone)


def _loaded(opened: OpenTree, config: ResolvedConfig, known: Known) -> Iterator[tuple[str, Saved]]:
    base = known.build(config)
    assert base is not None
    found = flips(opened, config)
    off = [(flip.symbol, flip) for flip in found if flip.value == "n"]
    for symbol, flip in (*off, *((swap.symbol, swap.flip) for swap in swaps(config, found))):
        if not flip.sticks:
            continue
        other = known.build(turned(opened, config, {flip.symbol: flip.value}))
        if base.weight is not None and other is not None and other.weight is not None:
            size = exactly(base.weight.loaded - other.weight.loaded)
            yield symbol, Saved(size=size, changes=len(flip.changes), alone=True)
