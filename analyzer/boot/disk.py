"""The disk that a guest gets.

Enters: a file system's name. Leaves: the file of an image. Must hold: what the guest looks for stands in it; nothing is
mounted here, and no rights are needed.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import ToolchainError, UsageError, nearest

TOKEN = "kweigh reads this"
"""What stands in the file `token`, or at the beginning of a disk without a file system."""
_SIZE = 8 << 20
_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Maker:
    program: str
    package: str
    arguments: tuple[str, ...]


_UUID = "6b776569-6768-4000-8000-000000000000"
_EXT = ("-q", "-F", "-U", _UUID, "-d", "{folder}", "{image}")
# Readable by a kernel that can no more than it must: zlib alone, no extended attributes.
_SQUASH = ("-noappend", "-quiet", "-comp", "gzip", "-no-xattrs", "-all-root")
_MAKERS = {
    "ext4": _Maker(program="mkfs.ext4", package="e2fsprogs", arguments=_EXT),
    "ext2": _Maker(program="mkfs.ext2", package="e2fsprogs", arguments=_EXT),
    "squashfs": _Maker(program="mksquashfs", package="squashfs-tools", arguments=("{folder}", "{image}", *_SQUASH)),
}
"""How file systems are made of a folder, by the name that mount(2) knows."""


def known(fs: str) -> None:
    """Raises UsageError for a file system that kweigh makes none of."""
    if fs not in _MAKERS:
        raise UsageError(
            f"no disk with {fs} is made here", hint=nearest(fs, _MAKERS) or f"there is {', '.join(_MAKERS)}"
        )


def check(fs: str) -> None:
    """Raises as `known`, and ToolchainError where the program is missing on this machine."""
    known(fs)
    _program(_MAKERS[fs])


def make(image: Path, fs: str, token: str = TOKEN) -> None:
    """Make a disk; with `fs` "" its first bytes are the token. Raises as `check`, and ToolchainError where the program
    fails."""
    if not fs:
        image.write_bytes(token.encode().ljust(_SIZE, b"\0"))
        return
    check(fs)
    maker = _MAKERS[fs]
    folder = image.with_name(f"{image.name}.d")
    folder.mkdir()
    (folder / "token").write_text(token)
    with image.open("wb") as file:
        file.truncate(_SIZE)
    command = [_program(maker), *(one.format(folder=folder, image=image) for one in maker.arguments)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolchainError(f"{maker.program} cannot be run: {error}") from error
    if done.returncode:
        told = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise ToolchainError(f"{maker.program} makes no disk: {told[-1]}")


def _program(maker: _Maker) -> str:
    # Debian keeps them where only root looks.
    found = shutil.which(maker.program) or shutil.which(maker.program, path="/usr/sbin:/sbin")
    if found is None:
        raise ToolchainError(f"{maker.program} is not installed", hint=f"Debian's package is {maker.package}")
    return found
