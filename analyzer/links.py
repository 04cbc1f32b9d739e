"""Folders of links, which stand for a tree in which some files are others.

Enters: a tree, new texts for some of its files, a folder to be made. Leaves: that folder, which reads and builds as the
tree would with these files. Must hold: the tree is not touched; only the folders on the way to a changed file are real
ones, everything else is a link into the tree; who asks whether a path lies within such a folder is told yes of what it
links to, and only of folders that this process made: no tree can have its own links trusted.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

_behind: dict[str, str] = {}
"""The trees that folders of ours stand for, by their own real paths."""


def link(tree: Path, texts: Mapping[str, str | None], folder: Path) -> None:
    """Make `folder`, which is not there yet, stand for `tree` with `texts` of files instead (None: no such file).
    Raises OSError."""
    root = Path(os.path.realpath(tree))
    real = {""}.union(*map(_above, texts))
    for below in sorted(real):
        (folder / below).mkdir(parents=True, exist_ok=True)
        for entry in (root / below).iterdir() if (root / below).is_dir() else ():
            path = f"{below}/{entry.name}" if below else entry.name
            if path not in texts and path not in real:
                os.symlink(f"{root}/{path}", f"{folder}/{path}")  # noqa: PTH211 (called for each of many thousands)
    for path, text in texts.items():
        if text is not None:
            (folder / path).write_bytes(text.encode("utf-8", "surrogateescape"))
            if (root / path).is_file():
                shutil.copymode(root / path, folder / path)
                (folder / path).chmod((folder / path).stat().st_mode | 0o600)
    for below in sorted(real - {""}, reverse=True):
        # A folder whose files are all taken away is one no longer.
        if not any((folder / below).iterdir()):
            (folder / below).rmdir()
    _behind[os.path.realpath(folder)] = str(root)


def forget(folder: Path) -> None:
    """`folder` stands for nothing any longer."""
    _behind.pop(os.path.realpath(folder), None)


def behind(folder: Path) -> str | None:
    """The real path of the tree that a folder of ours stands for; None for any other."""
    return _behind.get(os.path.realpath(folder)) if _behind else None


def tops(root: Path | str) -> tuple[str, ...]:
    """The real paths below which lies what lies within `root`: its own, and the one that it stands for."""
    own = os.path.realpath(root)
    return (own, _behind[own]) if own in _behind else (own,)


def lies_within(real: str, root: Path) -> bool:
    """Whether a real path is `root`, or lies within it."""
    return any(real == top or real.startswith(top + os.sep) for top in tops(root))


def original(path: str) -> str:
    """Where a path through a folder of ours lies in the tree that it stands for; any other as it is."""
    for top, tree in _behind.items():
        if path == top or path.startswith(top + os.sep):
            return tree + path[len(top) :]
    return path


def walk(root: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """As os.walk, through links of ours as well: what the tree itself links to is not followed."""
    own = os.path.realpath(root)
    ours = original(own) != own
    for folder, folders, names in os.walk(root):
        yield folder, folders, names
        for path in (Path(folder, name) for name in folders if ours):
            if path.is_symlink() and not path.readlink().is_symlink():
                yield from os.walk(path)


def _above(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path
