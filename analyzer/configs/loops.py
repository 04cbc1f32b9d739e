"""What is said of symbols that need each other.

Enters: the names of symbols, each of which needs the next. Leaves: the error. Must hold: it names them in order, and
the place of the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.errors import SourceError
from analyzer.model.kconfig import KconfigModel


class DependencyLoop(SourceError):
    """Symbols whose values need each other; the message names them in order."""


def loop(model: KconfigModel, path: Sequence[str]) -> DependencyLoop:
    """The error for a path whose last symbol is on it already."""
    around = path[path.index(path[-1]) :]
    first = model.symbols[around[0]].location
    message = "dependency loop: " + " -> ".join(around)
    return DependencyLoop(message, path=first.path, lineno=first.line, hint="break one of the links")


def too_long(model: KconfigModel, path: Sequence[str]) -> SourceError:
    """The error for a path that is longer than can be followed."""
    place = model.symbols[path[0]].location
    return SourceError(f"{path[0]} depends on a chain of {len(path)} symbols", path=place.path, lineno=place.line)
