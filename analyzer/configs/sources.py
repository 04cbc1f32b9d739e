"""The Kconfig files of one tree, as text.

Enters: a SourceTree, and paths as `source` names them. Leaves: the text of a file. Must hold: no file outside the tree
is read, no device, nothing larger than `MAX_FILE_BYTES`, and all of them together stay within bounds.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from analyzer import links
from analyzer.documents import read_regular
from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.tree import SourceTree

MAX_FILE_BYTES = 8 << 20
"""No Kconfig file of any kernel comes near (the largest of 6.12 has 100 kB); a larger one is refused, in bytes."""

_LONGEST = 4096
"""Characters of a path that leads anywhere."""

MAX_FILES = 20_000
MAX_BYTES = 64 << 20
"""How many files a tree may source, of how many bytes together."""


class Sources:
    """Opens the files of one parse and counts them."""

    def __init__(self, tree: SourceTree) -> None:
        self._root = Path(os.path.realpath(tree.root))
        self._tops = tuple(map(Path, links.tops(self._root)))
        self._overlay = {os.path.realpath(self._root / path): text for path, text in tree.overlay.items()}
        self._folders: dict[str, str] = {"": str(self._root)}
        self._count = 0
        self._bytes = 0

    def _real(self, name: str) -> str:
        """Where a file or folder lies once all links are followed. Most lie beside others, so each folder is followed
        once."""
        folder, _, last = name.rpartition("/")
        if last in ("", ".", "..") or name[0] == "/" or "\0" in name or len(name) > _LONGEST:
            return os.path.realpath(self._root / name)
        if (real := self._folders.get(folder)) is None:
            real = self._folders[folder] = self._real(folder)
        found = f"{real}/{last}"
        return os.path.realpath(found) if os.path.islink(found) else found  # noqa: PTH114 (a Path for each costs more)

    def read(self, name: str, source: Location) -> str:
        """The text of the file that `source` names. Raises SourceError, at that line, for what may not be read."""

        def refuse(message: str, hint: str = "") -> SourceError:
            return SourceError(message, path=source.path, lineno=source.line, hint=hint)

        shown = name or "the tree's own folder"
        try:
            real = Path(self._real(name))
        except (OSError, ValueError) as error:
            raise refuse(f"cannot read {shown}: {error}") from None
        if (text := self._overlay.get(str(real))) is not None:
            return text
        if not any(real == top or top in real.parents for top in self._tops):
            raise refuse(f"{shown} is outside the tree", hint="nothing outside the tree is read")
        try:
            data = read_regular(real, MAX_FILE_BYTES)
        except FileNotFoundError:
            raise refuse(f"source of {shown}, which does not exist") from None
        except OSError as error:
            raise refuse(_reason(shown, error)) from None
        self._count += 1
        self._bytes += len(data)
        if self._count > MAX_FILES or self._bytes > MAX_BYTES:
            raise refuse("too many files are sourced", hint="no kernel has a tenth of that")
        if b"\0" in data:
            raise SourceError("this is a binary file, not Kconfig", path=name)
        return data.decode("utf-8", "surrogateescape")


def _reason(shown: str, error: OSError) -> str:
    if error.errno in (errno.EISDIR, errno.EINVAL):
        return f"{shown} is not a regular file"
    if error.errno == errno.EFBIG:
        return f"{shown} has more than {MAX_FILE_BYTES} bytes, more than any Kconfig file"
    return f"cannot read {shown}: {error.strerror or error}"
