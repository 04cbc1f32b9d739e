"""What can go wrong, as values that the command line prints.

Enters: nothing. Leaves: the exception classes that every room may raise. Must hold: each carries one line that a
user can act on and the exit code of docs/architecture.md; `cli.py` catches `AnalyzerError` once, and nothing else
in the package turns an exception into an exit code.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class AnalyzerError(Exception):
    """A failure that is the user's or the environment's, never ours.

    `message` is one line, `hint` (may be empty) says what to do about it. Exit code: `exit_code`.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.line()

    def line(self) -> str:
        """The one line to print: the message, then the hint in brackets when there is one."""
        return f"{self.message} ({self.hint})" if self.hint else self.message

    def lines(self) -> tuple[str, ...]:
        """All lines to print: one, but where several things are wrong alike."""
        return (self.line(),)


class UsageError(AnalyzerError):
    """The request itself makes no sense: an unknown option value, symbol or architecture. Exit code 2."""

    exit_code = 2


class InputError(AnalyzerError):
    """There is no usable tree or config: missing, empty, binary, or not what it is said to be. Exit code 3."""

    exit_code = 3


class SourceError(AnalyzerError):
    """A source file (Kconfig, config, diff, TOML) is unreadable at a known place. Exit code 4.

    `path` is as the user or the tree names it, `lineno` counts from 1 (0: the file as a whole).
    """

    exit_code = 4

    def __init__(self, message: str, *, path: str, lineno: int = 0, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.lineno = lineno

    def line(self) -> str:
        """The one line to print, `path:line: message (hint)` as compilers write it."""
        place = f"{self.path}:{self.lineno}" if self.lineno else self.path
        return f"{place}: {super().line()}"


class PatchRejected(SourceError):
    """Hunks of a patch fit nowhere: a line for each."""

    def __init__(self, rejected: Iterable[tuple[str, int, str]]) -> None:
        self.rejected = tuple(rejected)
        path, lineno, message = self.rejected[0]
        super().__init__(message, path=path, lineno=lineno)

    def lines(self) -> tuple[str, ...]:
        """One for each hunk."""
        return tuple(SourceError(text, path=path, lineno=line).line() for path, line, text in self.rejected)


class Unanswered(SourceError):
    """Kconfig reads a variable that make exports, whose value hangs on a question that nobody has answered yet."""


class ToolchainError(AnalyzerError):
    """A compiler or another tool of the toolchain is missing, crashed or was refused. Exit code 5."""

    exit_code = 5


class FolderBusy(ToolchainError):
    """Another process builds in the folder."""


class BuildFailed(ToolchainError):
    """make gave up on a config, which says something of the config: `told` is the first error as the compiler or linker
    told it."""

    def __init__(self, message: str, *, told: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.told = told


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names what `word` may have meant: `did you mean X?`, or `""` when nothing is near.

    >>> nearest("powerpc64", ["powerpc", "x86"])
    'did you mean powerpc?'
    """
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[found[0]]}?" if found else ""
