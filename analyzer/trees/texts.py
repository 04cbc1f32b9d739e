"""Reads text files of a tree, with a bound on their size.

Enters: a folder and a path below it. Leaves: the text. Must hold: nothing outside the folder is read, whatever links
the tree holds, and never more than the bound; a device or a pipe is not opened.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from analyzer import links
from analyzer.documents import read_regular
from analyzer.errors import SourceError
from analyzer.noted import note

LIMIT = 4 << 20
"""Bytes. The largest file read here is the top Makefile, about 70 kB in 6.12."""


def is_file_within(root: Path, relative: str) -> bool:
    """Whether `relative` is a regular file that really lies in `root`, links followed."""
    path = root / relative
    note(path)
    # Most names that are asked for are no files (some too long for one, where a Path would raise); that is soon told.
    return os.path.isfile(path) and links.lies_within(os.path.realpath(path), root)  # noqa: PTH113


def read_within(root: Path, relative: str) -> str:
    """The text of `root/relative`; bytes that are no UTF-8 are kept as surrogates.

    Raises SourceError when it is missing, no regular file, outside of `root` or larger than `LIMIT`.
    """
    if "\0" in relative:
        raise SourceError("missing, or no regular file", path=relative)
    note(root / relative)
    path = (root / relative).resolve()
    if not links.lies_within(str(path), root):
        raise SourceError("leads outside the tree", path=relative)
    try:
        data = read_regular(path, LIMIT)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise SourceError(f"larger than {LIMIT >> 20} MiB", path=relative) from None
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EINVAL, errno.ENXIO):
            raise SourceError("missing, or no regular file", path=relative) from None
        raise SourceError(error.strerror or str(error), path=relative) from error
    return data.decode("utf-8", "surrogateescape")
