"""Rule: files weigh what binutils and the kernel's own script say; a link adds up with every GNU ld there is.

Enters: the compilers on PATH, and a real tree for its scripts/bloat-o-meter. Must hold: what is compared was made by
the tools at hand, in the format of each of their architectures. test_builds.py does the same to whole kernels.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from analyzer.model.elf import Growth
from analyzer.model.size import Built
from analyzer.sizes import account, bloat, elf, wrapper
from tests.oracle.conftest import trees_where

COMPILER = re.compile(r"(?P<prefix>\w+-linux-gnu\w*-)gcc")
SOURCE = r"""
static const char *const names[] = { "a shared text", NAME, "another shared text", "text" };
__attribute__((section(".init.text"), noinline)) int start_NUMBER(int x) { return x + NUMBER; }
__attribute__((section(".discard.addressable"))) const void *addressable_NUMBER = 0;
__attribute__((weak)) int weak_function(void) { return 3; }
__attribute__((weak)) int weak_object = 4;
__attribute__((section(".data..ro_after_init"), aligned(32))) int late_NUMBER = 5;
static int table_NUMBER[SIZE] = { 1, 2, 3 };
static char buffer_NUMBER[SIZE * 3];
int tentative_NUMBER;
static int counter_NUMBER __asm__("counter_NUMBER.1234");
static int counter_NUMBER = NUMBER;
extern int next_NUMBER(int);
__attribute__((noinline)) static int part_NUMBER(int x, int y)
{
	buffer_NUMBER[x % SIZE] = names[y & 3][x & 1];
	return table_NUMBER[(x ^ y) % SIZE] + counter_NUMBER++ + buffer_NUMBER[y % SIZE];
}
int call_NUMBER(int x) { return part_NUMBER(x, 1) + part_NUMBER(x, x) * weak_function() + EXTRA; }
int read_NUMBER(void) { return tentative_NUMBER + weak_object + late_NUMBER + start_NUMBER(1) + call_NUMBER(2); }
"""
SCRIPT = """\
SECTIONS
{
	. = 0x100000;
	.text : { *(.head.text) *(.text .text.*) . = ALIGN(0x2000); *(.init.text) }
	.rodata : ALIGN(64) { *(.rodata .rodata.*) LONG(0) . = ALIGN(32); }
	.data : { *(.data .data.*) . = . + 100; }
	.bss : { *(.bss .bss.*) *(COMMON) . = ALIGN(0x1000); }
	/DISCARD/ : { *(.discard .discard.*) }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Two objects and two links of them, the second with more code; `prefix` is that of the tools."""

    prefix: str
    before: Built
    after: Built

    @property
    def paths(self) -> list[Path]:
        """Every file."""
        return [
            built.folder / name
            for built in (self.before, self.after)
            for name in ("1.o", "2.o", "vmlinux.o", "vmlinux")
        ]


def _prefixes() -> list[str]:
    folders = [Path(folder) for folder in os.get_exec_path()]
    names = {path.name for folder in folders if folder.is_dir() for path in folder.iterdir()}
    found = {
        match["prefix"] for name in names if (match := COMPILER.fullmatch(name)) and f"{match['prefix']}ld" in names
    }
    return sorted(found) or [""]


@pytest.fixture(scope="module", params=_prefixes())
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Files of every architecture that there is a compiler for."""
    prefix: str = request.param
    if shutil.which(f"{prefix}gcc") is None:
        pytest.skip("no compiler")
    folder = tmp_path_factory.mktemp("made")
    return Files(prefix=prefix, before=_made(folder / "before", prefix, 1), after=_made(folder / "after", prefix, 40))


def _made(folder: Path, prefix: str, size: int) -> Built:
    folder.mkdir()
    objects = []
    for number in (1, 2):
        text = SOURCE.replace("NUMBER", str(number)).replace("SIZE", str(size + 3))
        text = text.replace("EXTRA", "x" if size == 1 else f"next_{number}(x * x)")
        if size > 1:
            text += f"int next_{number}(int x) {{ return x + 1; }}\n"
        (folder / f"{number}.c").write_text(text.replace("NAME", f'"only in {number}"'))
        # As arch/mips/Makefile has it; with PIC the GOT of a plain link is out of reach.
        own = ("-mno-abicalls", "-G0") if prefix.startswith("mips") else ()
        flags = (*own, "-O2", "-ffreestanding", "-fno-pic", "-fno-pie", "-fno-stack-protector", "-fcommon")
        _run(f"{prefix}gcc", *flags, "-c", f"{number}.c", "-o", f"{number}.o", cwd=folder)
        objects.append(f"{number}.o")
    (folder / "vmlinux.lds").write_text(SCRIPT)
    linker = folder / "ld"
    wrapper.write(linker, f"{prefix}ld")
    _run(str(linker), "-r", "-o", "vmlinux.o", *objects, cwd=folder)
    _run(
        str(linker),
        "-e",
        "call_1",
        "--no-warn-rwx-segments",
        "--script=vmlinux.lds",
        "-o",
        "vmlinux",
        *objects,
        cwd=folder,
    )
    return Built(
        folder=folder,
        arch="",
        config="",
        objects=tuple(objects),
        archived=(),
        image="vmlinux",
        boot=None,
        log=folder,
    )


def _run(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def test_symbols_are_those_of_nm(files: Files) -> None:
    for path in files.paths:
        said = [
            line.split() for line in _run(f"{files.prefix}nm", "--size-sort", str(path), cwd=path.parent).splitlines()
        ]
        found = elf.read(path).symbols
        assert Counter((s.name, s.letter, s.size) for s in found) == Counter((n, t, int(s, 16)) for s, t, n in said)
        assert found, path


def test_sections_are_those_of_size(files: Files) -> None:
    for path in files.paths:
        found = elf.read(path)
        said = [line.split() for line in _run(f"{files.prefix}size", "-A", str(path), cwd=path.parent).splitlines()]
        sizes = Counter((line[0], int(line[1])) for line in said if len(line) == 3 and line[1].isdigit())
        assert not Counter((s.name, s.size) for s in found.sections if s.kind and s.size) - sizes
        total = _run(f"{files.prefix}size", str(path), cwd=path.parent).splitlines()[1].split()[3]
        assert found.content == int(total)


@trees_where(lambda root: "argparse" in (root / "scripts/bloat-o-meter").read_text())
def test_growth_is_that_of_bloat_o_meter(files: Files, linux_tree: Path) -> None:
    script = linux_tree / "scripts/bloat-o-meter"
    edition = bloat.edition_of(script.read_text())
    for name in ("1.o", "vmlinux"):
        old, new = files.before.folder / name, files.after.folder / name
        before, after = elf.read(old), elf.read(new)
        ours: dict[str, tuple[Growth, ...]] = {
            "": (bloat.bloat(before, after, edition=edition),),
            "-t": (bloat.text(before, after, edition=edition),),
            "-d": (bloat.data(before, after, edition=edition),),
            "-c": bloat.categories(before, after, edition=edition),
        }
        for option, tables in ours.items():
            words = [sys.executable, str(script), *option.split(), "-p", files.prefix, str(old), str(new)]
            assert _run(*words, cwd=old.parent) == "".join(map(printed, tables)), f"{name} {option}"
        assert ours[""][0].changes


def printed(growth: Growth) -> str:
    """A table as the script prints it."""
    percent = (growth.after - growth.before) * 100 / growth.before if growth.before else 0
    moved = f"up/down: {growth.up}/{-growth.down} ({growth.up - growth.down})"
    lines = [
        f"add/remove: {growth.added}/{growth.removed} grow/shrink: {growth.grown}/{growth.shrunk} {moved}",
        f"{growth.title:40} {'old':>7} {'new':>7} {'delta':>7}",
    ]
    for row in growth.changes:
        old, new = ("-" if size is None else size for size in (row.before, row.after))
        lines.append(f"{row.name:40} {old:>7} {new:>7} {row.delta:>+7}")
    lines.append(f"Total: Before={growth.before}, After={growth.after}, chg {percent:+.2f}%")
    return "\n".join(lines) + "\n"


def test_every_link_closes(files: Files) -> None:
    for built in (files.before, files.after):
        for make in (account.content, account.loaded, account.file):
            found = make(built)
            assert found.limits == ""
            assert sum(row.size for row in found.rows) == found.total
        loaded = {row.kind for row in account.loaded(built).rows}
        assert {"objects", "discarded", "merged", "step", "reserved", "padding"} <= loaded
