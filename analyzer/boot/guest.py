"""A boot of a kernel under qemu.

Enters: a `Machine`, the path of an image, an initramfs, what it tries. Leaves: a `Boot`, a `Tried`. Must hold: what the
guest prints is read as text that may hold anything; a guest that hangs is ended.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from analyzer.boot.checks import tried, unreached
from analyzer.errors import ToolchainError
from analyzer.model.boot import Boot, Checks, Machine, Tried

SECONDS = 60.0
"""How long a guest may take, less what it waited for a processor; a tinyconfig takes one."""
_LOOK = 1.0
"""Seconds between two looks at a guest."""

_MEMORY = re.compile(r"^(?:\[[ \d.]+\] )?Memory: (\d+)K/(\d+)K available", re.MULTILINE)
_INIT = re.compile(r"kweigh[:>] init runs, free (\d+)")


def check(machine: Machine) -> None:
    """Raises ToolchainError where there is no qemu for a machine."""
    if shutil.which(machine.qemu) is None:
        raise ToolchainError(f"{machine.qemu} is not installed", hint=f"Debian's package is {machine.package}")


def boot(machine: Machine, image: Path, initramfs: bytes, seconds: float = SECONDS) -> Boot:
    """Boot an image until its init ends the machine. Raises ToolchainError where qemu is missing or does not start."""
    return told_by(machine, *_run(machine, image, initramfs, f"{machine.early} {machine.append}", (), seconds))


def attempt(
    machine: Machine, image: Path, initramfs: bytes, checks: Checks, drive: Path | None, seconds: float = SECONDS
) -> Tried:
    """Boot an image whose init tries `checks`, with the disk of `drive`. Raises as `boot`."""
    line = f"console={checks.console} {machine.append}" if checks.console else f"{machine.early} {machine.append}"
    return tried(checks, *_run(machine, image, initramfs, line, (*_devices(machine, checks, drive),), seconds))


def _devices(machine: Machine, checks: Checks, drive: Path | None) -> Iterator[str]:
    if drive is not None:
        yield from ("-drive", f"if=none,id=disk,format=raw,readonly=on,file={str(drive).replace(',', ',,')}")
        yield from ("-device", f"virtio-blk-{machine.device},drive=disk")
    if checks.net:
        # Only what sits on PCI has a ROM to boot from.
        rom = ",romfile=" if machine.device == "pci" else ""
        yield from ("-netdev", "user,id=net,restrict=on", "-device", f"virtio-net-{machine.device},netdev=net{rom}")


def _run(
    machine: Machine, image: Path, initramfs: bytes, line: str, devices: tuple[str, ...], seconds: float
) -> tuple[str, str]:
    """What the guest said, and that it was ended, where it was."""
    check(machine)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "initramfs"
        archive.write_bytes(initramfs)
        command = [
            machine.qemu,
            *machine.arguments,
            *("-m", f"{machine.memory >> 20}M", "-nodefaults", "-no-user-config", "-no-reboot"),
            *("-display", "none", "-serial", "stdio", "-monitor", "none"),
            *devices,
            *("-kernel", str(image), "-initrd", str(archive), "-append", line),
        ]
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
            )
        except OSError as error:
            raise ToolchainError(f"{machine.qemu} cannot be run: {error.strerror or error}") from error
        said, told, late = _heard(process, seconds)
    if process.returncode and not late:
        last = told.strip().splitlines() or [f"exit {process.returncode}"]
        raise ToolchainError(f"{machine.qemu} does not start: {last[-1]}")
    return said.replace("\r", ""), f"no init within {seconds:.0f} seconds" if late else ""


def _heard(process: subprocess.Popen[bytes], seconds: float) -> tuple[str, str, bool]:
    """What a guest printed and what qemu said, and whether it was ended because it was late."""
    began, late = time.monotonic(), False
    with process:
        try:
            while True:
                try:
                    said, told = process.communicate(timeout=min(_LOOK, seconds))
                    break
                except subprocess.TimeoutExpired:
                    if time.monotonic() - began - _waited(process.pid) >= seconds:
                        late = True
                        process.kill()
        except BaseException:
            process.kill()
            raise
    return said.decode("utf-8", "replace"), told.decode("utf-8", "replace"), late


def _waited(process: int) -> float:
    """Seconds that a process could have run and did not, since others did: what the machine does besides is nothing
    that a kernel can be told by. Documentation/scheduler/sched-stats.rst: the second number of schedstat, in
    nanoseconds, of the thread that waited longest; 0 where the kernel does not tell."""
    found = 0
    for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with suppress(OSError, ValueError, IndexError):
            found = max(found, int(thread.read_text().split()[1]))
    return found / 1e9


def told_by(machine: Machine, said: str, late: str = "") -> Boot:
    """What a guest's words tell; `late` says that it was ended."""
    memory, init = _MEMORY.search(said), _INIT.search(said)
    return Boot(
        machine=machine.name,
        failure=unreached(said, late) if init is None else "",
        present=int(memory[2]) << 10 if memory else None,
        available=int(memory[1]) << 10 if memory else None,
        free=int(init[1]) if init else 0,
    )
