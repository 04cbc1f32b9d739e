"""Small ELF files, made of bytes.

Enters: sections and symbols. Leaves: the bytes of a file, in any word size and byte order. Must hold: what `readelf`
would read; nothing here uses the code under test.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

WRITE, ALLOC, EXEC, MERGE = 1, 2, 4, 0x10
PROGBITS, SYMTAB, STRTAB, NOBITS = 1, 2, 3, 8
LOCAL, GLOBAL, WEAK = 0, 1, 2
NOTYPE, OBJECT, FUNC, SECTION, FILE = 0, 1, 2, 3, 4
ABSOLUTE, COMMON = 0xFFF1, 0xFFF2


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of `size` bytes; `form` and `flags` as in its header. `claimed`: a size that the header lies about."""

    name: str
    size: int
    flags: int = ALLOC
    form: int = PROGBITS
    address: int = 0
    claimed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A symbol; `section` is the number of its section, the first being 1."""

    name: str
    size: int
    section: int = 1
    binding: int = GLOBAL
    form: int = FUNC


def make(
    parts: Sequence[Part],
    symbols: Sequence[Named] = (),
    *,
    bits: Literal[32, 64] = 64,
    order: Literal["little", "big"] = "little",
    machine: int = 62,
) -> bytes:
    """A relocatable file with these sections, then .symtab, .strtab and .shstrtab."""
    mark = "<" if order == "little" else ">"
    word = "Q" if bits == 64 else "I"
    strings, names = bytearray(b"\0"), bytearray(b"\0")
    table = bytes(24 if bits == 64 else 16)
    for symbol in symbols:
        at, info = len(strings), symbol.binding << 4 | symbol.form
        strings += symbol.name.encode() + b"\0"
        if bits == 64:
            table += struct.pack(mark + "IBBHQQ", at, info, 0, symbol.section, 0, symbol.size)
        else:
            table += struct.pack(mark + "IIIBBH", at, 0, symbol.size, info, 0, symbol.section)
    link = len(parts) + 2
    bodies = [
        (Part(name=".symtab", size=len(table), flags=0, form=SYMTAB), table, link),
        (Part(name=".strtab", size=len(strings), flags=0, form=STRTAB), bytes(strings), 0),
    ]
    everything = [(part, b"" if part.form == NOBITS else bytes(part.size), 0) for part in parts] + bodies
    header_size = 64 if bits == 64 else 52
    data, headers = bytearray(header_size), [bytes(64 if bits == 64 else 40)]
    everything.append((Part(name=".shstrtab", size=0, flags=0, form=STRTAB), b"", 0))
    for part, body, linked in everything:
        at, offset = len(names), len(data)
        names += part.name.encode() + b"\0"
        if part.name == ".shstrtab":
            body = bytes(names)  # noqa: PLW2901 (it holds its own name)
        size = part.claimed if part.claimed is not None else part.size or len(body)
        entry = (table and len(table) and (24 if bits == 64 else 16)) if part.form == SYMTAB else 0
        headers.append(
            struct.pack(
                f"{mark}II{word}{word}{word}{word}II{word}{word}",
                at, part.form, part.flags, part.address, offset, size, linked, 0, 1, entry,
            )
        )  # fmt: skip
        data += body
    offset = len(data)
    ident = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1 if order == "little" else 2, 1]) + bytes(9)
    head = ident + struct.pack(
        f"{mark}HHI{word}{word}{word}IHHHHHH",
        1, machine, 1, 0, 0, offset, 0, header_size, 0, 0, len(headers[0]), len(headers), len(headers) - 1,
    )  # fmt: skip
    data[:header_size] = head
    return bytes(data) + b"".join(headers)
