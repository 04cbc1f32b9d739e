"""The configs that are the user's own: files, pipes, build folders.

Enters: a name as the user gave it. Leaves: the text of a config. Must hold: what is read is bounded in size and time;
no device is opened; a pipe is read once, however often somebody asks for it, a file again once it was written anew.
"""

from __future__ import annotations

import io
import os
import re
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from select import poll

from analyzer.configs.dotconfig import MAX_FILE_BYTES
from analyzer.configs.unpack import is_packed, unpacked
from analyzer.documents import is_folder
from analyzer.errors import InputError
from analyzer.noted import note, note_fleeting

STDIN = "-"
"""The name of standard input."""

_OPEN = re.compile(r"/dev/fd/(\d+)|/proc/self/fd/(\d+)|/dev/stdin")
_HEAD = 1 << 16
_LARGEST_PIPE = 256 << 20
"""Bytes of a pipe; a packed kernel has up to 100 MB."""
_LARGEST_FILE = 2 << 30
"""Bytes; a vmlinux with everything built in and all debugging information has 1 GB."""
_KEPT = 16
"""Files whose text is remembered, since a name is asked for its architecture and then for its lines."""
_State = tuple[int, int, int, int]
_PATIENCE = 300.0
"""Seconds for what is at the other end of a pipe."""


class Inputs:
    """What a command reads of the user's own; one for all architectures that it looks at.

    `both` are the names that were asked for and could mean two files, one of the tree and one of the user's own, and
    whether the latter was meant; `meant` are names of symbols that the tree calls otherwise, and how.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self.both: dict[str, bool] = {}
        self.meant: dict[str, str] = {}
        self._patience = patience
        self._known: dict[tuple[str, _State | None], bytes | InputError] = {}
        self._drained: set[str] = set()

    def read(self, name: str) -> bytes:
        """The config that a file, a pipe, a build folder (its .config), or `STDIN` holds, unpacked.

        Raises InputError when it is missing, a device, too large, too slow, or has no config in it.
        """
        key = name, _state(name)
        _noted(name)
        if key not in self._known:
            kept = [other for other in self._known if other[0] not in self._drained]
            if len(kept) >= _KEPT:
                del self._known[kept[0]]
            try:
                self._known[key] = self._read(name)
            except InputError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, InputError):
            raise found
        return found

    def _read(self, name: str) -> bytes:
        try:
            descriptor = _opened(name)
            with io.FileIO(descriptor) as file:
                if stat.S_ISREG(os.fstat(descriptor).st_mode):
                    return _text(file, name)
                self._drained.add(name)
                with self._spooled(file, name) as whole:
                    return _text(whole, name)
        except BlockingIOError:
            raise InputError(f"config {shown(name)} has nothing to read yet") from None
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read config {shown(name)}: {getattr(error, 'strerror', None) or error}") from None

    def _spooled(self, file: io.FileIO, name: str) -> io.FileIO:
        """What comes out of a pipe until it is closed, as a file that can be sought."""
        whole = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (the caller closes it)
        try:
            ready = poll()
            ready.register(file.fileno())
            ends = time.monotonic() + self._patience
            size = 0
            while True:
                if not ready.poll(max(0.0, ends - time.monotonic()) * 1000):
                    raise InputError(f"config {shown(name)}: nobody finished writing it in {self._patience:.0f} s")
                chunk = os.read(file.fileno(), _HEAD)
                if not chunk:
                    return whole
                size += len(chunk)
                if size > _LARGEST_PIPE:
                    raise InputError(f"config {shown(name)} goes on after {_LARGEST_PIPE >> 20} MiB")
                whole.write(chunk)
        except BaseException:
            whole.close()
            raise


def _state(name: str) -> _State | None:
    """What tells a file from what it was before somebody wrote it anew; None for all that can be read only once."""
    if name == STDIN or _OPEN.fullmatch(name):
        return None
    path = Path(name)
    with suppress(OSError, ValueError):
        found = (path / ".config" if path.is_dir() else path).stat()
        if stat.S_ISREG(found.st_mode):
            return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
    return None


def _noted(name: str) -> None:
    """Note what is read; where it is no file, that it cannot be looked at again."""
    path = Path(name)
    if name == STDIN or _OPEN.fullmatch(name) or (path.exists() and _state(name) is None):
        note_fleeting()
    else:
        note(path, path / ".config")


def shown(name: str) -> str:
    """What reports and errors call an input."""
    return "<stdin>" if name == STDIN else name


def _opened(name: str) -> int:
    """An open file that is a regular one, a pipe or a socket."""
    path = Path(name)
    given = _OPEN.fullmatch(name)
    if name == STDIN or given is not None:
        # Opening it anew would be another file: a pipe whose writer is gone would wait for the next one.
        number = int(given[1] or given[2] or 0) if given is not None else 0
        descriptor = os.dup(number)
        mode = os.fstat(descriptor).st_mode
        if not _is_readable(mode) and not stat.S_ISSOCK(mode):
            os.close(descriptor)
            kind = "a terminal" if os.isatty(number) else _kind(mode)
            raise InputError(f"config {shown(name)} is {kind}", hint="let a file or a pipe be what is read")
        return descriptor
    if is_folder(path):
        if not (path / ".config").exists():
            raise InputError(f"config {name} is a folder without a .config")
        path = path / ".config"
    # Some devices do something when they are opened, so a look comes first, and one at what was opened.
    if not path.exists():
        raise InputError(f"config {name} does not exist")
    if not _is_readable(mode := path.stat().st_mode):
        raise InputError(f"config {name} is {_kind(mode)}, not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not _is_readable(mode := os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError(f"config {name} is {_kind(mode)}, not a regular file")
    return descriptor


def _is_readable(mode: int) -> bool:
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def _text(file: io.FileIO, name: str) -> bytes:
    """The config in an open file that can be sought."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    head = file.read(_HEAD) or b""
    if not is_packed(head):
        # Files of /proc have no size, so this is counted.
        text = head + _rest(file, MAX_FILE_BYTES + 1 - len(head))
        if len(text) > MAX_FILE_BYTES:
            hint = f"no config is larger than {MAX_FILE_BYTES} bytes"
            raise InputError(f"config {shown(name)} has {max(size, len(text))} bytes", hint=hint)
        if b"\0" not in text:
            return text
    if size > _LARGEST_FILE:
        raise InputError(f"config {shown(name)} has {size} bytes", hint="no kernel is so large")
    return unpacked(file, shown(name))


def _rest(file: io.FileIO, most: int) -> bytes:
    found = bytearray()
    while len(found) < most and (chunk := file.read(min(most - len(found), _HEAD))):
        found += chunk
    return bytes(found)
