"""What a comparison with the tree's own conf came to.

Enters: nothing. Leaves: `SymbolDifference`, `VariableDifference`, `Comparison`, `Certificate`. Must hold: a config that
could not be compared is not equal, and every symbol and variable that differs is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analyzer.model.config import Reason

ConfigKind = Literal["target", "defconfig", "fragment", "random"]
"""What was compared: a target of scripts/kconfig, a file, a fragment merged onto the default config, conf's own."""


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
class VariableDifference:
    """A variable that the Kconfig files of `arch` refer to, as we have it and as make exports it (None: not at all)."""

    arch: str
    name: str
    ours: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One config, resolved by both sides.

    `equal` means equal to the byte below the header. Where it is not, `differences` name the symbols, and `line` is the
    first line that differs (the order, a comment); `error` says why a side gave no .config at all.
    """

    arch: str
    config: str
    kind: ConfigKind
    equal: bool
    differences: tuple[SymbolDifference, ...] = ()
    line: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """All comparisons for one tree. `tree` names it, `toolchains` maps each architecture to the compilers asked;
    `unread` maps those that could not be read at all to the reason. `judge` is who was compared with: the tree's own
    conf, to the byte, or for the bundled tree kconfiglib, in the value of every symbol."""

    tree: str
    toolchains: Mapping[str, str]
    comparisons: tuple[Comparison, ...]
    variables: tuple[VariableDifference, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)
    judge: Literal["conf", "kconfiglib"] = "conf"

    @property
    def equal(self) -> int:
        """How many configs are equal to the byte."""
        return sum(c.equal for c in self.comparisons)

    @property
    def whole(self) -> bool:
        """Whether nothing differs and everything could be compared."""
        return not self.variables and not self.unread and self.equal == len(self.comparisons)
