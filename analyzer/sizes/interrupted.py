"""What a build that was killed may have left half made.

Enters: the folder of a build, and O= in it. Leaves: O= without what the last build was making when it was killed. Must
hold: make takes a file for whole that is newer than what it is made from, and removes a half only where it is told to
end, not where it is killed; so what a killed build wrote is made again, however far it had come. Names that make looks
up by their times stay: include/, where conf touches a file for each symbol that changed, the records (.NAME.cmd) and
the .config.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MARK = "unfinished"
_KEPT = "include"


@contextmanager
def marked(place: Path, out: Path) -> Iterator[None]:
    """While a build runs in `out`, `place` says so; where it says so before, the one that said it was killed."""
    mark = place / _MARK
    with suppress(FileNotFoundError):
        _remove_since(out, mark.stat().st_mtime_ns)
    mark.unlink(missing_ok=True)
    mark.touch()
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def _remove_since(out: Path, moment: int) -> None:
    for folder, folders, names in os.walk(out):
        folders[:] = [name for name in folders if name != _KEPT]
        for name in names:
            if name.endswith(".cmd") or name.startswith(".config"):
                continue
            path = Path(folder, name)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_mtime_ns >= moment:
                path.unlink()
