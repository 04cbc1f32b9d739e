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
from analyzer.trees.texts import read_within
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
