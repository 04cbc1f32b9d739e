"""Draws the guides of an outline.

Enters: an `Outline`. Leaves: its lines in order, each with the guide in front of it and the guide for its
continuation lines. Must hold: neither recursion nor quadratic work, so that the depth of a chain in a hostile tree
does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from analyzer.model.report import Outline, Phrase

STEP = 3


class Line(NamedTuple):
    """One line: `guide` stands before its first drawn line, `rest` before each further one."""

    guide: str
    rest: str
    phrase: Phrase


def guided(outline: Outline, *, widest: int) -> list[Line]:
    """The lines of `outline`. Guides of more than `widest` columns lose their beginning to an ellipsis."""
    lines: list[Line] = []
    # From the last line up: goes_on[d] tells whether a further line of depth d stands below the same parent.
    goes_on: list[bool] = []
    for item in reversed(outline.items):
        depth = item.depth
        below = len(goes_on) > depth + 1 and goes_on[depth + 1]
        first = max(1, depth - widest // STEP + 1)
        bars = "".join("│  " if goes_on[d : d + 1] == [True] else "   " for d in range(first, depth))
        more = goes_on[depth : depth + 1] == [True]
        cut = "…" + bars[1:] if first > 1 and bars else bars
        guide, rest = (cut + ("├─ " if more else "└─ "), bars + ("│  " if more else "   ")) if depth else ("", "")
        lines.append(Line(guide, rest + "│  " if below else rest, item.phrase))
        del goes_on[depth + 1 :]
        goes_on += [False] * (depth + 1 - len(goes_on))
        goes_on[depth] = True
    return lines[::-1]
