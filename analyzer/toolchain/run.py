"""Runs one program of a toolchain: no shell, a scratch folder, bounds on time and size.

Enters: an argument list that `policy` has passed, and what it reads. Leaves: its status and output. Must hold: it
runs in a fresh folder that goes away afterwards, sees a small fixed environment, and can neither fill the disk nor
run for ever.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from analyzer.errors import ToolchainError
from analyzer.noted import which

OUTPUT_LIMIT = 1 << 20
_FILE_LIMIT = 64 << 20
_MEMORY_LIMIT = 4 << 30
# Of the caller's own environment; what rustup and ccache need to find their own files.
_INHERITED = ("HOME", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN")


@dataclass(frozen=True, slots=True)
class Result:
    """Exit status (0: success) and output of a command, at most `OUTPUT_LIMIT` bytes."""

    status: int
    output: bytes = b""

    def __bool__(self) -> bool:
        return self.status == 0


class Machine(Protocol):
    """What can run programs, or says that nothing here can."""

    def run(self, argv: Sequence[str], stdin: bytes = b"", *, errors: int = subprocess.DEVNULL) -> Result:
        """Status and output of a program, as `Runner.run`."""
        ...

    def find(self, program: str) -> str | None:
        """Where a program lies, None when it is missing."""
        ...

    def file(self, name: str) -> Path:
        """A file of the scratch folder."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs programs in `folder`, each for at most `seconds`; `environment` is all that they see."""

    folder: Path
    environment: Mapping[str, str]
    seconds: float = 20.0

    def run(self, argv: Sequence[str], stdin: bytes = b"", *, errors: int = subprocess.DEVNULL) -> Result:
        """Runs `argv` and waits. A program that is missing gives status 127, one that may not run 126, as in sh; one
        that a signal ended gives 128 + signal. `errors` is where standard error goes: nowhere, or subprocess.STDOUT.

        Raises ToolchainError when it takes too long.
        """
        # Files, not pipes: the bound on file size then holds for output as well.
        with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as sink:
            source.write(stdin)
            source.seek(0)
            try:
                process = subprocess.Popen(
                    argv,
                    stdin=source,
                    stdout=sink,
                    stderr=errors,
                    cwd=self.folder,
                    env=dict(self.environment),
                    start_new_session=True,
                )
            except FileNotFoundError:
                return Result(127)
            except (OSError, ValueError):
                return Result(126)
            status = self._wait(process, argv)
            sink.seek(0)
            return Result(status if status >= 0 else 128 - status, sink.read(OUTPUT_LIMIT))

    def find(self, program: str) -> str | None:
        """Where `program` lies on the PATH of `environment`, None when it is missing or may not run."""
        return which(program, path=self.environment.get("PATH"))

    def file(self, name: str) -> Path:
        """`name` in the scratch folder."""
        return self.folder / name

    def _wait(self, process: subprocess.Popen[bytes], argv: Sequence[str]) -> int:
        # A timer instead of wait(timeout), which polls and so adds up to 50 ms to each of a hundred probes.
        late = threading.Event()

        def stop() -> None:
            late.set()
            _kill(process)

        timer = threading.Timer(self.seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            _bound(process.pid, self.seconds)
            status = process.wait()
        finally:
            timer.cancel()
            if process.returncode is None:
                _kill(process)
                process.wait()
        if late.is_set():
            raise ToolchainError(f"{argv[0]} took more than {self.seconds:g} s", hint=" ".join(argv)[:200])
        return status


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and what it started: it has a session of its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _bound(pid: int, seconds: float) -> None:
    """Sets the limits of a process that has just been started; what it starts inherits them."""
    if sys.platform != "linux":
        return
    limits = {
        resource.RLIMIT_FSIZE: _FILE_LIMIT,
        resource.RLIMIT_AS: _MEMORY_LIMIT,
        resource.RLIMIT_CPU: int(seconds) + 1,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in limits.items():
        # The process may be over already, or the caller's own limit lower.
        with suppress(OSError, ValueError):
            resource.prlimit(pid, limit, (value, value))


@contextmanager
def scratch(path: str, seconds: float = 20.0, environment: Mapping[str, str] | None = None) -> Iterator[Runner]:
    """A runner in a fresh folder, which is removed at the end. Programs are looked for on `path` (as PATH), and see a
    few variables of ours.

    What a tree exports is not for them: LD_PRELOAD and its kin make a program load what they name. `environment` is
    for who runs free on purpose.
    """
    with tempfile.TemporaryDirectory(prefix="kweigh-", ignore_cleanup_errors=True) as name:
        own = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        # Messages are read, so they must be in English; and the compiler's own temporary files belong here, too.
        seen = own | dict(environment or {}) | {"PATH": path, "LC_ALL": "C", "TMPDIR": name}
        yield Runner(folder=Path(name), environment=seen, seconds=seconds)
