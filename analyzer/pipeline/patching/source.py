"""A series from where it lies: a file, a folder of patches, standard input.

Enters: what the user calls it. Leaves: a `Series`. Must hold: patches come in the order in which they apply: as quilt's
`series` says, else by name, as git format-patch numbers them; what is read is bounded, and noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analyzer import documents, series
from analyzer.configs.inputs import STDIN, Inputs
from analyzer.errors import InputError, SourceError
from analyzer.model.series import Series
from analyzer.noted import note

_QUILT = "series"
_PATCH = (".patch", ".diff", ".mbox", ".eml", ".txt")
_COMMENT = re.compile(r"(^|\s)#.*")
_LEVEL = re.compile(r"-p(\d+|ab)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A patch of a folder; `reverse` where quilt takes it back."""

    path: Path
    reverse: bool = False


def read_source(source: str, inputs: Inputs) -> Series:
    """The series of a file, a folder of patches, or of standard input (`-`). Raises InputError when it can't be read,
    and what series.read raises."""
    is_folder = source != STDIN and documents.is_folder(source)
    return _folder(Path(source)) if is_folder else _file(Path(source), inputs)


def _file(path: Path, inputs: Inputs) -> Series:
    if str(path) == STDIN:
        name = "<stdin>"
        return series.read(series.decode(inputs.read(STDIN), name), name)
    return series.read(series.decode(_data(path), str(path)), str(path))


def _data(path: Path) -> bytes:
    try:
        return documents.read_regular(path, series.MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None


def _folder(folder: Path) -> Series:
    found: list[Series] = []
    for listed in _listed(folder):
        data = _data(listed.path)
        if not data.strip():
            continue
        one = series.read(series.decode(data, str(listed.path)), str(listed.path))
        found.append(series.reversed_series(one) if listed.reverse else one)
    if not any(one.patches for one in found):
        raise InputError(f"{folder}: no patches in this folder", hint="name files *.patch, or list them in `series`")
    return series.joined(found, str(folder))


def is_folder_of_patches(folder: Path) -> bool:
    """Whether a folder holds patches rather than a tree."""
    note(folder)
    return documents.is_file(folder / _QUILT) or any(path.suffix in _PATCH[:2] for path in folder.iterdir())


def _listed(folder: Path) -> Iterator[_Listed]:
    if documents.is_file(folder / _QUILT):
        yield from _quilt(folder)
        return
    note(folder)
    for path in sorted(folder.iterdir()):
        if path.suffix in _PATCH and not path.name.startswith(".") and documents.is_file(path):
            yield _Listed(path=path)


def _quilt(folder: Path) -> Iterator[_Listed]:
    """The lines of quilt's `series`: a name, how it is to be applied, comments. How many folders to leave off (-pN) a
    patch tells by itself, beside the tree."""
    path = folder / _QUILT
    for number, line in enumerate(documents.read_text(path).split("\n"), 1):
        name, *options = _COMMENT.sub("", line).split() or [""]
        if not name:
            continue
        wrong = [one for one in options if one != "-R" and not _LEVEL.fullmatch(one)]
        if wrong:
            raise SourceError(f"what is {wrong[0]}?", path=str(path), lineno=number, hint="-pN and -R are known")
        if not documents.is_file(folder / name):
            raise SourceError(f"no patch {name} in this folder", path=str(path), lineno=number)
        yield _Listed(path=folder / name, reverse="-R" in options)
