"""A tree on its way to other machines.

Enters: a root, a folder to pack in. Leaves: its checksum, and its archive in pieces. Must hold: it is packed once, when
the first who lacks it asks, into a file without a name that goes with this process.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import ToolchainError
from analyzer.pipeline.opening import Progress
from analyzer.trees import content

_PIECE = 4 << 20


class TreeArchive:
    """A tree, by what it holds."""

    def __init__(self, root: Path, scratch: Path, progress: Progress) -> None:
        """Raises InputError for a tree with pipes or devices in it, ToolchainError where it cannot be read."""
        self._root = root
        self._scratch = scratch
        self._progress = progress
        self._packed: BinaryIO | None = None
        progress("reading the tree", 0, 1)
        try:
            self.checksum = content.checksum(root)
        except OSError as error:
            raise ToolchainError(f"cannot read {root}: {error.strerror or error}") from error

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """The archive from its beginning: where each piece belongs, and the piece. Raises ToolchainError where it
        cannot be packed."""
        packed = self._pack()
        size = os.fstat(packed.fileno()).st_size
        for offset in range(0, size, _PIECE):
            yield offset, os.pread(packed.fileno(), _PIECE, offset)

    def close(self) -> None:
        """Give back the room that the archive takes."""
        if self._packed is not None:
            self._packed.close()

    def _pack(self) -> BinaryIO:
        if self._packed is None:
            self._progress("packing the tree", 0, 1)
            try:
                self._scratch.mkdir(parents=True, exist_ok=True)
                self._packed = tempfile.TemporaryFile(dir=self._scratch)  # noqa: SIM115 (`close` closes it)
                content.pack(self._root, self._packed)
                self._packed.flush()
            except OSError as error:
                raise ToolchainError(f"cannot pack {self._root}: {error.strerror or error}") from error
        return self._packed
