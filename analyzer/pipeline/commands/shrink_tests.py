"""What a kernel has to do: boot and try things on a machine, or whatever a program of the user's own finds out.

Enters: `--boots` or `--test` as the user gives them, an image. Leaves: why it is not good, and what was said. Must
hold: a test has a digest of all that it does, so that a verdict of another test is never taken for its own; what keeps
a test from running at all is an error, not a verdict.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from analyzer import documents
from analyzer.boot import checks, disk, guest, machines
from analyzer.boot.initramfs import initramfs
from analyzer.errors import ToolchainError, UsageError
from analyzer.model.boot import Checks, Lines, Machine
from analyzer.model.size import Built
from analyzer.model.tree import SourceTree
from analyzer.pipeline.opening import Progress

SECONDS = 600.0
"""How long a program of the user's own may take."""
_LOG = 4000
"""Characters of what a test said that are kept."""


class Test(Protocol):
    """A test of a built kernel."""

    @property
    def words(self) -> str:
        """What it is, in words."""

    @property
    def digest(self) -> str:
        """The same for tests that do the same."""

    @property
    def targets(self) -> tuple[str, ...]:
        """What make makes for it."""

    def check(self) -> None:
        """Raises ToolchainError where this machine lacks what it takes."""

    def run(self, built: Built, place: Path) -> tuple[str, str, str]:
        """Why a kernel is not good ("": it is), the stage that failed, and what was said; `place` is a folder for its
        files. Raises ToolchainError where it cannot be run."""


def check_all(tests: Sequence[Test]) -> None:
    """Raises ToolchainError where this machine lacks what one of them takes."""
    for test in tests:
        test.check()


def try_all(tests: Sequence[Test], built: Built, place: Path, progress: Progress) -> tuple[str, str]:
    """Run tests one after another until one fails: why a kernel is not good ("": it is), and the end of what the last
    one said. Raises what a test raises."""
    documents.make_folder(place)
    said = ""
    for test in tests:
        progress(f"testing: {test.words}", 0, 1)
        reason, stage, said = test.run(built, place)
        if reason:
            where = f"{stage}: " if stage not in ("test", "") and not reason.startswith(f"{stage}:") else ""
            return f"{where}{reason}"[:200].replace("\n", " "), said[-_LOG:]
    return "", said[-_LOG:]


@dataclass(frozen=True, slots=True, kw_only=True)
class BootTest:
    """A boot on a machine that qemu makes, with what the guest tries."""

    machine: Machine
    checks: Checks
    archive: bytes

    @property
    def words(self) -> str:
        """What it is, in words."""
        tried = f", {self.checks.text}" if self.checks.text else ""
        return f"boots on {self.machine.qemu}{tried}"

    @property
    def digest(self) -> str:
        """Of the machine, what init does, and what is checked."""
        parts = (self.machine.name, self.machine.append, self.machine.early, self.checks.text)
        return _digest("\0".join(parts).encode() + self.archive)

    @property
    def targets(self) -> tuple[str, ...]:
        """The image that qemu starts."""
        return (self.machine.target,)

    def needs(self) -> Mapping[str, Lines]:
        """The symbols that it takes, by the stage that fails without them."""
        return checks.needs(self.machine, self.checks)

    def check(self) -> None:
        """Look for qemu, and for what makes the disk."""
        guest.check(self.machine)
        if self.checks.fs:
            disk.check(self.checks.fs)

    def run(self, built: Built, place: Path) -> tuple[str, str, str]:
        """Boot, with a disk where one is asked for."""
        image = built.made(self.machine.target)
        if image is None:
            return f"make {self.machine.target} made no image to boot", "start", ""
        drive = None
        if self.checks.disk:
            drive = place / f"disk-{self.checks.fs or 'raw'}"
            if not drive.is_file():
                fresh = place / f"{drive.name}.new"
                shutil.rmtree(place / f"{fresh.name}.d", ignore_errors=True)
                disk.make(fresh, self.checks.fs)
                fresh.replace(drive)
        found = guest.attempt(self.machine, image, self.archive, self.checks, drive)
        return found.failure, found.stage, found.said


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTest:
    """A program of the user's own: exit 0 is good. It gets the image and the .config as its last two arguments, and as
    KWEIGH_IMAGE, KWEIGH_CONFIG and KWEIGH_BUILD (the folder of the build). `content` is a digest of the program's
    file and of every file that its arguments name (a script)."""

    command: tuple[str, ...]
    content: str = ""
    seconds: float = SECONDS
    targets: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it is, in words."""
        return shlex.join(self.command)

    @property
    def digest(self) -> str:
        """Of the command, of what its files hold (one that was changed is another test), and of what is made for it."""
        return _digest("\0".join((*self.command, *self.targets, self.content)).encode())

    def check(self) -> None:
        """Look for the program, which must be that of the machine that asks."""
        program = shutil.which(self.command[0])
        if program is None:
            raise ToolchainError(f"no program {self.command[0]}", hint="all machines need it at the same place")
        if _content((program, *self.command[1:])) != self.content:
            raise ToolchainError(f"{self.words}: its files are others here", hint="all machines need the same")

    def run(self, built: Built, place: Path) -> tuple[str, str, str]:
        """Run it."""
        image, config = built.folder / (built.boot or built.image), built.folder / ".config"
        environment = os.environ | {
            "KWEIGH_IMAGE": str(image),
            "KWEIGH_CONFIG": str(config),
            "KWEIGH_BUILD": str(built.folder),
        }
        try:
            process = subprocess.Popen(
                [*self.command, str(image), str(config)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=environment,
                cwd=place,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise ToolchainError(f"{self.command[0]} cannot be run: {error.strerror or error}") from error
        try:
            said, _ = process.communicate(timeout=self.seconds)
        except subprocess.TimeoutExpired:
            said = _end(process)
            return f"the test took longer than {self.seconds:.0f} seconds", "test", said
        except BaseException:
            _end(process)
            raise
        status = process.returncode
        # What a shell says of a program that it does not find, or may not run, is no verdict; nor is an end that the
        # kernel put to it for want of memory.
        if status in (126, 127, -signal.SIGKILL, 128 + signal.SIGKILL):
            last = next((line for line in reversed(said.splitlines()) if line.strip()), f"exit status {status}")
            raise ToolchainError(f"{self.words} cannot be run: {last.strip()}")
        return (f"exit status {status}" if status else ""), "test", said


def _end(process: subprocess.Popen[str]) -> str:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.communicate()[0] or ""


def boot_test(text: str, tree: SourceTree, values: Mapping[str, str]) -> BootTest:
    """The test that `--boots TEXT` asks for, on the machine for kernels whose configs have `values`. Raises UsageError
    for no checks and where there is no machine for the architecture, ToolchainError where the compiler is missing."""
    machine = machines.machine(tree.arch, values)
    found = checks.parse(text, machine)
    return BootTest(machine=machine, checks=found, archive=initramfs(f"{tree.toolchain.prefix}gcc", machine, found))


def command_test(text: str, targets: tuple[str, ...]) -> CommandTest:
    """The test that `--test TEXT` asks for. Raises UsageError for a command that nobody can read or find."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"no command: {text} ({error})") from None
    if not words:
        raise UsageError("no command: it is empty", hint="--test ./boots.sh")
    found = shutil.which(words[0])
    if found is None:
        raise UsageError(f"no program {words[0]}", hint="--test takes a command and its arguments")
    # It runs in another folder.
    command = (str(Path(found).absolute()), *(str(Path(one).absolute()) if _is_file(one) else one for one in words[1:]))
    return CommandTest(command=command, content=_content(command), targets=targets)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def _content(words: Sequence[str]) -> str:
    """Of the program, and of every file that is named to it."""
    return _digest("\0".join(_digest(Path(one).read_bytes()) for one in words if _is_file(one)).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
