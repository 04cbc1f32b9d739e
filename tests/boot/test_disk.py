"""Rule: what a guest looks for stands on its disk, and who cannot make one says what is missing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from analyzer.boot import disk
from analyzer.errors import ToolchainError, UsageError


def test_a_disk_without_a_file_system(tmp_path: Path) -> None:
    disk.make(tmp_path / "disk", "")
    assert (tmp_path / "disk").read_bytes().startswith(disk.TOKEN.encode())


@pytest.mark.skipif(shutil.which("mkfs.ext2", path="/usr/sbin:/sbin:/usr/bin") is None, reason="no e2fsprogs")
@pytest.mark.parametrize("fs", ["ext2", "ext4"])
def test_a_disk_with_one(fs: str, tmp_path: Path) -> None:
    disk.make(tmp_path / "disk", fs, "a text of our own")
    data = (tmp_path / "disk").read_bytes()
    # As struct ext2_super_block of fs/ext2/ext2.h has s_magic, 1,024 bytes into the disk.
    assert data[1080:1082] == b"\x53\xef"
    assert b"a text of our own" in data
    with pytest.raises(FileExistsError):
        disk.make(tmp_path / "disk", fs)


@pytest.mark.skipif(shutil.which("mksquashfs") is None, reason="no squashfs-tools")
def test_a_squashfs(tmp_path: Path) -> None:
    disk.make(tmp_path / "disk", "squashfs", "a text of our own")
    data = (tmp_path / "disk").read_bytes()
    # As struct squashfs_super_block of fs/squashfs/squashfs_fs.h has s_magic and compression (ZLIB_COMPRESSION).
    assert data[:4] == b"hsqs"
    assert int.from_bytes(data[20:22], "little") == 1
    # A disk is made of sectors.
    assert len(data) % 512 == 0
    told = subprocess.run(
        ["unsquashfs", "-cat", tmp_path / "disk", "token"], capture_output=True, text=True, check=True
    )
    assert told.stdout == "a text of our own"


def test_what_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no disk with ext5 is made here"):
        disk.make(tmp_path / "disk", "ext5")
    monkeypatch.setattr("shutil.which", lambda name, **_: None)
    with pytest.raises(ToolchainError, match=r"mkfs.ext4 is not installed \(Debian's package is e2fsprogs\)"):
        disk.check("ext4")
    with pytest.raises(ToolchainError, match=r"mksquashfs is not installed \(Debian's package is squashfs-tools\)"):
        disk.check("squashfs")


def test_a_program_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tmp_path / "mkfs.ext4"
    failing.write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name, **_: str(failing))
    with pytest.raises(ToolchainError, match=r"mkfs\.ext4 makes no disk: no room"):
        disk.make(tmp_path / "disk", "ext4")
