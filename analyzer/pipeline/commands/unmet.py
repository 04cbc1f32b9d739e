"""Selects that force a symbol against its dependencies, and dependency loops.

Enters: an open tree, a resolved config. Leaves: both, with their lines. Must hold: it is only looked at.
"""

from __future__ import annotations

from analyzer import deps
from analyzer.model.config import ResolvedConfig
from analyzer.model.graph import Cycle, UnmetDependency
from analyzer.pipeline.opening import OpenTree


def unmet(opened: OpenTree, config: ResolvedConfig) -> tuple[tuple[UnmetDependency, ...], tuple[Cycle, ...]]:
    """Selects that force a symbol against its dependencies, and dependency loops."""
    return deps.find_unmet(config), deps.find_cycles(opened.model)
