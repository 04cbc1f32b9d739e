"""Rule: what a guest says becomes a `Boot`, whatever it says and however it ends; what is no boot is a reason.

Enters: a script in place of qemu.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.boot import guest, machines
from analyzer.errors import ToolchainError, UsageError
from analyzer.model.boot import Checks

MACHINE = machines.machine("x86_64")
WORDS = """\
Linux version 6.1.0
Memory: 117344K/130552K available (4096K kernel code, 0K cma-reserved)
reboot: Restarting system with command 'kweigh: init runs, free 123191296'
reboot: machine restart
"""


@pytest.fixture
def image(tmp_path: Path) -> Path:
    (tmp_path / "bzImage").write_bytes(b"image")
    return tmp_path / "bzImage"


def qemu(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / MACHINE.qemu).write_text(f"#!/bin/sh\n{script}\n")
    (folder / MACHINE.qemu).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")


def test_a_boot(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qemu(tmp_path, f'echo "$@" > {tmp_path}/asked; cat <<E\n{WORDS}E', monkeypatch)
    found = guest.boot(MACHINE, image, b"archive")
    assert (found.failure, found.present, found.available, found.free) == (
        "",
        130552 << 10,
        117344 << 10,
        123191296,
    )
    assert (found.reserved, found.taken) == ((130552 - 117344) << 10, (130552 << 10) - 123191296)
    asked = (tmp_path / "asked").read_text()
    assert f"-kernel {image}" in asked
    assert f"-m {MACHINE.memory >> 20}M" in asked


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("", "it ended before init ran"),
        ("Booting\nhalf a li", "it ended before init ran; last it said: half a li"),
        (
            "Memory: 1K/2K available\nKernel panic - not syncing: No working init found.  Try passing init=\nend",
            "No working init found.  Try passing init=",
        ),
    ],
)
def test_no_init(said: str, reason: str) -> None:
    found = guest.told_by(MACHINE, said)
    assert (found.failure, found.taken) == (reason, None)


def test_a_guest_that_hangs(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qemu(tmp_path, "echo it begins; exec sleep 60", monkeypatch)
    assert guest.boot(MACHINE, image, b"", seconds=0.5).failure == ("no init within 0 seconds; last it said: it begins")


def test_a_guest_that_others_keep_waiting(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is not how busy the machine is."""
    qemu(tmp_path, f"sleep 1; cat <<E\n{WORDS}E", monkeypatch)
    assert guest.boot(MACHINE, image, b"", seconds=0.2).failure.startswith("no init within")
    monkeypatch.setattr(guest, "_waited", lambda process: 60.0)
    assert guest.boot(MACHINE, image, b"", seconds=0.2).failure == ""


def test_how_long_a_process_waited() -> None:
    assert 0 <= guest._waited(os.getpid()) < 3600
    assert guest._waited(1 << 30) == 0


def test_no_qemu(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolchainError, match="qemu-system-x86_64 is not installed") as caught:
        guest.boot(MACHINE, image, b"")
    assert "qemu-system-x86" in caught.value.hint


def test_qemu_that_does_not_start(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    qemu(tmp_path, "echo 'qemu: bad machine' >&2; exit 1", monkeypatch)
    with pytest.raises(ToolchainError, match="does not start: qemu: bad machine"):
        guest.boot(MACHINE, image, b"")


def test_a_guest_with_a_disk_and_a_network(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "kweigh> init runs, free 7; disk ok; net ok"
    qemu(tmp_path, f'echo "$@" > {tmp_path}/asked; echo "{said}"', monkeypatch)
    asked = Checks(console="ttyS0", disk="virtio", fs="ext4", net="virtio")
    found = guest.attempt(MACHINE, image, b"archive", asked, tmp_path / "a,b")
    assert (found.failure, found.said) == ("", f"{said}\n")
    words = (tmp_path / "asked").read_text()
    assert f"file={tmp_path}/a,,b -device virtio-blk-pci" in words
    assert "-device virtio-net-pci" in words
    assert "-append console=ttyS0 panic=-1" in words
    guest.attempt(MACHINE, image, b"archive", Checks(), None)
    words = (tmp_path / "asked").read_text()
    assert "virtio" not in words
    assert "earlyprintk=ttyS0" in words


def test_what_is_not_on_a_bus_has_no_rom(image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for arch in machines.names():
        machine = machines.machine(arch)
        (tmp_path / machine.qemu).write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\n')
        (tmp_path / machine.qemu).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
        guest.attempt(machine, image, b"archive", Checks(net="virtio"), None)
        words = (tmp_path / "asked").read_text()
        assert f"-device virtio-net-{machine.device},netdev=net" in words
        assert ("romfile" in words) == (machine.device == "pci")


@given(st.text())
def test_any_words_are_a_boot_or_a_reason(said: str) -> None:
    found = guest.told_by(MACHINE, said)
    assert bool(found.failure) != ("kweigh: init runs, free " in said)


def test_a_machine_is_of_the_kernels_kind() -> None:
    big, little = (machines.machine("mips", {"CPU_LITTLE_ENDIAN": value, "PCI": "y"}) for value in ("n", "y"))
    assert machines.machine("mips") == big
    assert (big.qemu, little.qemu) == ("qemu-system-mips", "qemu-system-mipsel")
    assert (("CPU_BIG_ENDIAN", "y") in big.init, ("CPU_LITTLE_ENDIAN", "y") in little.init) == (True, True)
    assert big.calls == little.calls


def test_an_architecture_without_a_machine() -> None:
    with pytest.raises(UsageError, match="no machine to boot a kernel of vax on"):
        machines.machine("vax")
