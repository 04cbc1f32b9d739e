"""What becomes of the lines of a config in its minimal form.

Enters: nothing. Leaves: `MinimalLine`, `Minimized`. Must hold: the lines that are kept are those of `make
savedefconfig`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.model.config import Assignment, Reason, ResolvedConfig
from analyzer.model.expr import Location

Fate = Literal[
    "kept",  # the minimal config has the line
    "changed",  # it has the symbol, with another value
    "added",  # it has the symbol, which no line sets
    "default",  # the value is what it would be without the line
    "selected",  # a select decides
    "invisible",  # the symbol has no prompt that shows
    "overridden",  # a later line sets the symbol
    "unknown",  # the tree does not define it
    "invalid",  # the type does not allow the value
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimalLine:
    """One line of the config (None: it is added), and what becomes of it. `line` is what the minimal config says of the
    symbol ("" where it says nothing), `value` the symbol's value and `reason` why (None: there is no such symbol);
    `default` what it would be without any line, where that is known, and `decided` the line of the tree that makes it
    so."""

    name: str
    assignment: Assignment | None
    fate: Fate
    line: str
    value: str | None
    reason: Reason | None
    default: str | None
    decided: tuple[str, Location] | None = None

    @property
    def written(self) -> str:
        """The line as it stands in the file."""
        return self.assignment.line if self.assignment is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimized:
    """A config's lines in the order of its files, those that are added behind them."""

    config: ResolvedConfig
    lines: tuple[MinimalLine, ...]
