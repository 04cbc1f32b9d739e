"""Rule: the lines of a config file that conf_read_simple() of the kernel's confdata.c takes are assignments; every
other line that is no comment is reported. A file that cannot be a config is refused in one line.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.configs.dotconfig import MAX_FILE_BYTES, assignments, read_bytes
from analyzer.errors import InputError
from tests.configs.small import DIALECTS


def _read(text: str) -> list[tuple[int, str, str]]:
    found, _ = assignments(text.encode("utf-8", "surrogateescape"), "config", DIALECTS["lenient"])
    return [(a.location.line, a.name, a.value) for a in found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CONFIG_A=y\n", [(1, "A", "y")]),
        ("CONFIG_A=y", [(1, "A", "y")]),
        ("CONFIG_A=y\r\n# CONFIG_B is not set\r\n", [(1, "A", "y"), (2, "B", "n")]),
        ("\n\n# CONFIG_A is not set\n", [(3, "A", "n")]),
        ("CONFIG_A=a=b\n", [(1, "A", "a=b")]),
        ("CONFIG_A=\n", [(1, "A", "")]),
        ('CONFIG_A="# CONFIG_B is not set"\n', [(1, "A", '"# CONFIG_B is not set"')]),
        ("CONFIG_A=y # why\n", [(1, "A", "y # why")]),
        ("CONFIG_A=y\nCONFIG_A=n\n", [(1, "A", "y"), (2, "A", "n")]),
        ("#CONFIG_A is not set\n", []),
        ("#  CONFIG_A is not set\n", []),
        ("# CONFIG_A isn't set\n", []),
        ("# CONFIG_A=y\n", []),
        (" CONFIG_A=y\n", []),
        ("config_a=y\n", []),
        ("A=y\n", []),
        ("CONFIG_A\n", []),
        ("", []),
    ],
)
def test_assignments(text: str, found: list[tuple[int, str, str]]) -> None:
    assert _read(text) == found


@pytest.mark.parametrize("line", ["A=y", " CONFIG_A=y", "CONFIG_A", "config_a=y", "<html>"])
def test_other_lines_are_reported(line: str) -> None:
    found, warnings = assignments(f"# a comment\n\n{line}\n".encode(), "config", DIALECTS["lenient"])
    assert found == ()
    assert [(w.text, str(w.location)) for w in warnings] == [(f"unexpected data: {line}", "config:3")]


@given(st.binary())
def test_any_bytes_are_read(data: bytes) -> None:
    found, warnings = assignments(data, "config", DIALECTS["lenient"])
    lines = {a.location.line for a in found} | {w.location.line for w in warnings}
    assert len(lines) == len(found) + len(warnings)
    assert lines <= set(range(1, data.count(b"\n") + 2))


def _file(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / "config"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "binary":
            path.write_bytes(b"CONFIG_A=y\n\x7fELF\0\0")
        case "huge":
            with path.open("wb") as file:
                file.truncate(MAX_FILE_BYTES + 1)
        case "link to nothing":
            path.symlink_to("nothing")
        case "device":
            path.symlink_to("/dev/zero")
    return path


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "does not exist"),
        ("folder", "is a folder"),
        ("pipe", "is not a regular file"),
        ("binary", "is a binary file (a config is text with lines CONFIG_…=…)"),
        ("huge", f"is too large (no config is larger than {MAX_FILE_BYTES} bytes)"),
        ("link to nothing", "does not exist"),
        ("device", "is not a regular file"),
    ],
)
def test_what_is_no_config(kind: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_bytes(_file(tmp_path, kind), "the-config")
    assert caught.value.line() == f"config the-config {reason}"
    assert caught.value.exit_code == 3
