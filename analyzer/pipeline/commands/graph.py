"""What is around a symbol in the dependency graph.

Enters: an open tree, a symbol, a resolved config. Leaves: a `Neighbourhood`. Must hold: it is only looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer import deps
from analyzer.model.config import ResolvedConfig
from analyzer.model.graph import EdgeKind, Neighbourhood
from analyzer.pipeline.names import named
from analyzer.pipeline.opening import OpenTree


def graph(
    opened: OpenTree, symbol: str, config: ResolvedConfig, *, depth: int, kinds: Sequence[EdgeKind]
) -> Neighbourhood:
    """The neighbourhood of a symbol. Raises UsageError when it is unknown."""
    return deps.neighbourhood(config, deps.connect(opened.model), named(opened, symbol), depth=depth, kinds=kinds)
