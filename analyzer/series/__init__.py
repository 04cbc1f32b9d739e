"""The room of patch series: a diffstat, mail or diff as values, and where its files are in a tree.

Enters: text, and a tree's paths and Kconfig models. Leaves: `Series` and `SeriesRow`. Must hold: nothing is read from
disk here, and a path of an input is only ever compared with the tree's paths, never opened.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.series.applied import applied
    from analyzer.series.edits import edits
    from analyzer.series.match import bundled_path, entry_of, match
    from analyzer.series.read import read
    from analyzer.series.text import MAX_BYTES, decode

__all__ = ["MAX_BYTES", "applied", "bundled_path", "decode", "edits", "entry_of", "match", "read"]

import_lazily(__name__)
