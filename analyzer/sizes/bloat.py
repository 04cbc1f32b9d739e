"""Which functions and variables grew, as scripts/bloat-o-meter tells it.

Enters: two `ElfFile`s, and which letters count. Leaves: a `Growth`. Must hold: the same symbols, numbers and order as
the script of the same edition prints; tests/oracle runs it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.model.elf import ElfFile, Growth, SizedSymbol, SymbolChange

_NUMBER = re.compile(r"\.[0-9]+")
_GENERATED = ("__mod_", "__se_sys", "__se_compat_sys", "__addressable_")
_STAMPS = ("linux_banner", "vermagic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The letters of nm that each of the script's tables counts: without an option, with -t, -d and -c."""

    everything: str
    text: str
    data: str
    categories: tuple[tuple[str, str], ...]


CLASSIC = Edition(
    everything="tTdDbBrR",
    text="tT",
    data="dDbBrR",
    categories=(("Function", "tT"), ("Data", "dDbB"), ("RO Data", "rR")),
)
"""As in Linux 6.1."""
WITH_WEAK = Edition(
    everything="tTdDbBrRvVwW",
    text="tTwW",
    data="dDbBrRvV",
    categories=(("Function", "tTwW"), ("Data", "dDbBvV"), ("RO Data", "rR")),
)
"""As in Linux 6.12, which counts weak symbols too."""


def edition_of(script: str) -> Edition:
    """The edition that the text of a tree's scripts/bloat-o-meter is."""
    return WITH_WEAK if f'"{WITH_WEAK.everything}"' in script else CLASSIC


def bloat(before: ElfFile, after: ElfFile, *, edition: Edition = CLASSIC) -> Growth:
    """All that changed between two files (the script without an option)."""
    return table("Function", edition.everything, before, after)


def text(before: ElfFile, after: ElfFile, *, edition: Edition = CLASSIC) -> Growth:
    """What changed in functions (`-t`)."""
    return table("Function", edition.text, before, after)


def data(before: ElfFile, after: ElfFile, *, edition: Edition = CLASSIC) -> Growth:
    """What changed in variables (`-d`)."""
    return table("Data", edition.data, before, after)


def categories(before: ElfFile, after: ElfFile, *, edition: Edition = CLASSIC) -> tuple[Growth, ...]:
    """What changed, in one table each for functions, data and read-only data (`-c`)."""
    return tuple(table(title, letters, before, after) for title, letters in edition.categories)


def changes(
    before: Sequence[SizedSymbol], after: Sequence[SizedSymbol], *, edition: Edition = CLASSIC
) -> tuple[SymbolChange, ...]:
    """The rows of `bloat`, of the symbols of two files."""
    return _table("Function", edition.everything, before, after).changes


def table(title: str, letters: str, before: ElfFile, after: ElfFile) -> Growth:
    """One table over the symbols with these letters of nm."""
    return _table(title, letters, before.symbols, after.symbols)


def _table(title: str, letters: str, before: Sequence[SizedSymbol], after: Sequence[SizedSymbol]) -> Growth:
    old, new = _sizes(before, letters), _sizes(after, letters)
    found = [
        SymbolChange(name=name, before=old.get(name), after=new.get(name))
        for name in old.keys() | new.keys()
        if old.get(name) != new.get(name)
    ]
    found.sort(key=lambda change: (change.delta, change.name), reverse=True)
    return Growth(title=title, changes=tuple(found), before=sum(old.values()), after=sum(new.values()))


def _sizes(symbols: Sequence[SizedSymbol], letters: str) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for symbol in symbols:
        name = symbol.name
        # The script takes a line of nm with a colon for a file name.
        if symbol.letter not in letters or ":" in name or name.startswith(_GENERATED) or name in _STAMPS:
            continue
        name = _NUMBER.sub("", name)
        sizes[name] = sizes.get(name, 0) + symbol.size
    return sizes
