"""A tree as what it holds, whatever machine it lies on.

Enters: a root. Leaves: a checksum over all its files, an archive of them, the tree again. Must hold: equal trees have
equal checksums; names, bytes, links and whether a file can be run count, times and owners do not; .git stays at home;
nothing is held in memory but one piece of one file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import InputError

_PIECE = 1 << 20
_NOT_TAKEN = frozenset({".git"})


def checksum(root: Path) -> str:
    """What a tree holds, in 64 hex digits. Raises InputError for what is neither a file nor a folder nor a link."""
    digest = hashlib.sha256()
    for name, path, mode in _files(root):
        if stat.S_ISLNK(mode):
            # As it was written: a Path would leave out a slash at the end.
            target = os.readlink(os.fsencode(path))  # noqa: PTH115
            kind, content = b"link", hashlib.sha256(target).digest()
        else:
            kind, content = b"program" if mode & stat.S_IXUSR else b"file", _digest(path)
        digest.update(b"%d %s %s %s" % (len(name), name, kind, content))
    return digest.hexdigest()


def pack(root: Path, into: BinaryIO) -> None:
    """Write a packed archive of a tree. Raises as `checksum`."""
    with tarfile.open(fileobj=into, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as archive:
        for name, path, mode in _files(root):
            member = archive.gettarinfo(path, arcname=os.fsdecode(name))
            # A file that has two names is packed twice: what lies here as one need not there.
            member.type = tarfile.SYMTYPE if stat.S_ISLNK(mode) else tarfile.REGTYPE
            if member.issym():
                archive.addfile(member)
            else:
                with path.open("rb") as file:
                    member.size = os.fstat(file.fileno()).st_size
                    archive.addfile(member, file)
            archive.members.clear()  # type: ignore[attr-defined] # it would hold the names of all


def unpack(packed: BinaryIO, root: Path) -> None:
    """Write what `pack` packed into a folder that is empty or missing. Raises InputError for any other archive."""
    try:
        with tarfile.open(fileobj=packed, mode="r|gz") as archive:
            while member := archive.next():
                archive.members.clear()  # type: ignore[attr-defined]
                _write(archive, member, root)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise InputError(f"this is no packed tree: {error}") from None


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, root: Path) -> None:
    place = root / member.name
    if not (member.isreg() or member.issym()) or ".." in place.parts or not place.is_relative_to(root):
        raise InputError(f"{member.name} is not of a tree that was packed here")
    place.parent.mkdir(parents=True, exist_ok=True)
    if member.issym():
        place.symlink_to(member.linkname)
        return
    read = archive.extractfile(member)
    assert read is not None
    with read, place.open("xb") as file:
        shutil.copyfileobj(read, file, _PIECE)
    place.chmod(0o755 if member.mode & stat.S_IXUSR else 0o644)
    os.utime(place, (member.mtime, member.mtime))


def _files(root: Path) -> Iterator[tuple[bytes, Path, int]]:
    """Every file and link below a root, folder by folder in the order of their names: its name relative to the root,
    its path, its mode. An empty folder is nothing, as for git."""
    for folder, folders, names in os.walk(root):
        linked = {name for name in folders if Path(folder, name).is_symlink()}
        folders[:] = sorted(set(folders) - linked - _NOT_TAKEN)
        for name in sorted({*names, *linked} - _NOT_TAKEN):
            path = Path(folder, name)
            mode = path.lstat().st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
                raise InputError(f"{path} is neither a file nor a folder nor a link")
            yield os.fsencode(path.relative_to(root)), path, mode


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.digest()
