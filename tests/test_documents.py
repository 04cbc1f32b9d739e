"""Rule: only regular files are read, wherever somebody else chooses the file, and not more of them than was asked for;
a pipe that nobody writes to, and a device that never ends, are refused at once.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import cache, documents, features
from analyzer.configs.dotconfig import read_bytes
from analyzer.errors import AnalyzerError
from analyzer.kbuild.sources import Sources
from analyzer.sizes import elf, gates, linkmap
from analyzer.trees.texts import is_file_within, read_within
from tests.configs.small import DIALECTS, small

READERS: dict[str, Callable[[Path], object]] = {
    "document": documents.read_text,
    "feature set": lambda path: features.load(str(path)),
    "config": lambda path: read_bytes(path, "config"),
    "Kconfig": lambda path: small(path.parent, DIALECTS["lenient"]),
    "text of a tree": lambda path: read_within(path.parent, path.name),
    "makefile": lambda path: Sources(path.parent).statements(path.name),
    "gates": gates.load,
    "map": linkmap.read,
    "object": elf.read,
}


def _plant(path: Path, kind: str) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(kind)


@pytest.mark.parametrize("kind", ["pipe", "folder", "/dev/zero", "/dev/null"])
@pytest.mark.parametrize("reader", READERS)
def test_refused(reader: str, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "Kconfig"
    _plant(path, kind)
    with pytest.raises(AnalyzerError) as caught:
        READERS[reader](path)
    assert "\n" not in caught.value.line()


@pytest.mark.parametrize("kind", ["pipe", "folder", "/dev/zero"])
def test_a_cache_entry_counts_as_missing(kind: str, tmp_path: Path) -> None:
    _plant(tmp_path / "abc.kweigh", kind)
    assert cache.get(tmp_path, "abc") is None
    assert cache.entries(tmp_path) == ()
    cache.put(tmp_path, "def", "label", b"content")
    assert cache.get(tmp_path, "def") == b"content"


def test_bound(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert documents.read_regular(path, 5) == b"12345"
    with pytest.raises(OSError, match="More than 4 bytes") as caught:
        documents.read_regular(path, 4)
    assert caught.value.errno == errno.EFBIG


def test_a_file_that_the_kernel_makes_up_as_it_is_read() -> None:
    path = Path("/proc/self/status")
    if not path.exists():
        pytest.skip("no /proc here")
    assert path.stat().st_size == 0
    assert documents.read_regular(path, 1 << 20).startswith(b"Name:")
    with pytest.raises(OSError, match="More than 4 bytes"):
        documents.read_regular(path, 4)


def test_whether_there_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "file").write_text("")
    (root / "out").symlink_to("../outside")
    (root / "in").symlink_to("folder/../file")
    names = ("file", "in", "out", "../outside", "folder", "none", "x" * 300, "file/below", str(tmp_path / "outside"))
    assert [name for name in names if is_file_within(root, name)] == ["file", "in"]
