"""What a comparison with the tree's own conf came to.

Enters: nothing. Leaves: `SymbolDifference`, `Comparison`, `Certificate`. Must hold: a config that could not be compared
is not equal, and every symbol that differs is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.config import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolDifference:
    """A symbol that .config mentions with another value, or mentions on one side only (None there).

    `reason` is the rule that we applied; None for a symbol that we do not know.
    """

    name: str
    ours: str | None
    theirs: str | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One config, resolved by both sides.

    `equal` means equal to the byte below the header. Where it is not, `differences` name the symbols, and `line` is the
    first line that differs (the order, a comment); `error` says why a side gave no .config at all.
    """

    arch: str
    config: str
    equal: bool
    differences: tuple[SymbolDifference, ...] = ()
    line: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """All comparisons for one tree. `tree` names it, `toolchains` the compilers asked, one line each."""

    tree: str
    toolchains: tuple[str, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def equal(self) -> int:
        """How many configs are equal to the byte."""
        return sum(c.equal for c in self.comparisons)
