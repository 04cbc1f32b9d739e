"""What a section's bytes count as.

Enters: the name and the flags of an allocated section. Leaves: its class. Must hold: every section has exactly one; the
names are data (sections.toml).
"""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import cast, get_args

from analyzer.model.elf import SectionClass

CLASSES: tuple[SectionClass, ...] = get_args(SectionClass)
"""All classes, in the order in which reports show them."""


@cache
def classify(name: str, *, code: bool, stored: bool, writable: bool) -> SectionClass:
    """The class of an allocated section; `code` and `writable` are its flags, `stored` is False for NOBITS."""
    for kind, patterns in _patterns():
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            return kind
    if code:
        return "text"
    if not stored:
        return "bss"
    return "data" if writable else "rodata"


@cache
def _patterns() -> tuple[tuple[SectionClass, tuple[str, ...]], ...]:
    table = tomllib.loads(files("analyzer.sizes").joinpath("sections.toml").read_text("utf-8"))
    if unknown := table.keys() - set(CLASSES):
        raise ValueError(f"sections.toml: no such class: {', '.join(sorted(unknown))}")
    return tuple((cast(SectionClass, kind), tuple(patterns)) for kind, patterns in table.items())
