"""The order of the stages: request in, report out.

Enters: what the user asked for. Leaves: a Report, or the text of a graph. Must hold: these are the only modules that
join rooms; they decide nothing that a room could.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.pipeline.commands.analyze import analyze
    from analyzer.pipeline.commands.graph import graph
    from analyzer.pipeline.commands.unmet import unmet
    from analyzer.pipeline.commands.why import why
    from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, notes, open_tree, record, strangers

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

import_lazily(__name__)
