"""Where both sides of a series are built in turn, so that make compiles again only what it changed.

Enters: `Sides`, a scratch folder. Leaves: a folder that reads as one of the sides, always the same one, so that builds
of both share make's O=. Must hold: all its folders are real and its files links into the tree, so that a path with
`..` behind a folder meets the files of the series too: what a compiler includes. What make was told is newer than it
is: a file of the folder that was ever another is a real one, written again whenever it changes, and anew in every run.

A file that was taken back would otherwise be as old as it ever was, and the objects made of the other text would stay.
Where headers come or go, that side has a folder of its own: a header that takes another's place in the compiler's
search is nowhere in the lists of what an object was made of.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from analyzer import links
from analyzer.pipeline.patching.sides import Sides
from analyzer.sizes.build import locked

_WRITTEN = "written"
_Texts = Mapping[str, bytes | None]


class Yard:
    """The folders of a series in `place`. `both` needs two real trees."""

    def __init__(self, both: Sides, place: Path) -> None:
        self._place = place
        self._roots = tuple(request.root for request in (both.before, both.after) if request.root is not None)
        self._is_series = both.form != "tree"
        self._texts = tuple(map(_texts_of, self._roots)) if self._is_series else ()
        self._stands: dict[Path, int] = {}

    def root(self, side: int) -> Path:
        """A folder that reads as `side` (0: before, 1: after) until it is asked for the other. Raises OSError."""
        if not self._is_series:
            return self._roots[side]
        folder = self._place / _called(self._headers(side))
        if folder not in self._stands:
            self._lay_out(folder, side)
        elif self._stands[folder] != side:
            for path in {**self._texts[0], **self._texts[1]}:
                old, new = (self._text(path, at) for at in (self._stands[folder], side))
                if old != new:
                    self._write(folder, path, side)
        self._stands[folder] = side
        return folder

    @property
    def _tree(self) -> Path:
        return Path(links.original(os.path.realpath(self._roots[0])))

    def _text(self, path: str, side: int) -> bytes | None:
        """A file of a side; None where it has none."""
        if path in self._texts[side]:
            return self._texts[side][path]
        own = self._tree / path
        return own.read_bytes() if own.is_file() else None

    def _headers(self, side: int) -> list[tuple[str, bool]]:
        """The headers that one side has and the other has not, and whether it is this one."""
        paths = sorted(path for path in {**self._texts[0], **self._texts[1]} if path.endswith(".h"))
        there = {path: [self._text(path, at) is not None for at in (0, 1)] for path in paths}
        return [(path, has[side]) for path, has in there.items() if has[0] != has[1]]

    def _lay_out(self, folder: Path, side: int) -> None:
        """Make, or mend, a folder."""
        noted = folder.with_name(f"{folder.name}.{_WRITTEN}")
        # What a series long gone has changed may have left objects behind.
        before = noted.read_text("utf-8", "surrogateescape").splitlines() if noted.is_file() else []
        every = dict.fromkeys((*before, *self._texts[0], *self._texts[1]))
        noted.parent.mkdir(parents=True, exist_ok=True)
        # Half a note, and a text of an older series would stay for the tree's own.
        fresh = noted.with_suffix(".new")
        fresh.write_text("".join(f"{path}\n" for path in every), "utf-8", "surrogateescape")
        fresh.replace(noted)
        _fit(folder, self._tree, besides=self._place.parent)
        for path in every:
            self._write(folder, path, side)

    def _write(self, folder: Path, path: str, side: int) -> None:
        """A real file as a side has it, in the place of whatever is there."""
        text, place = self._text(path, side), folder / path
        # A folder of the tree may have come in the place of what an older series brought.
        if place.is_symlink() or place.is_file():
            place.unlink()
        if text is None:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text)
        if (self._tree / path).is_file():
            place.chmod((self._tree / path).stat().st_mode & 0o777 | 0o600)


@contextmanager
def yard(both: Sides, scratch: Path) -> Iterator[Yard]:
    """The yard of a tree below `scratch`, ours alone as long as the `with` lasts. Raises FolderBusy where another
    process builds a series on the same tree, OSError."""
    tree = links.original(os.path.realpath(both.before.root or ""))
    place = scratch.absolute() / f"series-{hashlib.sha256(tree.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
    with locked(place, "builds a series"):
        yield Yard(both, place)


def _texts_of(root: Path) -> _Texts:
    """What a folder of links has otherwise than its tree: files, and None for those that it has not; nothing of a tree
    itself."""
    own = os.path.realpath(root)
    tree = links.original(own)
    found: dict[str, bytes | None] = {}
    # Only the folders on the way to such a file are real.
    for here, folders, names in os.walk(own) if tree != own else ():
        below = os.path.relpath(here, own)
        for name in names:
            if not Path(here, name).is_symlink():
                found[os.path.normpath(f"{below}/{name}")] = Path(here, name).read_bytes()
        there = Path(tree, below)
        for gone in {one.name for one in there.iterdir()} - {*folders, *names} if there.is_dir() else ():
            inside = (there / gone).rglob("*") if (there / gone).is_dir() else (there / gone,)
            found.update((one.relative_to(tree).as_posix(), None) for one in inside if one.is_file())
    return found


def _fit(folder: Path, tree: Path, besides: Path) -> None:
    """Have `folder` link to all files of `tree`, whatever it was, but for those of `besides`; what is a real file there
    stays one."""
    left_out = os.path.realpath(besides)
    for here, folders, names in os.walk(tree):
        # make asks git for a version, and would find every file changed.
        folders[:] = [name for name in folders if name != ".git" and os.path.realpath(f"{here}/{name}") != left_out]
        place = folder / os.path.relpath(here, tree)
        if place.is_symlink() or place.is_file():
            place.unlink()
        place.mkdir(parents=True, exist_ok=True)
        with os.scandir(place) as entries:
            there = {one.name: one for one in entries}
        linked = [name for name in folders if Path(here, name).is_symlink()]
        wanted = {name: f"{here}/{name}" for name in (*linked, *names) if name != ".git"}
        for name, one in there.items():
            if one.is_dir(follow_symlinks=False):
                if name in wanted or name not in folders:
                    shutil.rmtree(one.path)
            elif one.is_symlink() and name in wanted and Path(one.path).readlink() == Path(wanted[name]):
                del wanted[name]
            elif one.is_symlink() or name not in wanted:
                Path(one.path).unlink()
            else:
                # A text of a series, which is written anew.
                del wanted[name]
        for name, target in wanted.items():
            os.symlink(target, f"{place}/{name}")  # noqa: PTH211 (called for each of many thousands)


def _called(headers: list[tuple[str, bool]]) -> str:
    return f"tree-{hashlib.sha256(repr(headers).encode()).hexdigest()[:12]}" if headers else "tree"
