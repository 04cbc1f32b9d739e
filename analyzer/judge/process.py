"""Programs, run to their end within a time.

Enters: an argument list, a folder, an environment. Leaves: what the program wrote to stderr. Must hold: no shell stands
between, stdin is empty, and when this returns or raises, no process of the program's group is left from a timeout.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.errors import ToolchainError

# The top Makefile of the kernel exports the last two, so that sorting and numbers do not depend on the user's language.
_INHERITED = ("PATH", "LANG")
_FIXED = {"LC_COLLATE": "C", "LC_NUMERIC": "C"}
_PASSED_ON = re.compile(r"\*\*\* \[.*\] Error \d+$")


def environment_of(own: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a program: PATH and LANG of ours, the two LC_ that make exports, then `own`."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | _FIXED | dict(own)


def run(
    arguments: Sequence[str], *, cwd: Path, environment: Mapping[str, str], seconds: float, printed: Path | None = None
) -> str:
    """Run a program and give its stderr as text; undecodable bytes come back as surrogates.

    `environment` is all that the program sees, `seconds` its time; what it prints goes into the file
    `printed`, else nowhere. Raises ToolchainError when it cannot be started,
    fails, is killed or takes longer; the message holds the line of stderr that says most.
    """
    program = Path(arguments[0]).name
    # A file, not a pipe: a background process that outlives the program would keep a pipe open for ever.
    with tempfile.TemporaryFile() as stderr, Path(printed or os.devnull).open("wb") as stdout:
        try:
            process = subprocess.Popen(
                arguments,
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except OSError as error:
            raise ToolchainError(f"{program} cannot be run: {error.strerror or error}") from error
        try:
            status = process.wait(timeout=seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise ToolchainError(f"{program} did not end within {seconds:g} s and was stopped") from error
            raise
        stderr.seek(0)
        said = stderr.read().decode("utf-8", "surrogateescape")
    if status:
        ending = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"failed with exit code {status}"
        raise ToolchainError(": ".join(part for part in (f"{program} {ending}", _telling_line(said)) if part))
    return said


def _telling_line(said: str) -> str:
    """The first line that speaks of an error, or that make stopped at; not how each make above says that one failed."""
    lines = [line.strip() for line in said.splitlines() if line.strip().strip("*")]
    own = [line for line in lines if not _PASSED_ON.search(line)]
    return next((line for line in own if "error" in line.lower() or "***" in line), (own or lines or [""])[0])
