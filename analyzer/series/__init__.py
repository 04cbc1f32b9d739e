"""The room of patch series: a diffstat, mail or diff as values, and where its files are in a tree.

Enters: text, and a tree's paths and Kconfig models. Leaves: `Series` and `SeriesRow`. Must hold: nothing is read from
disk here, and a path of an input is only ever compared with the tree's paths, never opened.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.series.applied import applied, met
    from analyzer.series.apply import Read, apply, reverse, reversed_series
    from analyzer.series.edits import edits
    from analyzer.series.match import bundled_path, entry_of, match
    from analyzer.series.merge import merged
    from analyzer.series.read import joined, read
    from analyzer.series.text import MAX_BYTES, decode

__all__ = [
    "MAX_BYTES",
    "Read",
    "applied",
    "apply",
    "bundled_path",
    "decode",
    "edits",
    "entry_of",
    "joined",
    "match",
    "merged",
    "met",
    "read",
    "reverse",
    "reversed_series",
]

import_lazily(__name__)
