"""Rule: an archive holds what was put in, as Documentation/driver-api/early-userspace/buffer-format.rst lays it out."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from hypothesis import given
from hypothesis import strategies as st

from analyzer.boot import checks, machines
from analyzer.boot.initramfs import archive, initramfs
from analyzer.errors import ToolchainError

MACHINE = machines.machine("x86_64")
NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=20)


def unpacked(data: bytes) -> Iterator[tuple[str, int, tuple[int, int], bytes]]:
    """The files of an archive, by the layout of the document."""
    at = 0
    while True:
        assert at % 4 == 0
        assert data[at : at + 6] == b"070701"
        fields = [int(data[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        mode, size, major, minor, length = fields[1], fields[6], *fields[9:12]
        name = data[at + 110 : at + 110 + length]
        assert name[-1:] == b"\0"
        begins = (at + 110 + length + 3) // 4 * 4
        if name == b"TRAILER!!!\0":
            assert begins == len(data)
            return
        yield name[:-1].decode(), mode, (major, minor), data[begins : begins + size]
        at = (begins + size + 3) // 4 * 4


@given(
    st.lists(
        st.tuples(
            NAMES, st.integers(0, 0o177777), st.tuples(st.integers(0, 255), st.integers(0, 255)), st.binary(max_size=40)
        )
    )
)
def test_what_goes_in_comes_out(entries: list[tuple[str, int, tuple[int, int], bytes]]) -> None:
    assert list(unpacked(archive((*entries,)))) == entries


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no gcc")
def test_our_init_is_in_it() -> None:
    found = {name: (mode, data) for name, mode, _, data in unpacked(initramfs("gcc", MACHINE))}
    assert set(found) == {"dev", "dev/console", "init"}
    mode, data = found["init"]
    assert mode == 0o100755
    assert data.startswith(b"\x7fELF")


KINDS = [
    ("x86_64", "", {}),
    ("i386", "", {}),
    ("arm64", "aarch64-linux-gnu-", {}),
    ("arm", "arm-linux-gnueabihf-", {}),
    ("riscv", "riscv64-linux-gnu-", {}),
    ("powerpc", "powerpc64-linux-gnu-", {}),
    ("powerpc", "powerpc64-linux-gnu-", {"CPU_LITTLE_ENDIAN": "y"}),
    ("s390", "s390x-linux-gnu-", {}),
    ("mips", "mips-linux-gnu-", {}),
    ("mips", "mips-linux-gnu-", {"CPU_LITTLE_ENDIAN": "y"}),
]


def test_each_machine_is_tried() -> None:
    assert {arch for arch, _, _ in KINDS} == {*machines.names()}


@pytest.mark.parametrize(("arch", "prefix", "values"), KINDS)
def test_it_runs_whatever_the_size_of_a_page(arch: str, prefix: str, values: dict[str, str]) -> None:
    """Up to 64 KiB, as arm64, powerpc and mips may have them: what is mapped lies in the file as it does in memory."""
    if shutil.which(f"{prefix}gcc") is None:
        pytest.skip(f"no {prefix}gcc")
    machine = machines.machine(arch, values)
    asked = checks.parse("console=,disk=virtio,fs=ext4,net=virtio", machine)
    files = {name: data for name, _, _, data in unpacked(initramfs(f"{prefix}gcc", machine, asked))}
    program = ELFFile(io.BytesIO(files["init"]))
    assert program.little_endian == (arch not in ("powerpc", "mips", "s390") or bool(values))
    parts = [one.header for one in program.iter_segments() if one.header.p_type == "PT_LOAD"]
    assert parts
    assert [(one.p_vaddr - one.p_offset) % 65536 for one in parts] == [0] * len(parts)
    assert not [one for one in program.iter_segments() if one.header.p_type in ("PT_INTERP", "PT_DYNAMIC")]


@pytest.mark.parametrize(
    ("program", "told"),
    [(None, "cannot be run"), ("echo 'init.c:1: error: no such thing' >&2; exit 1", "error: no such thing")],
)
def test_a_compiler_that_does_not_compile_it(program: str | None, told: str, tmp_path: Path) -> None:
    compiler = tmp_path / "gcc"
    if program is not None:
        compiler.write_text(f"#!/bin/sh\n{program}\n")
        compiler.chmod(0o755)
    with pytest.raises(ToolchainError, match=told):
        initramfs(str(compiler), MACHINE)
