"""The makefiles of a tree.

Enters: a tree's root. Leaves: parsed makefiles, and which files there are. Must hold: nothing outside the root is read
or seen, whatever links the tree holds, no device, nothing larger than the bound; a file is parsed once.
"""

from __future__ import annotations

import errno
import glob
import os
import posixpath
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from analyzer import links
from analyzer.documents import read_regular
from analyzer.errors import SourceError
from analyzer.kbuild.parsed import Parsed
from analyzer.kbuild.syntax import Statement

LIMIT = 8 << 20
"""Bytes. The largest makefile of 6.12 has 80 kB."""
_WILD = re.compile(r"[*?\[]")


class Sources:
    """The makefiles of one tree, each parsed when it is first asked for and kept, for as many configs as follow;
    `parsed` knows what was parsed before."""

    def __init__(self, root: Path, parsed: Parsed | None = None) -> None:
        self.root = root
        self.parsed = parsed or Parsed()
        self._real = os.path.realpath(root)
        self._tops = tuple(f"{top}{os.sep}" for top in links.tops(root))
        self._parsed: dict[str, tuple[Statement, ...] | SourceError] = {}
        self._kinds: dict[str, int] = {}
        self._folders: dict[str, bool] = {}
        self._listed: set[str] = set()

    @property
    def looked_at(self) -> Iterator[str]:
        """Every file and folder that was read, listed or looked for so far, there or not."""
        paths = {*self._parsed, *self._kinds, *self._listed}
        return (os.path.join(self.root, path) for path in paths)  # noqa: PTH118 (called for each of thousands)

    def statements(self, path: str) -> tuple[Statement, ...]:
        """A makefile's statements. Raises SourceError when it cannot be read or is none."""
        found = self._parsed.get(path)
        if found is None:
            try:
                found = self.parsed.statements(self._text(path), path)
            except SourceError as error:
                found = error
            self._parsed[path] = found
        if isinstance(found, SourceError):
            raise found
        return found

    def lines(self, path: str) -> list[str]:
        """The lines of any text file. Raises SourceError."""
        return self._text(path).split("\n")

    def listed(self) -> Iterator[tuple[str, list[str]]]:
        """Every folder of the tree, `.` first, with the names of its files; links to folders are not followed."""
        for folder, below, names in links.walk(Path(self._real)):
            below[:] = sorted(name for name in below if not name.startswith("."))
            yield os.path.relpath(folder, self._real), names

    def is_file(self, path: str) -> bool:
        """Whether `path` is a regular file of the tree."""
        return stat.S_ISREG(self._kind(path))

    def exists(self, path: str) -> bool:
        """Whether `path` is a file or folder of the tree."""
        return bool(self._kind(path))

    def relative(self, path: str) -> str:
        """`path` below the root, when it names a place in it by the root's full name; else `path`."""
        top = f"{self.root}{os.sep}"
        return path.removeprefix(top) if path.startswith(top) else path

    def wildcard(self, patterns: str) -> str:
        """The files and folders that match, as $(wildcard …) gives them: each pattern's in order of name."""
        return " ".join(name for pattern in patterns.split() for name in self._matching(pattern))

    def _matching(self, pattern: str) -> list[str]:
        if not _WILD.search(pattern):
            return [pattern] if self._kind(pattern) else []
        if (below := self.relative(pattern)) != pattern:
            return [f"{self.root}{os.sep}{name}" for name in self._matching(below)]
        if posixpath.isabs(pattern) or ".." in pattern.split("/"):
            return []
        # What a pattern leaves open is what lies in the folders before it.
        parts = pattern.split("/")
        found = [""]
        for part in parts:
            if _WILD.search(part):
                self._listed.update(found)
                found = [
                    f"{folder}{name}"
                    for folder in found
                    for name in glob.glob(part, root_dir=self.root / folder)  # noqa: PTH207
                ]
            else:
                found = [f"{folder}{part}" for folder in found]
            found = [f"{name}/" for name in found if self._kind(name)]
        return sorted(name.removesuffix("/") for name in found)

    def _kind(self, path: str) -> int:
        """The st_mode of a file or folder in the tree, 0 when there is none."""
        found = self._kinds.get(path)
        if found is None:
            found = 0
            if self._inside(path):
                try:
                    found = os.stat(os.path.join(self._real, path)).st_mode  # noqa: PTH116, PTH118
                except (OSError, ValueError):
                    found = 0
            self._kinds[path] = found
        return found

    def _inside(self, path: str) -> bool:
        """Whether `path` lies in the tree, links followed."""
        if "\0" in path:
            # No file system has such a name, and Python raises ValueError for it.
            return False
        full = os.path.normpath(os.path.join(self._real, path))  # noqa: PTH118
        folder = os.path.dirname(full)  # noqa: PTH120
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._lies_inside(folder) or full == self._real
        if not known or not os.path.islink(full):  # noqa: PTH114
            return known
        return os.path.realpath(full).startswith(self._tops)

    def _lies_inside(self, folder: str) -> bool:
        parent = os.path.dirname(folder)  # noqa: PTH120
        if parent != self._real and self._folders.get(parent) and not os.path.islink(folder):  # noqa: PTH114
            return True
        real = os.path.realpath(folder)
        return f"{real}{os.sep}".startswith(self._tops)

    def _text(self, path: str) -> str:
        if not self._inside(path):
            raise SourceError("leads outside the tree", path=path)
        if not self.is_file(path):
            raise SourceError("missing, or no regular file", path=path)
        try:
            data = read_regular(os.path.join(self._real, path), LIMIT)  # noqa: PTH118
        except OSError as error:
            if error.errno == errno.EFBIG:
                raise SourceError(f"larger than {LIMIT >> 20} MiB", path=path) from None
            raise SourceError(error.strerror or str(error), path=path) from error
        return data.decode("utf-8", "surrogateescape")
