"""The order of the stages: request in, report out.

Enters: what the user asked for. Leaves: a Report, or the text of a graph. Must hold: these are the only modules that
join rooms; they decide nothing that a room could.
"""

from typing import TYPE_CHECKING

from analyzer.doors import open_late

if TYPE_CHECKING:
    from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, notes, open_tree, record, strangers
    from analyzer.pipeline.questions import analyze, graph, unmet, why

__all__ = [
    "OpenTree",
    "Progress",
    "TreeRequest",
    "analyze",
    "graph",
    "notes",
    "open_tree",
    "record",
    "strangers",
    "unmet",
    "why",
]

open_late(__name__)
