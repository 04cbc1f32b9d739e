"""Rule: an archive holds what was put in, as Documentation/driver-api/early-userspace/buffer-format.rst lays it out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.boot import machines
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
