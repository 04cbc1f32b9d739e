"""What an answer that is kept rests on, and whether it still does.

Enters: paths, names of programs. Leaves: `Seen`. Must hold: it counts only while every file has the content that it
had, every folder the names, and every program is the same file; what was not there is still not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from analyzer import documents, noted

_LARGEST = 64 << 20
"""Bytes of a file whose content is looked at; of a larger one the file system's word counts alone."""

_MOMENT = 3_000_000_000
"""Nanoseconds; the coarsest times of a file system (FAT) are 2 s apart."""
_TICK = 10_000_000
"""Nanoseconds; how far behind the clock that files get their times from may be."""

Program = tuple[str, str, str]
"""A name, the PATH that it was looked for on, and the file that it is there ("": none)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Files and folders as they were when they were looked at: their paths, a checksum over their content ("": nobody
    looked), and one over what the file system says of them ("": not to be relied on); `programs` are names looked for
    on PATH and what was found.

    The file system's word is taken as git takes it for its index: where size, inode and both times (a change of content
    moves ctime, which nobody can set) are what they were, so is the content. A file that changed in the last moments
    could change again without a new time; then only the content counts.
    """

    paths: Sequence[str]
    content: str
    status: str
    programs: Sequence[Program]

    def again(self) -> Seen | None:
        """The same files and programs as they are now; None when any is another."""
        if any(program(name, path) != found for name, path, found in self.programs):
            return None
        if self.status and self.status == _status(self.paths)[0]:
            return self
        if not self.content:
            return None
        now = see(self.paths, self.programs)
        return now if now.content == self.content else None

    def line(self) -> bytes:
        """As the first line of an entry."""
        parts = [self.paths, self.content, self.status, self.programs]
        return json.dumps(parts).encode("ascii") + b"\n"

    def note(self) -> None:
        """Note that something rests on all this."""
        noted.note_all(self.paths, ((name, path) for name, path, _ in self.programs))


def read(line: bytes) -> Seen:
    """What `Seen.line` wrote."""
    paths, content, status, programs = json.loads(line)
    found = tuple((name, path, place) for name, path, place in programs)
    return Seen(paths=paths, content=content, status=status, programs=found)


def see(paths: Sequence[str], programs: Sequence[Program]) -> Seen:
    """Files, folders and programs as they are now."""
    # First the status: a file that changes while its content is read has another one next time.
    status, _ = _status(paths)
    return Seen(paths=paths, content=_digest(paths), status=status, programs=programs)


def see_noted(found: noted.Noted, *, content: bool) -> Seen | None:
    """What was noted for an answer, as it is now; None where it cannot be seen again, or changed meanwhile, so that
    nobody knows what the answer rests on. Without `content` that is looked at only where nothing else can be relied
    on."""
    paths = sorted(found.paths)
    status, newest = _status(paths)
    # A whole second may be all that a file system can tell.
    if found.fleeting or newest > found.began - (_TICK if newest % 1_000_000_000 else _MOMENT):
        return None
    programs = tuple((name, path, program(name, path)) for name, path in sorted(found.programs))
    if status and not content:
        return Seen(paths=paths, content="", status=status, programs=programs)
    return see(paths, programs)


def names(path: str) -> frozenset[str]:
    """What lies in the folders of `path`: a search for each of many words that are no programs would take longer."""
    found: set[str] = set()
    for folder in path.split(os.pathsep):
        with suppress(OSError):
            found.update(os.listdir(folder or os.curdir))  # noqa: PTH208 (names, not paths, are wanted)
    return frozenset(found)


def program(name: str, path: str) -> str:
    """Which file a program is, `""` when `path` has none of that name."""
    found = noted.which(name, path)
    if found is None:
        return ""
    status = os.stat(found)  # noqa: PTH116 (called for each of many names)
    return f"{found} {status.st_ino} {status.st_size} {status.st_mtime_ns}"


def _status(paths: Iterable[str]) -> tuple[str, int]:
    """One checksum over size, inode and times of all `paths`, or that they are missing ("" when one changed a moment
    ago); and the time of the last change."""
    found: list[tuple[int, ...]] = []
    newest = 0
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 (a Path for each would cost more than the call)
        except (OSError, ValueError):
            found.append(())
            continue
        if _is_nothing(path, status):
            found.append(())
            continue
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        found.append((status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino))
    if newest > time.time_ns() - _MOMENT:
        return "", newest
    return hashlib.sha256(repr(found).encode("ascii")).hexdigest(), newest


def _is_nothing(path: str, status: os.stat_result) -> bool:
    """Whether a file is as if there was none: readers of a ledger leave an empty one beside it."""
    return path.endswith("-wal") and not status.st_size


def _digest(paths: Iterable[str]) -> str:
    """One checksum over the content of all `paths`."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        digest.update(_mark(path))
    return digest.hexdigest()


_marks: dict[str, tuple[tuple[int, ...], bytes]] = {}
"""Checksums of files that rested when they were read, with their status: architectures share most of a tree's, and what
is worked out from a tree rests on the same files again."""


def _mark(path: str) -> bytes:
    """A checksum over the content of a file or the names in a folder."""
    try:
        status = os.stat(path)  # noqa: PTH116
        if stat.S_ISDIR(status.st_mode):
            names = "\0".join(sorted(os.listdir(path)))  # noqa: PTH208
            return hashlib.sha256(b"\0folder" + names.encode("utf-8", "surrogateescape")).digest()
    except (OSError, ValueError):
        return b"\0missing"
    if _is_nothing(path, status):
        return b"\0missing"
    here = status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev
    known = _marks.get(path)
    if known is None or known[0] != here:
        known = here, hashlib.sha256(_content(path, status)).digest()
        if max(here[:2]) < time.time_ns() - _MOMENT:
            _marks[path] = known
    return known[1]


def _content(path: str, status: os.stat_result) -> bytes:
    """The content of a file; one that is there and cannot be read counts by its status."""
    try:
        return documents.read_regular(path, _LARGEST)
    except OSError:
        return b"\0unread %d %d %d %d" % (status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns)
