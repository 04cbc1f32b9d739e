"""A config whose lines a change of the tree edits.

Enters: it before and after, resolved. Leaves: its values that differ, with the lines that do it. Must hold: as in
diff.py, which replays them: in the tree as it is afterwards, where no entry of Kconfig differs any more, so that a
replay is a lane of one model. Uniting both models for each such config took minutes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.model.analysis import shown
from analyzer.model.config import ResolvedConfig
from analyzer.model.difference import RootCause
from analyzer.pipeline.commands.diff import causes
from analyzer.pipeline.commands.diff_lanes import Pair

Moved = tuple[str, str, str]
"""A symbol with its value before and after."""


def moves_of_lines(
    first: ResolvedConfig, pair: Pair, renamed: Mapping[str, str]
) -> Iterator[tuple[tuple[RootCause, ...], tuple[Moved, ...]]]:
    """What some lines change; () are those of which nothing is known. `pair` is the config in the tree afterwards, with
    its old lines and with its new ones, `first` what it was before; `renamed` are the new names of symbols."""
    (_, a), (_, b) = pair
    then, old, new = shown(first), shown(a), shown(b)
    then = {renamed.get(name, name): value for name, value in then.items()}
    moved = {
        name: (name, then.get(name, ""), new.get(name, ""))
        for name in sorted({**old, **new})
        if nothing(old.get(name, "")) != nothing(new.get(name, ""))
    }
    found = causes(pair, list(moved))
    groups = [
        (tuple(found.causes[at] for at in group.causes), [one.name for one in group.symbols]) for group in found.groups
    ]
    for key, names in (*groups, ((), list(found.unexplained))):
        # What the lines turn back to what it was is nothing to tell.
        told = tuple(moved[name] for name in names if nothing(moved[name][1]) != nothing(moved[name][2]))
        if told:
            yield key, told


def nothing(value: str) -> str:
    """What is off and what is not defined are the same to a config."""
    return "" if value == "n" else value
