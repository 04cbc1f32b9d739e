"""Which version of our own code made what is kept.

Enters: nothing. Leaves: a checksum. Must hold: a change of any code that reads, compiles or answers gives another one.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from itertools import chain
from pathlib import Path

_ROOMS = ("configs", "kbuild", "model", "toolchain")


@cache
def whole_code() -> str:
    """A checksum of everything that comes with the program: an answer that people read rests on all of it."""
    digest = hashlib.sha256()
    top = Path(__file__).parents[2]
    for folder, folders, names in chain(os.walk(top), os.walk(top.with_name("kweigh"))):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123 (a Path for each costs as much as the file)
                digest.update(f"{folder}/{name}\0".encode("utf-8", "surrogateescape"))
                digest.update(file.read())
    return digest.hexdigest()


@cache
def own_code(*more: str) -> str:
    """A checksum of the code that makes programs, and of `more` rooms, so that nothing of another version is taken for
    ours."""
    digest = hashlib.sha256()
    for room in (*_ROOMS, *more):
        for path in sorted((Path(__file__).parents[2] / room).rglob("*.[ptl][yoa]*")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
