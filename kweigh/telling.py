"""What a command told before; for the command line, and no part of the public surface.

Enters: a tree, what was said on the command line, the command itself. Leaves: what it told. Must hold: as in
analyzer/pipeline/keeping/told.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.stranger import Stranger
    from analyzer.model.told import Told
    from kweigh.tree import Tree


def told_again(tree: Tree, command: str, said: Mapping[str, object], tell: Callable[[], Told]) -> Told:
    """What `tell` gives, or what was told when the same was said in the same place. Raises what `tell` raises."""
    from analyzer.pipeline.keeping import told

    return told.told_again(tree._at.told_of, command, said, tell)


def named(ones: Sequence[Stranger]) -> str:
    """Names that a tree does not define, in a line."""
    from analyzer.reports.words import unknown

    return unknown.named(ones)
