"""Rule: a tree has one checksum wherever it lies, any change of what it holds gives another, and what was packed comes
out as it went in.

Enters: small trees with all that kernel trees have: programs, links to files and folders, names that are no UTF-8.
"""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import InputError
from analyzer.trees.content import checksum, pack, unpack

BINARY = os.fsdecode(b"name-\xff")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path / "tree")


def plant(root: Path) -> Path:
    for name, text in {
        "Makefile": "all:\n",
        "scripts/run.sh": "#!/bin/sh\n",
        "a/b/c.h": "",
        BINARY: "x" * 3000,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "scripts/run.sh").chmod(0o755)
    (root / "scripts/prefix").symlink_to("../a")
    (root / "link.h").symlink_to("a/b/c.h")
    (root / "nowhere").symlink_to("/there/is/none")
    return root


def packed(tree: Path) -> io.BytesIO:
    found = io.BytesIO()
    pack(tree, found)
    found.seek(0)
    return found


def test_what_is_packed_comes_out(tree: Path, tmp_path: Path) -> None:
    unpack(packed(tree), tmp_path / "other")
    assert checksum(tmp_path / "other") == checksum(tree)
    assert (tmp_path / "other/scripts/run.sh").stat().st_mode & 0o777 == 0o755
    assert int((tmp_path / "other/Makefile").stat().st_mtime) == int((tree / "Makefile").stat().st_mtime)


def _rename(tree: Path) -> None:
    (tree / "a/b/c.h").rename(tree / "a/b/d.h")


def _relink(tree: Path) -> None:
    (tree / "link.h").unlink()
    (tree / "link.h").symlink_to("a/b/c.h/")


def _copy(tree: Path) -> None:
    (tree / "link.h").unlink()
    (tree / "link.h").write_text("a/b/c.h")


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "Makefile").write_text("all :"),
        lambda tree: (tree / "scripts/run.sh").chmod(0o644),
        lambda tree: (tree / "new").write_text(""),
        lambda tree: (tree / BINARY).unlink(),
        _rename,
        _relink,
        _copy,
    ],
)
def test_what_it_holds_counts(change: Callable[[Path], None], tree: Path) -> None:
    before = checksum(tree)
    change(tree)
    assert checksum(tree) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: os.utime(tree / "Makefile", (1, 1)),
        lambda tree: (tree / "Makefile").chmod(0o600),
        lambda tree: (tree / "empty").mkdir(),
        lambda tree: plant(tree / ".git"),
        lambda tree: (tree / ".git").write_text("gitdir: elsewhere"),
    ],
)
def test_what_it_does_not_hold(change: Callable[[Path], None], tree: Path, tmp_path: Path) -> None:
    before = checksum(tree)
    change(tree)
    assert checksum(tree) == before
    unpack(packed(tree), tmp_path / "other")
    assert not (tmp_path / "other/.git").exists()


def test_a_file_with_two_names_is_two_files(tree: Path, tmp_path: Path) -> None:
    (tree / "twice.h").hardlink_to(tree / "Makefile")
    unpack(packed(tree), tmp_path / "other")
    assert checksum(tmp_path / "other") == checksum(tree)


def test_a_pipe_is_no_part_of_a_tree(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    for look in (checksum, packed):
        with pytest.raises(InputError, match="pipe is neither a file nor a folder nor a link"):
            look(tree)


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_an_archive_of_something_else(name: str, tmp_path: Path) -> None:
    other = io.BytesIO()
    with tarfile.open(fileobj=other, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name))
    other.seek(0)
    with pytest.raises(InputError, match="not of a tree that was packed here"):
        unpack(other, tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] in ([], ["other"])


@pytest.mark.parametrize("part", [0, 0.1, 0.5])
def test_half_an_archive(part: float, tree: Path, tmp_path: Path) -> None:
    whole = packed(tree).getvalue()
    with pytest.raises(InputError, match="no packed tree"):
        unpack(io.BytesIO(whole[: int(part * len(whole))]), tmp_path / "other")
