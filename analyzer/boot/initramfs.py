"""The initramfs that holds nothing but our init.

Enters: a compiler, a machine, what init tries. Leaves: the bytes of a cpio archive. Must hold: the same compiler gives
the same bytes; the format is that of Documentation/driver-api/early-userspace/buffer-format.rst ("newc").
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from analyzer.boot.disk import TOKEN
from analyzer.errors import ToolchainError
from analyzer.model.boot import Checks, Machine

# A kernel with pages of 64 KiB runs no program whose parts are aligned to less, one with smaller pages runs both.
_FLAGS = (
    *("-nostdlib", "-static", "-ffreestanding", "-fno-stack-protector", "-fno-pic", "-no-pie", "-O1"),
    *("-fno-asynchronous-unwind-tables", "-Wl,--build-id=none", "-Wl,-z,noseparate-code"),
    *("-Wl,-z,max-page-size=65536", "-s"),
)
_EXECUTABLE, _FOLDER, _DEVICE = 0o100755, 0o040755, 0o020600
_SECONDS = 60.0
NOTHING = Checks()
"""No check but that init is reached."""


def initramfs(compiler: str, machine: Machine, checks: Checks = NOTHING) -> bytes:
    """An archive with /init, which tries `checks`, and /dev/console for kernels that have one.

    Raises ToolchainError where the compiler is missing or does not compile it.
    """
    with as_file(files("analyzer.boot").joinpath("init.c")) as source, tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "init"
        try:
            done = subprocess.run(
                [compiler, *_FLAGS, *machine.flags, *_defined(machine, checks), "-o", str(program), str(source)],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ToolchainError(f"{compiler} cannot be run: {error}") from error
        if done.returncode:
            first = (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[0]
            raise ToolchainError(f"{compiler} does not compile our init: {first}")
        init = program.read_bytes()
    return archive(
        (
            ("dev", _FOLDER, (0, 0), b""),
            ("dev/console", _DEVICE, (5, 1), b""),
            ("init", _EXECUTABLE, (0, 0), init),
        )
    )


def _defined(machine: Machine, checks: Checks) -> Iterator[str]:
    yield from (f"-DCALL_{name}={number}" for name, number in machine.calls)
    yield f'-DTOKEN="{TOKEN}"'
    if checks.fs:
        yield f'-DFS="{checks.fs}"'
    elif checks.disk:
        yield "-DDISK"
    if checks.net:
        yield "-DNET"


def archive(entries: tuple[tuple[str, int, tuple[int, int], bytes], ...]) -> bytes:
    """A cpio archive of files: name, mode, device (major, minor) and content."""
    parts = [
        _entry(number, name, mode, device, data) for number, (name, mode, device, data) in enumerate(entries, start=1)
    ]
    return b"".join((*parts, _entry(0, "TRAILER!!!", 0, (0, 0), b"")))


def _entry(number: int, name: str, mode: int, device: tuple[int, int], data: bytes) -> bytes:
    spelt = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(spelt), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(head + spelt) + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
