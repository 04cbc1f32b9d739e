"""A config whose lines a change of the tree edits.

Enters: it before and after, resolved. Leaves: its values that differ, with the causes of each. Must hold: as in
diff.py, which replays them: lines of the config are causes beside entries of Kconfig.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.analysis import shown
from analyzer.model.difference import RootCause
from analyzer.pipeline.commands.diff import causes
from analyzer.pipeline.commands.diff_lanes import Pair

Moved = tuple[str, str, str]
"""A symbol with its value before and after."""


def moves_of_lines(pair: Pair) -> Iterator[tuple[tuple[RootCause, ...], tuple[Moved, ...]]]:
    """What some causes change; () are those of which nothing is known."""
    (_, a), (_, b) = pair
    old, new = shown(a), shown(b)
    moved = {
        name: (name, old.get(name, ""), new.get(name, ""))
        for name in sorted({**old, **new})
        if _nothing(old.get(name, "")) != _nothing(new.get(name, ""))
    }
    found = causes(pair, list(moved))
    for group in found.groups:
        yield tuple(found.causes[at] for at in group.causes), tuple(moved[one.name] for one in group.symbols)
    if found.unexplained:
        yield (), tuple(moved[name] for name in found.unexplained)


def _nothing(value: str) -> str:
    """What is off and what is not defined are the same to a config."""
    return "" if value == "n" else value
