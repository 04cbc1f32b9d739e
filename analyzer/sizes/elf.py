"""Reads objects and images.

Enters: the path of an ELF file of any architecture. Leaves: an `ElfFile`: sections with their classes, functions and
variables with their sizes. Must hold: nothing that a file's headers claim is believed before it was held against the
file's length; a file that is no whole ELF file ends in one `SourceError` with its path.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

from elftools.common.exceptions import ELFError
from elftools.construct import ConstructError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import Section

from analyzer.documents import open_regular
from analyzer.errors import SourceError
from analyzer.model.elf import ElfFile, ElfSection, SizedSymbol
from analyzer.sizes.classes import classify
from analyzer.sizes.nm_letters import Place, letter

_LARGEST = 1 << 40
"""Bytes; more than any section without content has, so that a damaged size can't spoil a sum."""
_ARCHIVES = {b"!<thin>\n": "a thin archive", b"!<arch>\n": "an archive"}
_SYMBOL = {32: "IIIBBH", 64: "IBBHQQ"}
_UNNAMED = {0x9026: "ALPHA"}  # include/elf/common.h of binutils; pyelftools knows only the official number
_XINDEX, _RESERVED = 0xFFFF, 0xFF00


def read(path: Path) -> ElfFile:
    """The sections and the sized symbols of an ELF file. Raises SourceError for whatever is not a whole one."""
    name = str(path)
    try:
        with open_regular(path) as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            _check_magic(stream.read(8), name)
            return _read(stream, size, name)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a path, or damaged"
        raise SourceError(f"can't be read: {reason}", path=name) from None
    except (ELFError, ConstructError, struct.error, IndexError, KeyError, AttributeError, OverflowError) as error:
        # What pyelftools and struct raise on headers that contradict themselves.
        detail = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise SourceError(f"is a damaged ELF file: {detail}", path=name) from None


def _check_magic(magic: bytes, name: str) -> None:
    if not magic:
        raise SourceError("is empty, not an ELF file", path=name)
    if kind := _ARCHIVES.get(magic):
        raise SourceError(f"is {kind}, not an object", path=name, hint="its members are what can be read")
    if not magic.startswith(b"\x7fELF"):
        raise SourceError("is not an ELF file", path=name)


def _read(stream: BinaryIO, size: int, name: str) -> ElfFile:
    elf = ELFFile(stream)
    header = elf.header
    tables = (
        ("ELF header", 0, header["e_ehsize"]),
        ("program headers", header["e_phoff"], header["e_phnum"] * header["e_phentsize"]),
        ("section headers", header["e_shoff"], elf.num_sections() * header["e_shentsize"]),
    )
    for what, offset, length in tables:
        _check_range(what, offset, length, size, name)
    everything = list(elf.iter_sections())
    order: Literal["little", "big"] = "little" if elf.little_endian else "big"
    machine = header["e_machine"]
    machine = machine.removeprefix("EM_") if isinstance(machine, str) else _UNNAMED.get(machine, str(machine))
    return ElfFile(
        path=name,
        machine=machine,
        bits=elf.elfclass,
        order=order,
        size=size,
        headers=tuple(table for table in tables if table[2]),
        sections=tuple(_sections(everything, size, name)),
        symbols=tuple(_symbols(elf, everything, machine)),
    )


def _check_range(what: str, offset: int, length: int, size: int, name: str) -> None:
    if length and offset + length > size:
        message = f"is truncated or damaged: {what} at {offset} with {length} bytes, in a file of {size}"
        raise SourceError(message, path=name)


def _sections(everything: Sequence[Section], size: int, name: str) -> Iterator[ElfSection]:
    for section in everything:
        if section["sh_type"] == "SHT_NULL":
            continue
        flags, length = section["sh_flags"], section["sh_size"]
        stored = section["sh_type"] != "SHT_NOBITS"
        if stored:
            _check_range(f"section {section.name}", section["sh_offset"], length, size, name)
        elif length > _LARGEST:
            raise SourceError(f"is damaged: section {section.name} claims {length} bytes", path=name)
        kind = None
        if flags & SH_FLAGS.SHF_ALLOC:
            kind = classify(
                section.name,
                code=bool(flags & SH_FLAGS.SHF_EXECINSTR),
                stored=stored,
                writable=bool(flags & SH_FLAGS.SHF_WRITE),
            )
        yield ElfSection(
            name=section.name,
            kind=kind,
            address=section["sh_addr"],
            offset=section["sh_offset"],
            size=length,
            align=section["sh_addralign"],
            stored=stored,
            mergeable=bool(flags & SH_FLAGS.SHF_MERGE),
        )


def _symbols(elf: ELFFile, everything: Sequence[Section], machine: str) -> Iterator[SizedSymbol]:
    """What `nm --size-sort` lists, in the order of the table."""
    table = next((s for s in everything if s["sh_type"] == "SHT_SYMTAB"), None)
    if table is None:
        return
    places = [Place.of(s.name, s["sh_type"], s["sh_flags"], machine) for s in everything]
    strings: bytes = everything[table["sh_link"]].data()
    extended = _extended(elf, everything)
    # pyelftools makes an object of every symbol, which takes fifty times as long.
    form = struct.Struct(("<" if elf.little_endian else ">") + _SYMBOL[elf.elfclass])
    data: bytes = table.data()
    for number, fields in enumerate(form.iter_unpack(data[: len(data) // form.size * form.size])):
        if elf.elfclass == 64:
            at, info, _, index, _, length = fields
        else:
            at, _, length, info, _, index = fields
        if not length or not index:
            continue
        if index == _XINDEX and number < len(extended):
            index = extended[number]
            place = places[index]
        else:
            place = Place.reserved(index, machine) if index >= _RESERVED else places[index]
        found = letter(info >> 4, info & 15, place)
        if found:
            name = strings[at : strings.index(b"\0", at)].decode("utf-8", "replace")
            if name:
                yield SizedSymbol(name=name, letter=found, size=length)


def _extended(elf: ELFFile, everything: Sequence[Section]) -> tuple[int, ...]:
    """The section of each symbol, where there are more sections than a symbol's own field can name."""
    table = next((s for s in everything if s["sh_type"] == "SHT_SYMTAB_SHNDX"), None)
    if table is None:
        return ()
    data = table.data()
    return struct.unpack(f"{'<' if elf.little_endian else '>'}{len(data) // 4}I", data[: len(data) // 4 * 4])
