"""Rule: a kernel that was built of what we resolved reaches our init, which finds its disk, its network and its
console; where one of these is not what it should be, that is told, and nothing passes.

Enters: a real tree, its compilers and qemu. One build: minutes. KWEIGH_ORACLE_FULL=1 adds every machine that there is a
compiler for, with a network, which takes twice the build; KWEIGH_ORACLE_BUILDS is a folder that keeps builds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from analyzer import trees
from analyzer.boot import checks, disk, guest, machines
from analyzer.boot.initramfs import archive, initramfs
from analyzer.model.boot import Checks, Machine
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.build.building import BuildSetup, make
from analyzer.pipeline.commands import shrink_lines
from tests.oracle.conftest import CACHE, NO_TREE, linux_roots

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
LITTLE = {"CPU_LITTLE_ENDIAN": "y"}
KINDS = [*((arch, {}) for arch in machines.names()), ("powerpc", LITTLE), ("mips", LITTLE)]
# Their kernels print early without being asked.
PRINTS = ("mips", "powerpc", "s390")
ALL = "console=,disk=virtio,fs=ext4,net=virtio"


def opened_for(arch: str) -> OpenTree:
    """6.1, else what there is, for an architecture whose kernels can be built here."""
    roots = linux_roots()
    root = next((one for one in roots if one.name == "linux-source-6.1"), roots[0] if roots else None)
    if root is None:
        pytest.skip(NO_TREE)
    opened = open_tree(TreeRequest(root=root, arch=arch, cache=CACHE / "programs"))
    if not trees.has_compiler(opened.tree):
        pytest.skip(f"no compiler for {arch}")
    return opened


def image_of(opened: OpenTree, machine: Machine, asked: Checks, scratch: Path) -> Path:
    """A tinyconfig with what the checks need, built."""
    sets = checks.needs(machine, asked)
    needs = {name: value for lines in sets.values() for name, value in lines if name in opened.model.symbols}
    lines = shrink_lines.with_wanted(opened, shrink_lines.lines_of(opened.resolve("tinyconfig")), needs)
    config = opened.resolved(shrink_lines.source(opened, lines))
    assert {name: config.values[name] for name in needs} == needs
    setup = BuildSetup(scratch=scratch, jobs=os.cpu_count() or 1, targets=(machine.target,))
    built = make(config, setup, lambda what, done, total: None, root=opened.tree.root)
    image = built.made(machine.target)
    assert image is not None
    return image


@pytest.mark.parametrize(("arch", "values"), KINDS if FULL else KINDS[:1])
def test_a_tinyconfig_boots_and_tries_things(arch: str, values: dict[str, str], tmp_path: Path) -> None:
    machine = machines.machine(arch, values)
    if shutil.which(machine.qemu) is None:
        pytest.skip(f"no {machine.qemu}")
    opened = opened_for(arch)
    asked = checks.parse(ALL if FULL else "console=,disk=virtio,fs=ext2", machine)
    image = image_of(opened, machine, asked, Path(os.environ.get("KWEIGH_ORACLE_BUILDS") or tmp_path / "builds"))
    compiler = f"{opened.tree.toolchain.prefix}gcc"
    ours = initramfs(compiler, machine)

    first, second = (guest.boot(machine, image, ours) for _ in range(2))
    assert replace(first, free=0) == replace(second, free=0), "a boot does not repeat"
    assert first.failure == ""
    # With drivers that probe on their own a boot takes some pages more or less.
    assert abs(first.free - second.free) < 1 << 20
    assert first.present is not None
    assert first.available is not None
    assert 0 < first.available < first.present <= machine.memory
    # What init's own code took is free again; a network has tables that stay.
    assert (0 if asked.net else first.available) < first.free < first.present

    tries = initramfs(compiler, machine, asked)
    for number, fs in enumerate((asked.fs, "", "wrong")):
        drive = tmp_path / f"disk{number}"
        disk.make(drive, fs if fs != "wrong" else asked.fs, disk.TOKEN if fs != "wrong" else "another text")
    tried = partial(guest.attempt, machine, image, tries, asked)
    whole = tried(tmp_path / "disk0")
    assert (whole.failure, whole.stage) == ("", ""), whole.said
    # Of the wrong file system, with another content, and no disk at all.
    assert tried(tmp_path / "disk1").stage == "fs"
    assert tried(tmp_path / "disk2").failure == "disk: content"
    assert tried(None).failure.startswith("disk: open")
    # A file system that the kernel does not have (ENODEV).
    other = replace(asked, fs="squashfs")
    assert (
        guest.attempt(machine, image, initramfs(compiler, machine, other), other, tmp_path / "disk0").failure
        == "disk: mount 19"
    )
    # Not beyond the ports that the driver knows: it takes ttyS0 for these (drivers/tty/serial/8250/8250_core.c).
    silent = replace(asked, console="ttyS1")
    # s390 takes its own console besides whatever else it is told (arch/s390/kernel/setup.c, conmode_default()).
    assert bool(guest.attempt(machine, image, tries, silent, tmp_path / "disk0").failure) == (arch != "s390")
    if asked.net:
        # A guest that is to ping, and has no network.
        without = guest.attempt(machine, image, tries, replace(asked, net=""), tmp_path / "disk0")
        assert "net device 19" in without.said
        assert checks.tried(asked, without.said).stage == "net"

    without_init = guest.boot(machine, image, archive((("dev", 0o040755, (0, 0), b""),)))
    assert without_init.failure.startswith(("No working init found", "VFS: Unable to mount root fs"))
    if arch not in PRINTS:
        mute = guest.boot(replace(machine, early="console=ttyS1"), image, ours)
        # A firmware may have said something.
        assert mute.failure.startswith("it ended before init ran")


@pytest.mark.parametrize(("arch", "values"), KINDS)
def test_qemu_has_the_machine_and_its_devices(arch: str, values: dict[str, str], tmp_path: Path) -> None:
    machine = machines.machine(arch, values)
    if shutil.which(machine.qemu) is None:
        pytest.skip(f"no {machine.qemu}")
    disk.make(tmp_path / "disk", "")
    devices = guest._devices(machine, checks.parse(ALL, machine), tmp_path / "disk")
    memory = f"{machine.memory >> 20}M"
    done = subprocess.run(
        [
            *(machine.qemu, *machine.arguments, "-m", memory, "-nodefaults", "-no-user-config", "-S"),
            *("-display", "none", "-serial", "none", "-monitor", "stdio", *devices),
        ],
        input="quit\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
