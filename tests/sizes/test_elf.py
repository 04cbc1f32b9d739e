"""Rule: a file's sections and symbols are read as they are, in every format; what is no whole ELF file is refused."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.sizes import elf
from tests.sizes.elves import (
    ABSOLUTE,
    ALLOC,
    COMMON,
    EXEC,
    FILE,
    GLOBAL,
    LOCAL,
    NOBITS,
    OBJECT,
    WEAK,
    WRITE,
    Named,
    Part,
    make,
)

PARTS = (
    Part(name=".text", size=100, flags=ALLOC | EXEC),
    Part(name=".rodata", size=40),
    Part(name=".data", size=24, flags=ALLOC | WRITE),
    Part(name=".bss", size=5000, flags=ALLOC | WRITE, form=NOBITS),
    Part(name=".init.text", size=12, flags=ALLOC | EXEC),
    Part(name=".debug_info", size=999, flags=0),
    Part(name="__ksymtab_gpl", size=8),
    Part(name=".text.unlikely", size=1, flags=ALLOC | EXEC),
)
SYMBOLS = (
    Named(name="f", size=60),
    Named(name="g.cold", size=30, binding=LOCAL),
    Named(name="w", size=9, binding=WEAK),
    Named(name="table", size=40, section=2, form=OBJECT),
    Named(name="v", size=8, section=3, form=OBJECT, binding=WEAK),
    Named(name="count", size=8, section=3, form=OBJECT, binding=LOCAL),
    Named(name="buffer", size=4096, section=4, form=OBJECT),
    Named(name="empty", size=0),
    Named(name="elsewhere", size=7, section=0),
    Named(name="fixed", size=7, section=ABSOLUTE),
    Named(name="file.c", size=7, section=ABSOLUTE, form=FILE, binding=LOCAL),
    Named(name="shared", size=16, section=COMMON, form=OBJECT, binding=GLOBAL),
)
LETTERS = {"f": "T", "g.cold": "t", "w": "W", "table": "R", "v": "V", "count": "d", "buffer": "B", "shared": "C"}
FORMATS: list[tuple[Literal[32, 64], Literal["little", "big"]]] = list(product((32, 64), ("little", "big")))


def _write(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "object.o"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("bits", "order"), FORMATS)
def test_every_format(bits: Literal[32, 64], order: Literal["little", "big"], tmp_path: Path) -> None:
    data = make(PARTS, SYMBOLS, bits=bits, order=order)
    found = elf.read(_write(tmp_path, data))
    assert (found.bits, found.order, found.machine, found.size) == (bits, order, "X86_64", len(data))
    assert found.classes == {"text": 101, "rodata": 40, "data": 24, "bss": 5000, "init text": 12, "export": 8}
    assert found.content == 5185
    assert {symbol.name: symbol.letter for symbol in found.symbols} == LETTERS
    assert {s.name: s.size for s in found.symbols} == {s.name: s.size for s in SYMBOLS if s.name in LETTERS}


# bfd: a machine's flag for sections that the global pointer reaches; EM_MIPS 8, EM_PARISC 15, EM_ALPHA 0x9026.
@pytest.mark.parametrize(("machine", "flag"), [(8, 0x10000000), (15, 0x20000000), (0x9026, 0x10000000)])
def test_small_data_has_its_own_letters(machine: int, flag: int, tmp_path: Path) -> None:
    parts = (
        Part(name=".sdata", size=8, flags=ALLOC | WRITE | flag),
        Part(name=".sbss", size=8, flags=ALLOC | WRITE | flag, form=NOBITS),
    )
    symbols = (Named(name="a", size=8), Named(name="b", size=8, section=2, binding=LOCAL))
    found = elf.read(_write(tmp_path, make(parts, symbols, machine=machine)))
    assert [symbol.letter for symbol in found.symbols] == ["G", "s"]
    plain = elf.read(_write(tmp_path, make(parts, symbols, machine=62)))
    assert [symbol.letter for symbol in plain.symbols] == ["D", "b"]


def test_small_common_symbols_too(tmp_path: Path) -> None:
    data = make(PARTS, (Named(name="c", size=4, section=0xFF03, form=OBJECT),), machine=8, order="big")
    assert [symbol.letter for symbol in elf.read(_write(tmp_path, data)).symbols] == ["c"]


REFUSED = {
    b"": "is empty, not an ELF file",
    b"#!/bin/sh\n": "is not an ELF file",
    b"BC\xc0\xde" + bytes(60): "is not an ELF file",
    b"!<thin>\n" + bytes(60): "is a thin archive, not an object",
    b"!<arch>\n": "is an archive, not an object",
    b"\x7fELF": "is a damaged ELF file",
}


@pytest.mark.parametrize("data", REFUSED)
def test_what_is_no_elf_file(data: bytes, tmp_path: Path) -> None:
    path = _write(tmp_path, data)
    with pytest.raises(SourceError) as refused:
        elf.read(path)
    assert refused.value.path == str(path)
    assert refused.value.message.startswith(REFUSED[data])


def test_what_can_not_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.o", tmp_path, tmp_path / "nul\0"):
        with pytest.raises(SourceError, match="can't be read"):
            elf.read(path)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (Part(name=".text", size=4, claimed=1 << 62), "section .text"),
        (Part(name=".bss", size=4, form=NOBITS, claimed=1 << 62), "section .bss claims 4611686018427387904 bytes"),
    ],
)
def test_an_absurd_size_is_refused(part: Part, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        elf.read(_write(tmp_path, make((part,))))


@pytest.mark.parametrize(("bits", "order"), FORMATS)
def test_no_shorter_file_is_taken_for_whole(
    bits: Literal[32, 64], order: Literal["little", "big"], tmp_path: Path
) -> None:
    data = make(PARTS[:2], SYMBOLS[:2], bits=bits, order=order)
    for length in {*range(0, len(data), 13), len(data) - 1}:
        with pytest.raises(SourceError):
            elf.read(_write(tmp_path, data[:length]))


@given(at=st.integers(0, 2000), byte=st.integers(0, 255))
def test_a_damaged_byte_is_read_or_refused(at: int, byte: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    data = bytearray(make(PARTS, SYMBOLS, bits=32, order="big"))
    data[at % len(data)] = byte
    path = _write(tmp_path_factory.getbasetemp(), bytes(data))
    try:
        found = elf.read(path)
    except SourceError:
        return
    assert found.content == sum(found.classes.values()) >= 0
