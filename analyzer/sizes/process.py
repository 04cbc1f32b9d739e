"""Long-running programs that talk while they work.

Enters: an argument list, a folder, an environment, a log. Leaves: what the program said, line by line, in the log and
to a listener. Must hold: no shell stands between, stdin is empty; when this returns or raises, KeyboardInterrupt
included, no process of the program's group is left; `held` stays open in it until its last process is gone.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from analyzer.errors import ToolchainError

_SECONDS_TO_END = 10.0


def follow(
    arguments: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    log: BinaryIO,
    held: int,
    listen: Callable[[str], None],
) -> int:
    """Run a program to its end, give its exit status (negative: the signal that killed it).

    `held` is a file descriptor that the program inherits, such as a lock's: should we be killed, the lock is free only
    when the program is gone too. Raises ToolchainError when the program cannot be started.
    """
    log.write(f"$ {' '.join(arguments)}\n".encode())
    try:
        process = subprocess.Popen(
            arguments,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(held,),
        )
    except OSError as error:
        raise ToolchainError(f"{arguments[0]} cannot be run: {error.strerror or error}") from error
    assert process.stdout is not None
    try:
        with process.stdout as said:
            for line in said:
                log.write(line)
                listen(line.decode("utf-8", "replace").rstrip("\n"))
        return process.wait()
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the group: by SIGTERM first, upon which make removes what is half made."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
