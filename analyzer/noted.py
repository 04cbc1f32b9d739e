"""What an answer rests on, noted while it is worked out.

Enters: every path that is read, listed or looked for, and every name of a program. Leaves: a `Noted`. Must hold: who
reads something that may be another thing next time notes it, also where it was not there; nothing is noted that nobody
listens to. `documents` notes what it opens or looks for, so that only what is listed needs a line of its own.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from analyzer import links


@dataclass(slots=True)
class Noted:
    """What was looked at since `began` (nanoseconds since 1970): `paths` (absolute) of files and folders, there or not;
    `programs`, each with the PATH that it was looked for on; `fleeting` where something was read that nobody can look
    at again, such as a pipe."""

    paths: set[str] = field(default_factory=set)
    programs: set[tuple[str, str]] = field(default_factory=set)
    fleeting: bool = False
    began: int = field(default_factory=time.time_ns)

    def again(self) -> None:
        """Note all of it once more, for something that is made of what was read then."""
        for outer in _listening[-1:]:
            outer.paths |= self.paths
            outer.programs |= self.programs
            outer.fleeting |= self.fleeting
            outer.began = min(outer.began, self.began)


_listening: list[Noted] = []


@contextmanager
def noting() -> Iterator[Noted]:
    """Note what is looked at from here on. Who noted before notes it as well."""
    noted = Noted()
    _listening.append(noted)
    try:
        yield noted
    finally:
        _listening.pop()
        noted.again()


@contextmanager
def unnoted() -> Iterator[None]:
    """Look at what no answer rests on."""
    _listening.append(Noted())
    try:
        yield
    finally:
        _listening.pop()


def note(*paths: Path | str) -> None:
    """These files or folders are looked at, whether they are there or not; of a folder its names are."""
    if _listening:
        _listening[-1].paths.update(map(_absolute, paths))


def note_all(paths: Iterable[str], programs: Iterable[tuple[str, str]]) -> None:
    """Something is used that rests on all these (absolute paths; programs, each with a PATH)."""
    if _listening:
        _listening[-1].paths.update(map(links.original, paths))
        _listening[-1].programs.update(programs)


def note_fleeting() -> None:
    """Something is read that nobody can look at again."""
    if _listening:
        _listening[-1].fleeting = True


def which(program: str, path: str | None = None) -> str | None:
    """As shutil.which, noted."""
    if _listening:
        _listening[-1].programs.add((program, os.environ.get("PATH", os.defpath) if path is None else path))
    return shutil.which(program, path=path)


def _absolute(path: Path | str) -> str:
    text = str(path)
    # Not normalized: what .. behind a link means is the file system's to say.
    whole = text if text.startswith("/") else f"{os.getcwd()}/{text}"  # noqa: PTH109
    return links.original(whole)
