"""Answers a tree's `$(shell,…)`: by asking the toolchain, from a record, or, when allowed, by the shell.

Enters: a located tree, and a command text with its place. Leaves: the text that conf would have taken. Must hold:
`LiveAnswers` runs nothing but the toolchain's programs, as `commands` and `policy` allow it; `ConfinedAnswers` runs
what the tree wrote, but confined; only `AnyShell`, which a user must ask for, runs it free.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.errors import SourceError, ToolchainError
from analyzer.model.expr import Location
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.toolchain import confine
from analyzer.toolchain.canonical import canonical_command
from analyzer.toolchain.commands import plan
from analyzer.toolchain.profile import Profile
from analyzer.toolchain.run import Result, scratch
from analyzer.toolchain.shell import Refused
from analyzer.toolchain.tools import Asker

_TAKEN = 4095
_HINT = "--toolchain FILE answers it from a record"


def taken(output: bytes) -> str:
    """What conf takes of a command's output: the first 4095 bytes up to a NUL, without trailing newlines, inner ones
    as spaces.

    Source: do_shell() in scripts/kconfig/preprocess.c.
    """
    text = output[:_TAKEN].rstrip(b"\n").replace(b"\n", b" ").partition(b"\0")[0]
    return text.decode("utf-8", "surrogateescape")


class _Nothing:
    """A machine without programs, for commands that ask none."""

    def run(self, argv: Sequence[str], stdin: bytes = b"", *, errors: int = subprocess.DEVNULL) -> Result:
        raise Refused(f"asks {argv[0]}")

    def find(self, program: str) -> str | None:
        raise Refused(f"looks for {program}")

    def file(self, name: str) -> Path:
        raise Refused("asks the toolchain")


def pure_answer(command: str, tree: SourceTree) -> str | None:
    """The answer of a command that asks no program at all (`test "GCC" = GCC`); None for any other."""
    try:
        return taken(plan(command, Asker(tree=tree))(_Nothing(), b"").output)
    except Refused:
        return None


class LiveAnswers:
    """Asks the tree's own toolchain, and answers each command once. `seconds` bounds each program that is run."""

    def __init__(self, tree: SourceTree, *, seconds: float = 20.0) -> None:
        self._asker = Asker(tree=tree)
        self._seconds = seconds
        self._known: dict[str, str] = {}

    def answer(self, command: str, location: Location) -> str:
        """As `ShellAnswers.answer`."""
        if command not in self._known:
            try:
                step = plan(command, self._asker)
                with scratch(self._asker.tree.toolchain.path, self._seconds) as machine:
                    self._known[command] = taken(step(machine, b"").output)
            except Refused as reason:
                raise refusal(command, location, str(reason)) from None
        return self._known[command]


class ProfileAnswers:
    """Answers from a record; commands that ask no program are answered without it."""

    def __init__(self, tree: SourceTree, profile: Profile) -> None:
        self._tree = tree
        self._profile = profile
        self._known: dict[str, str] = {}

    def answer(self, command: str, location: Location) -> str:
        """As `ShellAnswers.answer`."""
        if command not in self._known:
            recorded = self._profile.answers.get(canonical_command(command, self._tree))
            found = pure_answer(command, self._tree) if recorded is None else recorded
            if found is None:
                raise refusal(command, location, f"is not in the record of {self._profile.toolchain.identity}")
            self._known[command] = found
        return self._known[command]


class FallbackAnswers:
    """Asks `first`, and `second` about what `first` refuses."""

    def __init__(self, first: ShellAnswers, second: ShellAnswers) -> None:
        self._first = first
        self._second = second

    def answer(self, command: str, location: Location) -> str:
        """As `ShellAnswers.answer`."""
        try:
            return self._first.answer(command, location)
        except SourceError:
            return self._second.answer(command, location)


class ConfinedAnswers:
    """Runs what the tree wrote, as it wrote it, but confined (`confine.py`); `how` is a way that works here."""

    def __init__(self, tree: SourceTree, how: confine.Way) -> None:
        self._reach = confine.reach(tree)
        self._how = how
        self._known: dict[str, str] = {}

    def answer(self, command: str, location: Location) -> str:
        """As `ShellAnswers.answer`; refuses what takes more time, memory or processes than it may."""
        if command not in self._known:
            try:
                self._known[command] = taken(confine.run(command, self._reach, self._how).output)
            except ToolchainError as error:
                raise refusal(command, location, error.message) from None
        return self._known[command]

    @property
    def commands(self) -> Sequence[str]:
        """The commands that were run so far."""
        return tuple(self._known)


class AnyShell:
    """Runs whatever the tree says with `sh -c`, as conf does: only for a tree that the user trusts.

    The working folder is a fresh one, as when the kernel is built elsewhere than in its source.
    """

    def __init__(self, tree: SourceTree, *, seconds: float = 60.0) -> None:
        self._tree = tree
        self._seconds = seconds
        self._known: dict[str, str] = {}

    def answer(self, command: str, location: Location) -> str:
        """As `ShellAnswers.answer`; refuses nothing."""
        if command not in self._known:
            path = os.environ.get("PATH", os.defpath)
            with scratch(path, self._seconds, self._tree.environment) as machine:
                self._known[command] = taken(machine.run(["sh", "-c", command]).output)
        return self._known[command]


class RecordingAnswers:
    """Passes questions on and remembers the answers that a program gave."""

    def __init__(self, tree: SourceTree, asked: ShellAnswers) -> None:
        self._tree = tree
        self._asked = asked
        self._recorded: dict[str, str] = {}

    def answer(self, command: str, location: Location) -> str:
        """As `ShellAnswers.answer`."""
        found = self._asked.answer(command, location)
        if pure_answer(command, self._tree) is None:
            self._recorded[canonical_command(command, self._tree)] = found
        return found

    @property
    def recorded(self) -> Mapping[str, str]:
        """The canonical command texts asked so far, with their answers."""
        return dict(self._recorded)


def refusal(command: str, location: Location, reason: str) -> SourceError:
    """The error for a command that is neither known nor recorded."""
    shown = command if len(command) <= 120 else command[:117] + "…"
    printable = "".join(char if char.isprintable() else "?" for char in shown)
    return SourceError(f"$(shell,{printable}) {reason}", path=location.path, lineno=location.line, hint=_HINT)
