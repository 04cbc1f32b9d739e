"""Rule: an image's rows sum to its headers' total, each with its label; what does not close is never shown.

Enters: a link of three objects, written down by hand. Must hold: the expected rows are those that a person would add up
from the map.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.size import Account, Built
from analyzer.sizes import account
from analyzer.sizes.wrapper import map_of
from tests.sizes.elves import ALLOC, EXEC, MERGE, NOBITS, WRITE, Part, make

A = (
    Part(name=".text", size=0x21, flags=ALLOC | EXEC),
    Part(name=".rodata.str1.1", size=0x20, flags=ALLOC | MERGE),
    Part(name=".discard.x", size=8),
    Part(name=".bss", size=0x10, flags=ALLOC | WRITE, form=NOBITS),
    Part(name=".comment", size=99, flags=0),
)
B = (
    Part(name=".text", size=0x8, flags=ALLOC | EXEC),
    Part(name=".rodata.str1.1", size=0x18, flags=ALLOC | MERGE),
    Part(name=".rodata", size=0),
)
KALLSYMS = (Part(name=".rodata", size=0x100),)
IMAGE = (
    Part(name=".text", size=0x2000, flags=ALLOC | EXEC, address=0x10000),
    Part(name=".rodata", size=0x150, address=0x12000),
    Part(name=".got", size=8, address=0x12150),
    Part(name=".orc_unwind", size=12, address=0x12158),
    Part(name=".bss", size=0x110, flags=ALLOC | WRITE, form=NOBITS, address=0x13000),
    Part(name=".brk", size=0, flags=ALLOC | WRITE, form=NOBITS),
    Part(name=".comment", size=30, flags=0),
)
MAP = """\
Linker script and memory map

LOAD vmlinux.a
.text           0x0000000000010000     0x2000
 .text          0x0000000000010000       0x21 a.o
 *fill*         0x0000000000010021        0xf cccc
 .text          0x0000000000010030        0x6 lib/lib.a(b.o)
 .text          0x0000000000010036        0xa linker stubs
                0x0000000000012000                . = ALIGN (0x2000)
 *fill*         0x0000000000010040     0x1fc0 cccc

.rodata         0x0000000000012000      0x150
 .rodata.str1.1
                0x0000000000012000       0x20 a.o
 .rodata.str1.1
                0x0000000000012020       0x2c lib/lib.a(b.o)
                                          0x18 (size before relaxing)
                0x000000000001204c        0x4 LONG 0x0
 .rodata        0x0000000000012050      0x100 .tmp_vmlinux.kallsyms2.o

.got            0x0000000000012150        0x8
 .got           0x0000000000012150        0x8 a.o

.bss            0x0000000000013000      0x110
                0x0000000000013100                . = (. + 0x100)
 *fill*         0x0000000000013000      0x100
 .bss           0x0000000000013100       0x10 a.o

.brk            0x0000000000013110        0x0

.comment        0x0000000000000000       0x1e
 .comment       0x0000000000000000       0x1e a.o
                                         0x63 (size before relaxing)
"""
ROWS = [
    ("objects", "text", 0x29),
    ("objects", "rodata", 0x38),
    ("objects", "bss", 0x10),
    ("objects", "discarded", 8),
    ("generated", "table of symbols (kallsyms)", 0x100),
    ("discarded", ".discard.x", -8),
    ("merged", ".rodata.str1.1", 0x14),
    ("resized", ".text", -2),
    ("linker", ".got", 8),
    ("linker", ".rodata: bytes that the linker script spells out", 4),
    ("linker", ".text: linker stubs", 10),
    ("step", ".text: up to the next 8 KiB", 0x1FC0),
    ("padding", ".text: alignment", 0xF),
    ("reserved", ".bss: . = (. + 0x100)", 0x100),
    ("reworked", ".orc_unwind", 12),
]


@pytest.fixture
def built(tmp_path: Path) -> Built:
    (tmp_path / "lib").mkdir()
    for name, parts in {"a.o": A, "lib/b.o": B, ".tmp_vmlinux.kallsyms2.o": KALLSYMS, "vmlinux": IMAGE}.items():
        (tmp_path / name).write_bytes(make(parts))
    map_of(tmp_path / "vmlinux").write_text(MAP)
    return Built(
        folder=tmp_path,
        arch="x86_64",
        config="",
        objects=("a.o", "lib/b.o"),
        archived=(),
        image="vmlinux",
        boot=None,
        log=tmp_path,
    )


def _rows(found: Account) -> list[tuple[str, str, int]]:
    return [(row.kind, row.label, row.size) for row in found.rows]


def test_every_byte_has_its_row(built: Built) -> None:
    found = account.loaded(built)
    assert found.total == 0x2000 + 0x150 + 8 + 12 + 0x110
    assert _rows(found) == ROWS
    assert [row.step for row in found.rows if row.kind == "step"] == [0x2000]


def test_the_file(built: Built) -> None:
    found = account.file(built)
    rows = _rows(found)
    assert found.total == (built.folder / "vmlinux").stat().st_size == sum(size for _, _, size in rows)
    assert ("loaded", "sections loaded from the file", 0x2000 + 0x150 + 8 + 12) in rows
    assert ("other", ".comment", 30) in rows
    assert ("padding", "alignment between sections in the file", 0) in rows
    assert {label for kind, label, _ in rows if kind == "symbols"} == {".symtab", ".strtab", ".shstrtab"}


def test_an_image_linked_from_vmlinux_o_begins_with_the_account_of_that(built: Built) -> None:
    (built.folder / "vmlinux.o").write_bytes(make(IMAGE))
    map_of(built.folder / "vmlinux.o").write_text(MAP)
    final = (
        "Linker script and memory map\n\n"
        ".text           0x0000000000020000     0x2000\n .text          0x0000000000020000     0x2000 vmlinux.o\n"
        ".rodata         0x0000000000022000      0x150\n .rodata        0x0000000000022000      0x150 vmlinux.o\n"
    )
    (built.folder / "vmlinux").write_bytes(make(IMAGE[:2]))
    map_of(built.folder / "vmlinux").write_text(final)
    gone = [("discarded", ".bss", -0x110), ("discarded", ".got", -8), ("discarded", ".orc_unwind", -12)]
    assert _rows(account.loaded(built)) == ROWS + gone


def test_a_total_that_differs_is_no_account(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_reworked", lambda link, image: ())
    with pytest.raises(account.DoesNotClose, match=r"^loaded sections of vmlinux: the rows sum to 8,808 .* 8,820$"):
        account.loaded(built)


def test_overlapping_sections_are_no_account(built: Built) -> None:
    data = bytearray((built.folder / "vmlinux").read_bytes())
    at = int.from_bytes(data[40:48], "little") + 64 + 24
    data[at : at + 8] = (60).to_bytes(8, "little")
    (built.folder / "vmlinux").write_bytes(data)
    with pytest.raises(account.DoesNotClose, match="overlap at 0x3c"):
        account.file(built)


@pytest.mark.parametrize("symbol", ["LTO_CLANG_THIN", "LTO_GCC", "LD_DEAD_CODE_DATA_ELIMINATION"])
def test_where_no_sum_holds_the_link_is_read_alone(built: Built, symbol: str) -> None:
    changed = Built(**{name: getattr(built, name) for name in Built.__slots__} | {"config": f"CONFIG_{symbol}=y\n"})
    found = account.loaded(changed)
    assert "read alone" in found.limits
    assert {(row.kind, row.label) for row in found.rows} == {("linked", part.name) for part in IMAGE[:5]}
    assert sum(row.size for row in found.rows) == found.total


def test_without_a_map_the_link_is_read_alone(built: Built) -> None:
    map_of(built.folder / "vmlinux").unlink()
    assert account.loaded(built).limits == "the linker left no map, so the linked file is read alone"


def test_a_stripped_image_has_the_map_of_what_it_was_stripped_from(built: Built) -> None:
    rows = account.loaded(built).rows
    map_of(built.folder / "vmlinux").rename(map_of(built.folder / "vmlinux.unstripped"))
    assert account.loaded(built).rows == rows
