"""The programs that a tree's Kconfig may ask.

Enters: the words of a command. Leaves: a step that runs the program with arguments that `policy` has passed. Must
hold: only the programs that the toolchain names are run.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analyzer.model.tree import SourceTree
from analyzer.toolchain import policy
from analyzer.toolchain.run import Machine, Result
from analyzer.toolchain.shell import Refused

Step = Callable[[Machine, bytes], Result]
"""A command that has been read and allowed: takes its standard input, gives status and output."""

_OPTIONS = re.compile(r"(?: +--?[A-Za-z][A-Za-z-]*)*")
_COMPILERS = ("CC", "HOSTCC", "HOSTCXX")
_ARGUMENTS: Mapping[str, Callable[[Sequence[str]], list[str]]] = {
    "LD": policy.linker_arguments,
    "BINDGEN": policy.bindgen_arguments,
    "PYTHON3": policy.python_arguments,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """On whose behalf a command runs: the tree, whose environment and programs count."""

    tree: SourceTree

    @property
    def srctree(self) -> Path:
        """The root of the tree."""
        return self.tree.root

    def variable(self, name: str) -> str:
        """A variable of the tree's environment. Raises Refused for any other: the caller's environment is not its
        business.
        """
        if name not in self.tree.environment:
            raise Refused(f"reads the environment variable {name}")
        return self.tree.environment[name]

    def program(self, name: str) -> list[str]:
        """The words of a program, such as ["ccache", "gcc"] for CC. Raises Refused when the toolchain has none of
        that name, or when the tree's makefiles have put another in its place.
        """
        command = named_programs(self.tree).get(name, "")
        if not command:
            raise Refused(f"asks {name}, which this toolchain does not name")
        if command != self.tree.environment.get(name, command):
            raise Refused(f"asks {name}, which the tree's makefiles set to {self.tree.environment[name]!r}")
        return list(_words(command))

    def split(self, words: Sequence[str]) -> tuple[str, list[str], list[str]] | None:
        """(variable, program, arguments) of a command that runs a program of the toolchain; None of any other."""
        # As the tree's makefiles spell it (`nm -B`), or as it is.
        commands = (*named_programs(self.tree).items(), *self.tree.toolchain.programs.items())
        named = ((name, list(_words(command))) for name, command in commands)
        found = [(name, program) for name, program in named if program and list(words[: len(program)]) == program]
        if not found:
            return None
        name, program = max(found, key=lambda pair: len(pair[1]))
        return name, program, list(words[len(program) :])

    def compiler(self, words: Sequence[str]) -> list[str]:
        """The argument list of a command that runs a C compiler, arguments checked. Raises Refused for any other
        command.
        """
        found = self.split(words)
        if found is None or found[0] not in _COMPILERS:
            raise Refused(f"runs {' '.join(words[:1])!r} as a compiler")
        _, program, arguments = found
        return program + policy.compiler_arguments(arguments, self.srctree)


@cache
def _words(command: str) -> tuple[str, ...]:
    return tuple(shlex.split(command))


def named_programs(tree: SourceTree) -> Mapping[str, str]:
    """The toolchain's programs by their make variables, as the tree's Kconfig sees them.

    Which program runs is the user's choice and ours; a tree's makefiles may add a plain option (`nm -B`), no more.
    """
    found = {}
    for name, command in tree.toolchain.programs.items():
        seen = tree.environment.get(name, command)
        added = seen.removeprefix(command)
        found[name] = seen if seen.startswith(command) and _OPTIONS.fullmatch(added) else command
    return found


def tool(words: Sequence[str], asker: Asker) -> Step | None:
    """The step for a command that begins with a program of the toolchain; None when it begins with none.

    Raises Refused when its arguments are not harmless.
    """
    found = asker.split(words)
    if found is None:
        return None
    name, program, arguments = found
    if name in _COMPILERS:
        argv = asker.compiler(words)
        return lambda machine, stdin: machine.run(argv, policy.source_text(stdin))
    checked = [*program, *_ARGUMENTS.get(name, policy.version_arguments)(arguments)]
    return lambda machine, _: machine.run(checked)
