"""Rule: a kernel that was built of what we resolved reaches our init, which finds its disk and its
console; where one of these is not what it should be, that is told, and nothing passes.

Enters: a real tree, its compiler and qemu. One build: minutes.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from analyzer.boot import checks, disk, guest, machines
from analyzer.boot.initramfs import archive, initramfs
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build.building import BuildSetup, make
from analyzer.pipeline.bytes import booting
from analyzer.pipeline.commands import shrink_lines
from tests.oracle.conftest import CACHE, NO_TREE, linux_roots

MACHINE = machines.machine("x86_64")
CHECKS = checks.parse("console=,disk=virtio,fs=ext2", MACHINE)


def test_a_tinyconfig_boots_and_tries_things(tmp_path: Path) -> None:
    roots = linux_roots()
    root = next((one for one in roots if one.name == "linux-source-6.1"), roots[0] if roots else None)
    if root is None:
        pytest.skip(NO_TREE)
    if shutil.which(MACHINE.qemu) is None:
        pytest.skip(f"no {MACHINE.qemu}")
    opened = open_tree(TreeRequest(root=root, arch="x86_64", cache=CACHE / "programs"))
    sets = checks.needs(MACHINE, CHECKS)
    needs = {name: value for lines in sets.values() for name, value in lines if name in opened.model.symbols}
    lines = shrink_lines.with_wanted(opened, shrink_lines.lines_of(opened.resolve("tinyconfig")), needs)
    config = booting.bootable(opened, opened.resolved(shrink_lines.source(opened, lines)), MACHINE)
    setup = BuildSetup(scratch=tmp_path / "builds", jobs=os.cpu_count() or 1, targets=(MACHINE.target,))
    built = make(config, setup, lambda what, done, total: None, root=root)
    assert built.boot is not None
    image, ours = built.folder / built.boot, initramfs(f"{opened.tree.toolchain.prefix}gcc", MACHINE)

    first, second = (guest.boot(MACHINE, image, ours) for _ in range(2))
    assert replace(first, free=0) == replace(second, free=0), "a boot does not repeat"
    assert first.failure == ""
    assert first.present is not None
    assert first.available is not None
    assert first.free is not None
    assert second.free is not None
    # With drivers that probe on their own a boot takes some pages more or less.
    assert abs(first.free - second.free) < 1 << 17
    assert 0 < first.available < first.free < first.present < MACHINE.memory

    tries = initramfs(f"{opened.tree.toolchain.prefix}gcc", MACHINE, CHECKS)
    for number, fs in enumerate((CHECKS.fs, "", "wrong")):
        drive = tmp_path / f"disk{number}"
        disk.make(drive, fs if fs != "wrong" else CHECKS.fs, disk.TOKEN if fs != "wrong" else "another text")
    tried = partial(guest.attempt, MACHINE, image, tries, CHECKS)
    whole = tried(tmp_path / "disk0")
    assert (whole.failure, whole.stage) == ("", ""), whole.said
    # Of the wrong file system, with another content, and no disk at all.
    assert tried(tmp_path / "disk1").stage == "fs"
    assert tried(tmp_path / "disk2").failure == "disk: content"
    assert tried(None).failure.startswith("disk: open")
    silent = replace(CHECKS, console="ttyS1")
    assert guest.attempt(MACHINE, image, tries, silent, tmp_path / "disk0").stage == "start"

    without_init = guest.boot(MACHINE, image, archive((("dev", 0o040755, (0, 0), b""),)))
    assert without_init.failure.startswith(("No working init found", "VFS: Unable to mount root fs"))
    mute = guest.boot(replace(MACHINE, early="console=ttyS1"), image, ours)
    assert mute.failure == "it ended before init ran"
