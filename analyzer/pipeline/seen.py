"""What an answer that is kept rests on, and whether it still does.

Enters: a tree's root, paths below it, names of programs. Leaves: `Seen`. Must hold: it counts only while every file has
the content that it had, and every program is the same file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analyzer import documents

_LARGEST = 64 << 20
"""Bytes of a file that a tree was made of; a larger one was not."""

_MOMENT = 3_000_000_000
"""Nanoseconds; the coarsest times of a file system (FAT) are 2 s apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Files as they were when they were read: their paths, a checksum over their content, and one over what the file
    system says of them ("": not to be relied on); `programs` are names looked for on PATH and what was found,
    `confined` the commands of the tree that were run for it.

    The file system's word is taken as git takes it for its index: where size, inode and both times (a change of content
    moves ctime, which nobody can set) are what they were, so is the content. A file that changed in the last moments
    could change again without a new time; then only the content counts.
    """

    paths: Sequence[str]
    content: str
    status: str
    programs: Sequence[tuple[str, str]]
    confined: Sequence[str]

    def again(self, root: Path, path: str) -> Seen | None:
        """The same files and programs (on `path`, as PATH) as they are now; None when any is another."""
        if any(program(name, path) != found for name, found in self.programs):
            return None
        if self.status and self.status == _status(root, self.paths):
            return self
        now = see(root, self.paths, self.programs, self.confined)
        return now if now.content == self.content else None

    def line(self) -> bytes:
        """As the first line of an entry."""
        parts = [self.paths, self.content, self.status, self.programs, self.confined]
        return json.dumps(parts).encode("ascii") + b"\n"


def read(line: bytes) -> Seen:
    """What `Seen.line` wrote."""
    paths, content, status, programs, confined = json.loads(line)
    found = tuple((name, place) for name, place in programs)
    return Seen(paths=paths, content=content, status=status, programs=found, confined=confined)


def see(root: Path, paths: Sequence[str], programs: Sequence[tuple[str, str]], confined: Sequence[str]) -> Seen:
    """Files of `root` as they are now."""
    # First the status: a file that changes while its content is read has another one next time.
    status = _status(root, paths)
    return Seen(paths=paths, content=_digest(root, paths), status=status, programs=programs, confined=confined)


def names(path: str) -> frozenset[str]:
    """What lies in the folders of `path`: a search for each of many words that are no programs would take longer."""
    found: set[str] = set()
    for folder in path.split(os.pathsep):
        with suppress(OSError):
            found.update(os.listdir(folder or os.curdir))  # noqa: PTH208 (names, not paths, are wanted)
    return frozenset(found)


def program(name: str, path: str) -> str:
    """Which file a program is, `""` when `path` has none of that name."""
    found = shutil.which(name, path=path)
    if found is None:
        return ""
    status = os.stat(found)  # noqa: PTH116 (called for each of many names)
    return f"{found} {status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _status(root: Path, paths: Iterable[str]) -> str:
    """One checksum over size, inode and times of all `paths`, or that they are missing; "" when one changed a moment
    ago."""
    found: list[tuple[int, ...]] = []
    newest = 0
    top = str(root)
    for path in paths:
        try:
            status = os.stat(f"{top}/{path}")  # noqa: PTH116 (a Path for each would cost more than the call)
        except OSError:
            found.append(())
            continue
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        found.append((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    if newest > time.time_ns() - _MOMENT:
        return ""
    return hashlib.sha256(repr(found).encode("ascii")).hexdigest()


def _digest(root: Path, paths: Iterable[str]) -> str:
    """One checksum over the content of all `paths`; one that cannot be read counts as missing."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            data = documents.read_regular(root / path, _LARGEST)
        except OSError:
            data = b"\0missing"
        digest.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()
