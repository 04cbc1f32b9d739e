"""Which options build a file, and what an option builds.

Enters: nothing. Leaves: `Which` and what it holds. Must hold: every line has its place; what the config at hand builds
is the BuildPlan's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analyzer.model.build import KbuildObject, Step
from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One object that some config builds. `target` is the module that it is part of where it is built as one, else its
    archive. `built` says whether the config at hand builds it, `needs` which symbols the lines ask: of each group one
    has to be on."""

    one: KbuildObject
    target: str
    built: bool
    needs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A makefile's line that asks the symbol in question, and the words that it puts on its list; `targets` are the
    modules that these make, `built` says whether the config at hand builds any of it."""

    step: Step
    words: tuple[str, ...]
    targets: tuple[str, ...]
    built: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Which:
    """The answer for one file, object, module or folder (`uses`), or for one symbol (`lines`).

    `mentions` are lines that name the file though no list of vmlinux or of a module does: makefiles of boot images and
    host programs, sources that include it. `elsewhere` are architectures whose makefiles do lead to it. `undefined`
    maps symbols that lines ask and that the tree does not define here to the Kconfig files that do.
    """

    question: str
    kind: Literal["source", "object", "module", "folder", "symbol"]
    config: ResolvedConfig
    uses: tuple[Use, ...] = ()
    lines: tuple[Listed, ...] = ()
    mentions: tuple[tuple[Location, str], ...] = ()
    elsewhere: tuple[str, ...] = ()
    undefined: Mapping[str, tuple[str, ...]]

    @property
    def found(self) -> bool:
        """Whether something builds it."""
        return bool(self.uses or self.lines)
