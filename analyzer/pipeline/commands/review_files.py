"""Which of the files that something rests on are the same in two trees.

Enters: the roots of two trees, what was noted of the first. Leaves: which of it differs. Must hold: a folder
counts by the names in it, a file by its content, and what is in neither as the same.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from analyzer.noted import Noted
from analyzer.trees import bundled_root

_BLOCK = 1 << 20


class Same:
    """Files of one tree held against those of another, each once."""

    def __init__(self, before: Path | None, after: Path | None) -> None:
        before, after = (root if root is not None else bundled_root() for root in (before, after))
        self._roots = os.path.realpath(before), os.path.realpath(after)
        self._inside = tuple(dict.fromkeys(f"{path}/" for path in (before, after, *self._roots)))
        self._known: dict[str, bool] = {}

    def differing(self, noted: Noted, kconfig: Collection[str]) -> Iterator[str]:
        """What was noted of the first tree and is another in the second, relative to the root; `kconfig` are the files
        that its Kconfig is made of."""
        for path in sorted(noted.paths):
            # What is read through a folder of links is noted as what it leads to.
            inside = next((inside for inside in self._inside if path.startswith(inside)), None)
            if inside is None or self.same(name := path.removeprefix(inside)):
                continue
            # Nobody but Kconfig reads such a file; of others it was asked only whether they are there.
            looked_for = Path(name).name.startswith("Kconfig") and name not in kconfig
            if not looked_for or not all(Path(root, name).exists() for root in self._roots):
                yield name

    def same(self, path: str) -> bool:
        """Whether a file or folder, relative to the root, is the same in both."""
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = _alike(*(f"{root}/{path}" for root in self._roots))
        return found


def _alike(a: str, b: str) -> bool:
    try:
        one = os.stat(a)  # noqa: PTH116 (thousands of files)
    except OSError:
        return not os.path.lexists(b)
    try:
        other = os.stat(b)  # noqa: PTH116
    except OSError:
        return False
    if (one.st_ino, one.st_dev) == (other.st_ino, other.st_dev):
        return True
    if os.path.isdir(a) or os.path.isdir(b):  # noqa: PTH112
        return os.path.isdir(a) and os.path.isdir(b) and set(os.listdir(a)) == set(os.listdir(b))  # noqa: PTH112, PTH208
    if one.st_size != other.st_size:
        return False
    with open(a, "rb") as mine, open(b, "rb") as theirs:  # noqa: PTH123
        while block := mine.read(_BLOCK):
            if block != theirs.read(_BLOCK):
                return False
    return True
