"""A person at a shell: keys in, a screen out.

Enters: which shell, its environment, keys. Leaves: what stood on the screen, and the command line after Tab. Must hold:
the shell is a real interactive one on a terminal of its own, started without the user's files.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

_START = {
    "bash": ("bash", "--norc", "--noprofile", "-i"),
    "zsh": ("zsh", "-f", "-i"),
    "fish": ("fish", "--no-config", "-i"),
}
SHELLS = tuple(_START)
_SET_UP = {
    "bash": 'eval "$(kweigh completion bash)"',
    "zsh": 'autoload -U compinit; compinit -u -D; eval "$(kweigh completion zsh)"',
    "fish": "kweigh completion fish | source",
}
_CONTROL = re.compile(
    r"\x1b\[[0-9;?<>=]*[A-Za-z]|\x1b\][^\a\x1b]*(?:\a|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78]|[\a\x0e\x0f]"
)
_HOME, _KILL = b"\x01", b"\x15"
_QUIET, _PATIENCE = 0.4, 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """What happened on Tab: the command line that stood there, and all that came onto the screen."""

    line: str
    screen: str


class Shell:
    """One shell, ready for keys."""

    def __init__(self, terminal: int, process: int) -> None:
        self._terminal = terminal
        self._process = process
        self._count = 0

    def run(self, line: str) -> str:
        """What a command prints."""
        self._count += 1
        self._type(f"{line}; echo done'-'{self._count}-\r".encode())
        return self._until(f"done-{self._count}-")

    def tab(self, words: str) -> Tab:
        """What Tab makes of a line. The line is then handed to `echo`, since a screen is drawn in many ways."""
        self._count += 1
        self._type(words.encode())
        self._settled(_QUIET)
        self._type(b"\t")
        # What is looked up takes its time; a line that shows the end of it comes with the next key that is read.
        self._type(b" ;x")
        screen = self._settled_with(";x")
        self._type(_HOME + f"echo line-{self._count}- '".encode() + b"\x05'" + b"\r")
        told = self._until(f"line-{self._count}- {words.split(maxsplit=1)[0]}")
        found = re.findall(rf"line-{self._count}- '?(.*?) *;x", told)
        return Tab(line=found[-1] if found else "", screen=screen)

    def close(self) -> None:
        """End it."""
        os.close(self._terminal)
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def _type(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def _read(self, seconds: float) -> str:
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        try:
            return os.read(self._terminal, 65536).decode("utf-8", "replace") if ready else ""
        except OSError:
            return ""

    def _settled(self, quiet: float) -> str:
        seen = ""
        while more := self._read(quiet):
            seen += more
        return _CONTROL.sub("", seen)

    def _settled_with(self, text: str) -> str:
        return self._until(text) + self._settled(_QUIET)

    def _until(self, text: str) -> str:
        seen, end = "", time.monotonic() + _PATIENCE
        while text not in _CONTROL.sub("", seen):
            if time.monotonic() > end:
                raise TimeoutError(f"{text!r} never came; there was {seen[-2000:]!r}")
            seen += self._read(1.0)
        return _CONTROL.sub("", seen + self._read(_QUIET))


@contextmanager
def shell(name: str, environment: Mapping[str, str]) -> Iterator[Shell]:
    """A shell that completes kweigh."""
    process, terminal = pty.fork()
    if not process:
        os.execvpe(_START[name][0], _START[name], {**environment, "TERM": "xterm", "COLUMNS": "200", "PS1": "> "})
    found = Shell(terminal, process)
    try:
        found._settled(1.0)
        found.run(f"stty cols 200; {_SET_UP[name]}")
        yield found
    finally:
        found.close()
