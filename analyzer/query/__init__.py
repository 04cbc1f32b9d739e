"""The room of queries: a text in, a `Query` and the configs for which it holds out.

Enters: the text of a query, resolved configs. Leaves: `Query`, one bit per config. Must hold: nothing here knows a
tree; a text that is no query ends in one line that shows the place.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.query.evaluate import Holding, Lanes, asks_config, compared, evaluate, globs, possible
    from analyzer.query.parser import bytes_of, parse, refusal
    from analyzer.query.syntax import FIRST, Query, SizeKind, Subject, Word

__all__ = [
    "FIRST",
    "Holding",
    "Lanes",
    "Query",
    "SizeKind",
    "Subject",
    "Word",
    "asks_config",
    "bytes_of",
    "compared",
    "evaluate",
    "globs",
    "parse",
    "possible",
    "refusal",
]

import_lazily(__name__)
