"""The letter that nm gives a symbol.

Enters: binding and type of an ELF symbol, the section that it is in. Leaves: the letter, or "" for what
`nm --size-sort` leaves out. Must hold: the same as bfd_decode_symclass() of GNU binutils 2.40 (bfd/syms.c) on flags as
bfd/elf.c makes them of section headers; tests/oracle compares with nm itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from elftools.elf.constants import SH_FLAGS

_LOCAL, _GLOBAL, _WEAK, _UNIQUE = 0, 1, 2, 10
_OBJECT, _SECTION, _FILE, _COMMON, _IFUNC = 1, 3, 4, 5, 10
_ABSOLUTE = 0xFFF1

# Sections that the global pointer reaches, by processor-specific flag (bfd/elf*-<machine>.c).
_SMALL = {"MIPS": 0x10000000, "ALPHA": 0x10000000, "IA_64": 0x10000000, "PARISC": 0x20000000}
_SMALL_COMMON = {"MIPS": 0xFF03, "ALPHA": 0xFF00, "IA_64": 0xFF00}
_COMMONS = {"common": "C", "small common": "c"}
# coff_section_type(): names that mean something whatever the flags say.
_NAMED = {".drectve": "i", ".edata": "e", ".idata": "i", ".pdata": "p"}
_BEHIND_NAME = ("", ".", "$", *"0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a symbol's section says of it: the small letter of its kind.

    Or `common` and `small common` for common symbols, `absolute` for those without a section.
    """

    kind: str

    @classmethod
    def of(cls, name: str, form: str | int, flags: int, machine: str) -> Self:
        """The place of symbols in a section; `form` is sh_type as pyelftools names it, `machine` e_machine without
        EM_."""
        for known, kind in _NAMED.items():
            if name.startswith(known) and name[len(known) : len(known) + 1] in _BEHIND_NAME:
                return cls(kind=kind)
        stored = form != "SHT_NOBITS"
        loaded = bool(flags & SH_FLAGS.SHF_ALLOC) and stored
        small = bool(flags & _SMALL.get(machine, 0))
        read_only = not flags & SH_FLAGS.SHF_WRITE
        if flags & SH_FLAGS.SHF_EXECINSTR:
            return cls(kind="t")
        if loaded:
            return cls(kind="r" if read_only else "g" if small else "d")
        if not stored:
            return cls(kind="s" if small else "b")
        if not flags & SH_FLAGS.SHF_ALLOC and name.startswith((".debug", ".zdebug", ".gnu.debuglto_.debug_", ".stab")):
            return cls(kind="N")
        return cls(kind="n" if read_only else "?")

    @classmethod
    def reserved(cls, index: int, machine: str) -> Self:
        """The place that a reserved section index stands for."""
        if index == _ABSOLUTE:
            return cls(kind="absolute")
        return cls(kind="small common" if index == _SMALL_COMMON.get(machine) else "common")


def letter(binding: int, form: int, place: Place) -> str:
    """The letter of a defined symbol with this binding (STB_*) and type (STT_*)."""
    if form in (_SECTION, _FILE) or place.kind == "absolute":
        return ""
    if place.kind in _COMMONS:
        return _COMMONS[place.kind]
    if form == _IFUNC:
        return "i"
    if binding == _WEAK:
        return "V" if form in (_OBJECT, _COMMON) else "W"
    if binding == _UNIQUE:
        return "u"
    if binding not in (_LOCAL, _GLOBAL):
        return "?"
    return place.kind.upper() if binding == _GLOBAL else place.kind
