"""Rule: a kernel that was built of what we resolved reaches our init, and one that is broken does not.

Enters: a real tree, its compiler and qemu. One build: minutes.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.boot import guest, machines
from analyzer.boot.initramfs import archive, initramfs
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build.building import BuildSetup, make
from analyzer.pipeline.bytes import booting
from tests.oracle.conftest import CACHE, NO_TREE, linux_roots

MACHINE = machines.machine("x86_64")


def test_a_tinyconfig_boots(tmp_path: Path) -> None:
    roots = linux_roots()
    root = next((one for one in roots if one.name == "linux-source-6.1"), roots[0] if roots else None)
    if root is None:
        pytest.skip(NO_TREE)
    if shutil.which(MACHINE.qemu) is None:
        pytest.skip(f"no {MACHINE.qemu}")
    opened = open_tree(TreeRequest(root=root, arch="x86_64", cache=CACHE / "programs"))
    config = booting.bootable(opened, opened.resolve("tinyconfig"), MACHINE)
    setup = BuildSetup(scratch=tmp_path / "builds", jobs=os.cpu_count() or 1, targets=(MACHINE.target,))
    built = make(config, setup, lambda what, done, total: None, root=root)
    assert built.boot is not None
    image, ours = built.folder / built.boot, initramfs(f"{opened.tree.toolchain.prefix}gcc", MACHINE)

    first, second = (guest.boot(MACHINE, image, ours) for _ in range(2))
    assert first == second, "a boot does not repeat"
    assert first.failure == ""
    assert first.present is not None
    assert first.available is not None
    assert 0 < first.available < first.free < first.present < MACHINE.memory

    without_init = guest.boot(MACHINE, image, archive((("dev", 0o040755, (0, 0), b""),)))
    assert without_init.failure.startswith(("No working init found", "VFS: Unable to mount root fs"))
    mute = guest.boot(replace(MACHINE, early=""), image, ours)
    assert mute.failure == "it ended before init ran"
