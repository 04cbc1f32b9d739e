"""Runs what a tree wrote, confined.

Enters: a command for sh, the environment that it sees, and the folders that it may read. Leaves: its status and output.
Must hold: it reads the system's programs, the toolchain and the tree, writes nowhere but into a scratch folder of its
own, reaches no network and no other process, and is over when this returns, with all that it started. Where no way of
confining works, nothing runs.

Landlock with seccomp comes first: it needs no privilege, no program and no namespace, so it works in an ordinary
container as well (`jail.py`). bwrap is taken where the kernel has no Landlock.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Literal

from analyzer import links
from analyzer.documents import home
from analyzer.errors import ToolchainError
from analyzer.model.tree import SourceTree
from analyzer.noted import which
from analyzer.toolchain import jail
from analyzer.toolchain.run import Result

Way = Literal["landlock", "bwrap"]

SECONDS = 10
"""Of processor time, for all processes of a command together; twice that by the clock."""
MEMORY = 512 << 20
"""Bytes, for each process and for all together."""
PROCESSES = 64
OUTPUT = 64 << 10
"""Bytes that are read; conf takes 4095 of them."""
_FILE = 16 << 20
_LOOK = 0.03

_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store"),
    # What programs of these need to find their libraries and each other.
    *("/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl/openssl.cnf"),
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a command may touch: `read` are folders and files, besides the system's own; `environment` is all that it
    sees of variables, but for HOME and TMPDIR, which name its scratch folder."""

    read: tuple[Path, ...]
    environment: Mapping[str, str]


def reach(tree: SourceTree) -> Reach:
    """What a tree's own commands may touch: the tree and the toolchain; of variables what make would show them."""
    folders = dict.fromkeys(_installation(command, tree.toolchain.path) for command in tree.toolchain.programs.values())
    rustup = [Path(os.environ.get("RUSTUP_HOME") or (home() or Path("/")) / ".rustup")]
    # rustc may be rustup's own, which looks below the user's home for the real one.
    rust = {"RUSTUP_HOME": str(rustup[0])} if rustup[0].is_dir() else {}
    return Reach(
        read=(
            tree.root,
            *map(Path, links.tops(tree.root)),
            *(folder for folder in folders if folder is not None),
            *(rustup if rust else []),
        ),
        environment={**tree.environment, **rust, "PATH": tree.toolchain.path},
    )


def _installation(command: str, path: str) -> Path | None:
    """The folder that a program was installed into, for one that is not the system's; only its own folder where that
    would be somebody's home or the root."""
    found = which((command.split() or [""])[0], path=path)
    if found is None:
        return None
    real = Path(found).resolve()
    if any(real.is_relative_to(folder) for folder in _SYSTEM):
        return None
    folder = real.parent.parent if real.parent.name == "bin" else real.parent
    own = (home() or Path("/")).resolve()
    return real.parent if own.is_relative_to(folder) else folder


@cache
def way() -> Way | None:
    """The first way of confining that works here, found by trying; None when there is none."""
    if sys.platform != "linux":
        return None
    ways: tuple[Way, ...] = ("landlock", "bwrap")
    return next((one for one in ways if works(one)), None)


def works(one: Way) -> bool:
    """Whether a way of confining works here, found by trying."""
    if one == "bwrap" and which("bwrap") is None:
        return False
    with suppress(ToolchainError):
        path = os.environ.get("PATH", os.defpath)
        return run("exit 42", Reach(read=(), environment={"PATH": path}), one).status == 42
    return False


def run(command: str, reach: Reach, how: Way) -> Result:
    """Status and output of `sh -c command`, at most `OUTPUT` bytes; standard error goes nowhere.

    Raises ToolchainError when the command cannot be confined, or takes more of anything than it may.
    """
    with tempfile.TemporaryDirectory(prefix="kweigh-", ignore_cleanup_errors=True) as folder:
        return _run_in(Path(folder).resolve(), command, reach, how)


def _run_in(folder: Path, command: str, reach: Reach, how: Way) -> Result:
    environment = {**reach.environment, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C"}
    shell = which("sh", path=environment["PATH"])
    if shell is None:
        raise ToolchainError("no sh on PATH")
    argv = [shell, "-c", command]
    spec: dict[str, object] = {"limits": _LIMITS, "environment": environment}
    with tempfile.TemporaryFile() as output, _filter(how) as seccomp:
        inherited = []
        if how == "landlock":
            read = [*_SYSTEM, *map(str, reach.read)]
            spec |= {"read": read, "devices": list(_DEVICES), "write": [str(folder)]}
        else:
            # bwrap itself sees none of the tree's variables, which could make it load code.
            given = [word for name, value in environment.items() for word in ("--setenv", name, value)]
            filtered = ["--seccomp", str(seccomp.fileno())] if seccomp else []
            argv = [*_bubble(folder, reach.read), "--clearenv", *given, *filtered, *argv]
            spec["environment"] = {"PATH": environment["PATH"]}
            inherited = [seccomp.fileno()] if seccomp else []
        status = _started(folder, argv, spec, output, inherited)
        output.seek(0)
        return Result(status if status >= 0 else 128 - status, output.read(OUTPUT))


_LIMITS = [
    (resource.RLIMIT_CPU, SECONDS),
    (resource.RLIMIT_AS, MEMORY),
    (resource.RLIMIT_FSIZE, _FILE),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 256),
]


@contextmanager
def _filter(how: Way) -> Iterator[BinaryIO | None]:
    """The system calls that are refused, as a file for bwrap; Landlock's own way sets them itself."""
    if how == "landlock":
        yield None
        return
    with tempfile.TemporaryFile() as file:
        try:
            file.write(jail.refused_calls(platform.machine()))
        except OSError:
            yield None
            return
        file.seek(0)
        yield file


def _bubble(folder: Path, read: Sequence[Path]) -> list[str]:
    """bwrap's words in front of a program: nothing but the system, what may be read and the scratch folder is there."""
    argv = ["bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--dev", "/dev"]
    for path in map(Path, _SYSTEM):
        if path.is_symlink() and path.parent == Path("/"):
            argv += ["--symlink", str(path.readlink()), str(path)]
        else:
            argv += ["--ro-bind-try", str(path), str(path)]
    for path in read:
        argv += ["--ro-bind-try", str(path), str(path)]
    return [*argv, "--bind", str(folder), str(folder), "--chdir", str(folder)]


def _started(
    folder: Path,
    argv: Sequence[str],
    spec: Mapping[str, object],
    output: BinaryIO,
    inherited: Sequence[int],
) -> int:
    """The status of a program that is run to its end within the bounds, as Popen gives it."""
    ours, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", jail.__file__, json.dumps({**spec, "report": theirs}), *argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            # The command's own are in `spec`: LD_PRELOAD would load code before anything is confined.
            env={"LC_ALL": "C"},
            pass_fds=(theirs, *inherited),
            start_new_session=True,
        )
    except OSError as error:
        os.close(ours)
        raise ToolchainError(f"{sys.executable} cannot be run: {error.strerror or error}") from error
    finally:
        os.close(theirs)
    try:
        over = _watch(process.pid)
    finally:
        # Before the leader is reaped its number can be nobody else's, and nobody leaves its group.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        _wait_for_the_rest(process.pid)
        status = process.wait()
        with os.fdopen(ours, "rb") as report:
            failure = report.read(4096).decode("utf-8", "replace")
    if failure:
        raise ToolchainError(f"a command of the tree cannot be confined: {failure}")
    if over:
        raise ToolchainError(f"a command of the tree {over}, and was stopped", hint=argv[-1][:200])
    return status


def _watch(leader: int) -> str:
    """Waits for a process to end, and says what its group takes too much of, `""` when nothing."""
    begun = time.monotonic()
    handle = os.pidfd_open(leader)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        while not poll.poll(_LOOK * 1000):
            if time.monotonic() - begun > 2 * SECONDS:
                return f"took more than {2 * SECONDS} s"
            if over := _over(leader):
                return over
        return ""
    finally:
        os.close(handle)


def _wait_for_the_rest(group: int) -> None:
    """Until nothing of a group that was killed runs: a signal that is sent has not yet arrived."""
    ends = time.monotonic() + 2 * SECONDS
    while any(fields[0] not in "ZX" for fields in _group(group)) and time.monotonic() < ends:
        time.sleep(_LOOK / 10)


def _group(number: int) -> list[list[str]]:
    """The fields of /proc/PID/stat from the state on (proc(5)) of all processes of a group."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        with suppress(OSError, ValueError, IndexError):
            # The name may hold blanks and brackets; what follows it does not.
            fields = (process / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
            if int(fields[2]) == number:
                found.append(fields)
    return found


def _over(group: int) -> str:
    processes, memory, ticks = 0, 0, 0
    for fields in _group(group):
        processes += 1
        memory += int(fields[21])
        ticks += sum(map(int, fields[11:15]))
    if processes > PROCESSES:
        return f"started more than {PROCESSES} processes"
    if memory * resource.getpagesize() > MEMORY:
        return f"took more than {MEMORY >> 20} MiB of memory"
    if ticks > SECONDS * os.sysconf("SC_CLK_TCK"):
        return f"took more than {SECONDS} s of processor time"
    return ""
