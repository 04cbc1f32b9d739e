"""Faults of a tree's Kconfig that hold for any config, not for one.

Enters: nothing. Leaves: `Fault`, `Linted`. Must hold: what may happen has a witness, a config in which it does; what
cannot has the lines that say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from analyzer.model.expr import Location

FaultKind = Literal[
    "unmet-select",  # a select forces a symbol against its dependencies
    "member-select",  # a select of a choice's member does not make it y
    "empty-choice",  # a choice shows, and none of its members does
    "never-on",  # no config has the symbol on
    "default-never-taken",  # no config takes the default
    "unknown-name",  # a line names a symbol that no Kconfig file defines
    "unknown-in-makefile",  # the same in a makefile
    "unknown-in-code",  # the same in C, assembly or Rust
]
FAULT_KINDS: tuple[FaultKind, ...] = get_args(FaultKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `name` is the symbol, or the choice's key, and `text` says what is wrong, with `location` the line
    that it is about.

    `lines` are those that lead to it, each as a sentence with its place. `witness` are the lines of a .config with
    which it happens, on top of the defaults. `more` counts further places of the same.
    """

    kind: FaultKind
    name: str
    text: str
    location: Location
    lines: tuple[tuple[str, Location], ...] = ()
    witness: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LintChange:
    """What becomes of faults between two trees: those that are `brought`, those that there were and of which more lines
    are not met (`worsened`), those that are `mended`; `undecided` as in `Linted`."""

    brought: tuple[Fault, ...] = ()
    worsened: tuple[Fault, ...] = ()
    mended: tuple[Fault, ...] = ()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """What was found in a tree as one architecture sees it. `counts` is how many selects, choices, symbols, defaults
    and names of Kconfig lines were looked at, by kind of fault; `undecided` names what neither happens nor is
    excluded."""

    tree: str
    arch: str
    faults: tuple[Fault, ...]
    counts: dict[FaultKind, int]
    undecided: tuple[str, ...] = ()
