"""Which version of our own code made what is kept.

Enters: nothing. Leaves: a checksum. Must hold: a change of any code that reads, compiles or answers gives another one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOMS = ("configs", "kbuild", "model", "toolchain")


@cache
def own_code(*more: str) -> str:
    """A checksum of the code that makes programs, and of `more` rooms, so that nothing of another version is taken for
    ours."""
    digest = hashlib.sha256()
    for room in (*_ROOMS, *more):
        for path in sorted((Path(__file__).parents[1] / room).glob("*.[ptl][yoa]*")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
