"""Entries as files.

Enters: a folder, a key (hexadecimal digits), a label for people, the content. Leaves: files `<key>.kweigh`, each one
line (checksum, label) and the content. Must hold: a file is written whole, by replace; a file whose checksum is wrong
counts as missing and is removed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analyzer.documents import open_regular, read_regular
from analyzer.noted import unnoted

_SUFFIX = ".kweigh"
LARGEST = 256 << 20
"""Bytes of an entry; a larger one counts as missing."""

MOST = 1024
"""Entries kept; the oldest used go first."""
ROOM = 1 << 30
"""Bytes of all entries together. A compiled Linux tree has some 8 MB an architecture, of which there are 22."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the cache: what it is, its size in bytes, and when it was last used (seconds since 1970)."""

    label: str
    path: Path
    size: int
    used: float


def get(folder: Path, key: str) -> bytes | None:
    """The content of `key`; None when there is none, or it is damaged."""
    path = folder / f"{key}{_SUFFIX}"
    try:
        # No answer rests on where it was kept.
        with unnoted():
            head, _, content = read_regular(path, LARGEST).partition(b"\n")
    except OSError:
        return None
    if head.split(b" ", 1)[0] != _checksum(content):
        with suppress(OSError):
            path.unlink()
        return None
    with suppress(OSError):
        os.utime(path)
    return content


def put(folder: Path, key: str, label: str, content: bytes) -> None:
    """Keep `content` under `key`. Where that is impossible (a full disk, no rights) nothing is kept and nothing is
    raised."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_checksum(content) + b" " + label.replace("\n", " ").encode("utf-8", "replace") + b"\n")
                file.write(content)
            Path(name).replace(folder / f"{key}{_SUFFIX}")
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        _trim(folder)


def entries(folder: Path) -> tuple[Entry, ...]:
    """What is in the cache, the last used first."""
    return tuple(sorted(_entries(folder), key=lambda entry: -entry.used))


def clear(folder: Path) -> int:
    """Remove every entry; gives how many were removed."""
    removed = 0
    for entry in _entries(folder):
        with suppress(OSError):
            entry.path.unlink()
            removed += 1
    return removed


def _entries(folder: Path) -> Iterator[Entry]:
    for path in folder.glob(f"*{_SUFFIX}"):
        with suppress(OSError):
            with open_regular(path) as file:
                status, head = os.fstat(file.fileno()), file.readline(4096)
            label = head.partition(b" ")[2].decode("utf-8", "replace").strip()
            yield Entry(label=label, path=path, size=status.st_size, used=status.st_mtime)


def _trim(folder: Path) -> None:
    found: list[tuple[float, int, Path]] = []
    for path in folder.glob(f"*{_SUFFIX}"):
        with suppress(OSError):
            status = path.stat()
            found.append((status.st_mtime, status.st_size, path))
    room = ROOM
    for number, (_, size, path) in enumerate(sorted(found, reverse=True)):
        room -= size
        if number >= MOST or room < 0:
            with suppress(OSError):
                path.unlink()


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii")
