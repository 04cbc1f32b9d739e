"""Shows the first rows of long tables.

Enters: the blocks of a report. Leaves: the same, each table with as many rows as it says. Must hold: what is left out
is counted, and the words name the option that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.model.report import Fold, Paragraph, Table
from analyzer.reports.words.phrases import say

if TYPE_CHECKING:
    from analyzer.model.report import Block

ALL = "--all shows them"
"""Of a command that has the option."""


def shortened(blocks: Iterable[Block], rest: str) -> Iterator[Block]:
    """The blocks as who reads along is shown them; `rest` says where the rest is."""
    for block in blocks:
        match block:
            case Fold(blocks=inside):
                yield replace(block, blocks=tuple(shortened(inside, rest)))
            case Table(rows=rows, most=most) if most and len(rows) > most:
                yield replace(block, rows=rows[:most])
                yield Paragraph(phrase=say(f"… and {len(rows) - most:,} more ({rest}).", "missing"))
            case _:
                yield block
