"""What ELF files hold, and which of their symbols grew.

Enters: nothing. Leaves: values. Must hold: sizes are bytes as the headers have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SectionClass = Literal[
    "text",
    "rodata",
    "data",
    "bss",
    "init text",  # freed after booting, as the next one
    "init data",
    "per-cpu",  # one copy for each CPU is made of it
    "exception",  # tables that a fault or a warning looks up: __ex_table, __bug_table
    "unwind",  # tables that a backtrace reads: ORC, .eh_frame, .ARM.exidx
    "alternatives",  # code that is patched in, and the tables of places to patch
    "export",  # symbols for modules: __ksymtab, __kcrctab
    "discarded",  # allocated in objects, thrown away by the link: .discard.*, .modinfo
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ElfSection:
    """A section as its header has it. `address`, `offset`, `size` and `align` in bytes.

    `kind` is None for what is not loaded (symbols, debug information). `stored` is False for NOBITS, which takes no
    bytes of the file; `mergeable` is SHF_MERGE.
    """

    name: str
    kind: SectionClass | None
    address: int
    offset: int
    size: int
    align: int
    stored: bool
    mergeable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedSymbol:
    """A function or variable with its size in bytes and its letter, as `nm --size-sort` shows them."""

    name: str
    letter: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ElfFile:
    """An object or image. `machine` is e_machine without EM_ (`X86_64`), `size` the file's length in bytes.

    `headers` are the ranges (offset, size) of the ELF header and its two tables.
    """

    path: str
    machine: str
    bits: int
    order: Literal["little", "big"]
    size: int
    headers: tuple[tuple[str, int, int], ...]
    sections: tuple[ElfSection, ...]
    symbols: tuple[SizedSymbol, ...]

    @property
    def classes(self) -> dict[SectionClass, int]:
        """Bytes of the allocated sections by class; classes without bytes are left out."""
        found: dict[SectionClass, int] = {}
        for section in self.sections:
            if section.kind and section.size:
                found[section.kind] = found.get(section.kind, 0) + section.size
        return found

    @property
    def content(self) -> int:
        """Bytes of all allocated sections, NOBITS included."""
        return sum(section.size for section in self.sections if section.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolChange:
    """A row of bloat-o-meter. None: the symbol is not in that file."""

    name: str
    before: int | None
    after: int | None

    @property
    def delta(self) -> int:
        """Bytes gained."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A table of scripts/bloat-o-meter: `title` heads it, `changes` run from the largest gain to the largest loss.

    `before` and `after` are the bytes of all symbols of the table, changed or not.
    """

    title: str
    changes: tuple[SymbolChange, ...]
    before: int
    after: int

    @property
    def added(self) -> int:
        """Symbols that only the second file has."""
        return sum(change.before is None for change in self.changes)

    @property
    def removed(self) -> int:
        """Symbols that only the first file has."""
        return sum(change.after is None for change in self.changes)

    @property
    def grown(self) -> int:
        """Symbols of both files that gained bytes."""
        return sum(c.delta > 0 and c.before is not None and c.after is not None for c in self.changes)

    @property
    def shrunk(self) -> int:
        """Symbols of both files that lost bytes."""
        return sum(c.delta < 0 and c.before is not None and c.after is not None for c in self.changes)

    @property
    def up(self) -> int:
        """Bytes gained by what was added or has grown."""
        return sum(max(change.delta, 0) for change in self.changes)

    @property
    def down(self) -> int:
        """Bytes lost by what was removed or has shrunk, as a positive number."""
        return sum(max(-change.delta, 0) for change in self.changes)

    @property
    def line(self) -> str:
        """The first line that the script prints, which people paste into mails."""
        counts = f"add/remove: {self.added}/{self.removed} grow/shrink: {self.grown}/{self.shrunk}"
        return f"{counts} up/down: {self.up}/{-self.down} ({self.up - self.down})"
