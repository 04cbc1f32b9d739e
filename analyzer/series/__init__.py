"""The room of patch series: a diffstat, mail or diff as values, and where its files are in a tree.

Enters: text, and a tree's paths and Kconfig models. Leaves: `Series` and `SeriesRow`. Must hold: nothing is read from
disk here, and a path of an input is only ever compared with the tree's paths, never opened.
"""

from typing import TYPE_CHECKING

from analyzer.doors import open_late

if TYPE_CHECKING:
    from analyzer.series.match import bundled_path, match
    from analyzer.series.read import read
    from analyzer.series.text import MAX_BYTES, decode

__all__ = ["MAX_BYTES", "bundled_path", "decode", "match", "read"]

open_late(__name__)
