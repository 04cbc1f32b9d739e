"""Rule: every byte of an output section is in one piece or gap of the map, or the map is refused.

The texts are in the form that GNU ld 2.40 writes (ld/ldlang.c: print_input_section, print_padding_statement).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import SourceError
from analyzer.sizes import linkmap
from analyzer.sizes.linkmap import Gap, OutputSection, Piece

HEAD = """\
Archive member included to satisfy reference by file (symbol)

kernel/a.o                    (--whole-archive)

Discarded input sections

 .discard.x     0x0000000000000000        0x8 kernel/a.o

Memory Configuration

Name             Origin             Length             Attributes
*default*        0x0000000000000000 0xffffffffffffffff

Linker script and memory map

                0x0000000000001000                . = 0x1000
LOAD vmlinux.a
"""

TEXT = """\
.text           0x0000000000001000      0x100 load address 0x0000000000000100
                0x0000000000001000                _text = .
 *(.text)
 .text          0x0000000000001000       0x21 kernel/a.o
                0x0000000000001010                a_function
 *fill*         0x0000000000001021        0xf cccc
 .text          0x0000000000001030        0x4 lib/lib.a(b.o)
 .a_very_long_section_name
                0x0000000000001034        0x8 kernel/b.o
                0x0000000000001080                . = ALIGN (0x80)
 *fill*         0x000000000000103c       0x44 cccc
                0x0000000000001080        0x4 LONG 0x0
                0x0000000000001100                . = (. + 0x7c)
 *fill*         0x0000000000001084       0x7c

"""


def _parts(text: str) -> tuple[OutputSection, ...]:
    link = linkmap.parse(HEAD + text, path="vmlinux.map")
    return linkmap.settle(link, {section.name for section in link.sections}).sections


def test_pieces_and_gaps() -> None:
    (section,) = _parts(TEXT)
    assert (section.name, section.address, section.size) == (".text", 0x1000, 0x100)
    assert section.parts == (
        Piece(name=".text", file="kernel/a.o", address=0x1000, size=0x21),
        Gap(move="", address=0x1021, size=0xF),
        Piece(name=".text", file="lib/lib.a(b.o)", address=0x1030, size=4),
        Piece(name=".a_very_long_section_name", file="kernel/b.o", address=0x1034, size=8),
        Gap(move="ALIGN (0x80)", address=0x103C, size=0x44),
        Piece(name="LONG", file="", address=0x1080, size=4),
        Gap(move="(. + 0x7c)", address=0x1084, size=0x7C),
    )


def test_sections_with_long_names_and_without_bytes() -> None:
    found = _parts(
        ".interp\n *(.interp)\n\n"
        ".altinstr_replacement\n                0x0000000000001000        0x2\n"
        " .altinstr_replacement\n                0x0000000000001000        0x2 kernel/a.o\n\n"
        "/DISCARD/\n *(.discard.*)\n"
        "OUTPUT(vmlinux elf64-x86-64)\n"
    )
    assert [(section.name, section.size, len(section.parts)) for section in found] == [(".altinstr_replacement", 2, 1)]


def test_merged_strings() -> None:
    # The second one's strings all went to the first: ld prints the size of something else.
    (section,) = _parts(
        ".rodata         0x0000000000001000       0x30\n"
        " .rodata.str1.1\n                0x0000000000001000       0x20 a.o\n"
        "                                         0x28 (size before relaxing)\n"
        " .rodata.str1.1\n                0x0000000000001020       0x20 b.o\n"
        "                                          0x6 (size before relaxing)\n"
        " .rodata.str1.1\n                0x0000000000001020       0x10 c.o\n"
        " .rodata.str1.1\n                0x0000000000001030       0x10 d.o\n"
        "                                          0x6 (size before relaxing)\n"
    )
    assert [part.size for part in section.parts] == [0x20, 0, 0x10, 0]


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("0xf cccc", "0xe cccc"),
        TEXT.replace("0x100 load", "0x101 load"),
        TEXT.replace("0x100 load", "0xff load"),
        TEXT.replace("0x0000000000001030        0x4", "0x0000000000001030        0x5"),
        ".text           0x0000000000001000      0x100\n",
    ],
)
def test_a_byte_too_much_or_too_few_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match=r"\.text: "):
        _parts(text)


def test_only_what_is_asked_for_is_settled() -> None:
    link = linkmap.parse(HEAD + TEXT + TEXT.replace(".text  ", ".odd   ").replace("0x21", "0x9"), path="x")
    assert [section.name for section in link.sections] == [".text", ".odd"]
    assert [section.name for section in linkmap.settle(link, {".text"}).sections] == [".text"]


def test_what_is_no_map(tmp_path: Path) -> None:
    (tmp_path / "map").write_text("             VMA              LMA     Size Align Out     In      Symbol\n")
    with pytest.raises(SourceError, match="is no link map of GNU ld"):
        linkmap.read(tmp_path / "map")
    with pytest.raises(SourceError, match="can't be read"):
        linkmap.read(tmp_path / "none")
