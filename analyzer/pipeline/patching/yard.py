"""Where both sides of a series are built in turn, so that make compiles again only what it changed.

Enters: `Sides` made for builds (`deep`), a scratch folder. Leaves: a folder that reads as one of the sides, always the
same one, so that builds of both share make's O=. Must hold: what make was told is newer than it is: a file of the
folder that was ever another is a real one, written again whenever it changes, and anew in every run.

A file that was taken back would otherwise be as old as it ever was, and the objects made of the other text would stay.
Where headers come or go, that side has a folder of its own: a header that takes another's place in the compiler's
search is nowhere in the lists of what an object was made of.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from analyzer import documents, links
from analyzer.errors import FolderBusy
from analyzer.pipeline.patching.sides import Sides

_WRITTEN = "written"


class Yard:
    """The folders of a series in `place`. `both` needs two real trees."""

    def __init__(self, both: Sides, place: Path) -> None:
        self._both = both
        self._place = place
        self._stands: dict[Path, int] = {}

    def root(self, side: int) -> Path:
        """A folder that reads as `side` (0: before, 1: after) until it is asked for the other. Raises OSError."""
        request = (self._both.before, self._both.after)[side]
        assert request.root is not None
        if self._both.form == "tree":
            return request.root
        folder = self._place / _called(self._headers(side))
        if folder not in self._stands:
            self._lay_out(folder, request.root, side)
        elif self._stands[folder] != side:
            for path, text in self._texts(side).items():
                _write(folder / path, text)
        self._stands[folder] = side
        return folder

    def _texts(self, side: int) -> Mapping[str, bytes | None]:
        return {
            one.path: None if text is None else text.encode("utf-8", "surrogateescape")
            for one in self._both.changes
            for text in (((one.before, one.after)[side]),)
        }

    def _headers(self, side: int) -> list[tuple[str, bool]]:
        """The headers that one side has and the other has not, and whether it is this one."""
        return [
            (one.path, (one.before, one.after)[side] is not None)
            for one in self._both.changes
            if one.path.endswith(".h") and (one.before is None) != (one.after is None)
        ]

    def _lay_out(self, folder: Path, tree: Path, side: int) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        # make asks git for a version, and finds every file changed.
        links.link(tree, {".git": None}, folder, deep=True)
        links.forget(folder)
        noted = folder.with_name(f"{folder.name}.{_WRITTEN}")
        before = documents.read_text(noted).splitlines() if noted.is_file() else []
        texts = self._texts(side)
        every = dict.fromkeys((*before, *texts))
        noted.write_text("".join(f"{path}\n" for path in every), "utf-8", "surrogateescape")
        for path in every:
            # What a series long gone has changed may have left objects behind.
            there = (tree / path).read_bytes() if (tree / path).is_file() else None
            _write(folder / path, texts.get(path, there), like=tree / path)


@contextmanager
def yard(both: Sides, scratch: Path) -> Iterator[Yard]:
    """The yard of a tree below `scratch`, ours alone as long as the `with` lasts. Raises FolderBusy where another
    process builds a series on the same tree, OSError."""
    roots = [links.behind(one.root) or str(one.root) for one in (both.before, both.after) if one.root is not None]
    place = (
        scratch.absolute() / f"series-{hashlib.sha256(roots[0].encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
    )
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait for it to end, or take another scratch folder"
            raise FolderBusy(f"another process builds a series in {place}", hint=hint) from None
        yield Yard(both, place)


def _called(headers: list[tuple[str, bool]]) -> str:
    return f"tree-{hashlib.sha256(repr(headers).encode()).hexdigest()[:12]}" if headers else "tree"


def _write(path: Path, text: bytes | None, like: Path | None = None) -> None:
    """A real file with this text, in the place of a link; none where there is no text."""
    mode = path.stat().st_mode if path.exists() else like.stat().st_mode if like is not None and like.exists() else None
    path.unlink(missing_ok=True)
    if text is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    if mode is not None:
        path.chmod(mode & 0o777 | 0o600)
