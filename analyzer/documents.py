"""Files that somebody else wrote, and the small TOML documents among them: feature sets, scenarios, policies.

Enters: a path, or the text of a document. Leaves: the bytes of a file, or the tables of a document as tomllib gives
them. Must hold: only regular files are read, no more of them than was asked for, and a pipe or a device neither blocks
nor hangs; whatever is not a small TOML file in UTF-8 ends in one `SourceError` with the line, where there is one.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any, BinaryIO

from analyzer.errors import SourceError, UsageError
from analyzer.noted import note

LARGEST = 1 << 20
"""Bytes; far more than a document that a person can read."""

_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


def is_there(path: Path | str) -> bool:
    """Whether somebody's path leads to something; no, where the system refuses to look: too long a name, no rights."""
    note(path)
    return os.path.exists(path)  # noqa: PTH110 (Path.exists() raises what the system says)


def is_file(path: Path | str) -> bool:
    """Whether it leads to a regular file, as `is_there`."""
    note(path)
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path | str) -> bool:
    """Whether it leads to a folder, as `is_there`."""
    note(path)
    return os.path.isdir(path)  # noqa: PTH112


def is_link(path: Path | str) -> bool:
    """Whether it is a symbolic link, as `is_there`."""
    note(path)
    return os.path.islink(path)  # noqa: PTH114


def home() -> Path | None:
    """The user's home; None for a user that the system does not know, without HOME."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def make_folder(folder: Path) -> None:
    """Make a folder that somebody named, unless it is there. Raises UsageError where there can be none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be a folder: {error.strerror}") from None


def open_regular(path: Path | str) -> BinaryIO:
    """A regular file, open for reading.

    Raises OSError as open() does, with EINVAL for a pipe or a device; `strerror` says so in words.
    """
    note(path)
    # Opened first and looked at then, without waiting for a writer of a pipe that somebody put there.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        raise OSError(errno.EINVAL, "Not a regular file", str(path))
    return os.fdopen(handle, "rb")


def read_regular(path: Path | str, most: int) -> bytes:
    """The content of a regular file of at most `most` bytes. Raises what `open_regular` raises, and EFBIG for a larger
    one."""
    with open_regular(path) as file:
        # To ask for `most` at once would make room for all of it, which takes longer than to read a usual file. Files
        # of the kernel's own say that they are empty.
        size = min(os.fstat(file.fileno()).st_size, most)
        data = file.read(size + 1)
        if len(data) > size:
            data += file.read(most - size)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"More than {most} bytes", str(path))
    return data


def read_text(path: Path) -> str:
    """The text of a file. Raises FileNotFoundError when there is none, SourceError when it is no small text file."""
    name = str(path)
    try:
        data = read_regular(path, LARGEST)
    except (FileNotFoundError, ValueError):
        raise FileNotFoundError(name) from None
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise SourceError(f"is too large (more than {LARGEST} bytes)", path=name) from None
        raise SourceError(f"can't be read: {error.strerror}", path=name) from None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("is not a text file in UTF-8", path=name, lineno=_line(data, error.start)) from None
    if "\0" in text:
        raise SourceError("is a binary file, not TOML", path=name, lineno=_line(data, data.index(0)))
    return text


def parse(text: str, *, path: str) -> dict[str, Any]:
    """The document's top table; `path` names it in errors. Raises SourceError where the text is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        message = str(error).removesuffix(place[0]) if place else str(error)
        raise SourceError(f"not valid TOML: {message}", path=path, lineno=int(place[1]) if place else 0) from None
    except (RecursionError, ValueError):
        # tomllib parses nested values by recursion, and int() refuses numbers of thousands of digits.
        raise SourceError("not valid TOML: nested too deeply, or a number is too long", path=path) from None


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


LONGEST = 200
"""Characters of a name, a title or a value in a file that users write."""


def quoted(text: str) -> str:
    """A word of such a file as errors cite it, cut where it is too long."""
    return repr(text if len(text) <= LONGEST else text[:LONGEST] + "…")
