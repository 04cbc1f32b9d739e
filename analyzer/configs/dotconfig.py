"""Config files: lines to assignments.

Enters: the bytes of a .config, defconfig or fragment. Leaves: assignments in the order of the file, and warnings for
lines that are neither an assignment nor a comment. Must hold: what counts as an assignment is what conf_read_simple()
of scripts/kconfig/confdata.c takes for one.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path

from analyzer.documents import read_regular
from analyzer.errors import InputError
from analyzer.model.config import Assignment
from analyzer.model.expr import Location
from analyzer.model.kconfig import Dialect, Warning
from analyzer.model.language import Trait

MAX_FILE_BYTES = 16 << 20
"""Bytes; an allyesconfig of 6.12 has 0.3 MB."""

_SET = re.compile(r"CONFIG_([^=\n]*)=(.*)")
_UNSET = re.compile(r"# CONFIG_([^ \n]*) is not set(.*)")


def read_bytes(path: Path, shown: str) -> bytes:
    """The content of a config file. Raises InputError when it is missing, no regular file, too large or binary."""
    try:
        data = read_regular(path, MAX_FILE_BYTES)
    except OSError as error:
        raise _refused(shown, error) from None
    if b"\0" in data:
        raise InputError(f"config {shown} is a binary file", hint="a config is text with lines CONFIG_…=…")
    return data


def _refused(shown: str, error: OSError) -> InputError:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return InputError(f"config {shown} does not exist")
        case errno.EISDIR:
            return InputError(f"config {shown} is a folder")
        case errno.EINVAL | errno.ENXIO:
            return InputError(f"config {shown} is not a regular file")
        case errno.EFBIG:
            hint = f"no config is larger than {MAX_FILE_BYTES} bytes"
            return InputError(f"config {shown} is too large", hint=hint)
    return InputError(f"cannot read config {shown}: {error.strerror}")


def assignments(data: bytes, shown: str, dialect: Dialect) -> tuple[tuple[Assignment, ...], tuple[Warning, ...]]:
    """The assignments of a config file and what could not be read; `shown` is the path that locations carry."""
    loose = Trait.LOOSE_UNSET in dialect.traits
    found: list[Assignment] = []
    warnings: list[Warning] = []
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), start=1):
        text = line.removesuffix("\r")
        location = Location(path=shown, line=number)
        if (match := _UNSET.match(text)) and (loose or not match[2]):
            found.append(Assignment(name=match[1], value="n", location=location, text=text if match[2] else ""))
        elif match := _SET.match(text):
            # conf writes no value behind which anything stands, and no n.
            odd = match[2] == "n" or (match[2].isalpha() and len(match[2]) > 1) or " " in match[2]
            found.append(Assignment(name=match[1], value=match[2], location=location, text=text if odd else ""))
        elif text.strip() and not text.startswith("#"):
            warnings.append(Warning(text=f"unexpected data: {text[:60]}", location=location))
    return tuple(found), tuple(warnings)
