"""Which names of a patch are meant, beside a tree.

Enters: patches with the names that they give, what reads a file of the tree. Leaves: patches with names of the tree.
Must hold: a name that leads out of the tree is refused, with its line; all files of a patch are named alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analyzer.errors import SourceError
from analyzer.model.patching import FilePatch, Patch
from analyzer.series import Read

_MOST = 4
"""Folders that may stand before the tree's own."""


def settled(patches: Sequence[Patch], read: Read) -> tuple[Patch, ...]:
    """The patches with as many leading folders left off as it takes to find a file of the tree, as patch -pN does it
    when told. Raises SourceError for a name that leads out of the tree."""
    made: set[str] = set()
    found: list[Patch] = []
    for patch in patches:
        level = _level(patch, read, made)
        files = tuple(_stripped(file, level, patch.name) for file in patch.files)
        made.update(file.path for file in files)
        found.append(replace(patch, files=files))
    return tuple(found)


def _level(patch: Patch, read: Read, made: set[str]) -> int:
    """How many folders are left off; 0 where no file of the patch is found either way."""
    for level in range(_MOST + 1):
        for path in _named(patch):
            short = _without(path, level)
            if short and not _leads_out(short) and (short in made or read(short) is not None):
                return level
    return 0


def _named(patch: Patch) -> Iterator[str]:
    """The names of files that should be there before, then those that may be there already."""
    yield from (file.old_path or file.path for file in patch.files if file.kind != "added")
    yield from (file.path for file in patch.files)


def _stripped(file: FilePatch, level: int, name: str) -> FilePatch:
    path, old = _without(file.path, level), file.old_path and _without(file.old_path, level)
    if any(_leads_out(one) for one in (path, old or path)):
        raise SourceError(f"{file.path} leads out of the tree", path=name, lineno=file.line)
    hunks = tuple(replace(hunk, path=path, old_path=old or path) for hunk in file.hunks)
    return replace(file, path=path, old_path=old, hunks=hunks)


def _without(path: str, level: int) -> str:
    parts = path.split("/")
    return "/".join(parts[level:]) if level < len(parts) else path


def _leads_out(path: str) -> bool:
    parts = path.split("/")
    return not path or path.startswith("/") or ".." in parts or parts[0] == ".git"
