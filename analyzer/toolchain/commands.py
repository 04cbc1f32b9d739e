"""Turns a command text into steps that may be taken.

Enters: the text of a `$(shell,…)` after macro expansion. Leaves: one step for the whole. Must hold: everything in the
text is known and allowed before any of it is done; one unknown command, script or argument refuses the whole.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping, Sequence

from analyzer.toolchain import policy, probes, rust, scripts
from analyzer.toolchain.builtin import BUILTINS
from analyzer.toolchain.policy import SHELL_PID
from analyzer.toolchain.run import Machine, Result
from analyzer.toolchain.shell import Group, List, Pipeline, Refused, Simple, Text, Word, parse
from analyzer.toolchain.tools import Asker, Step, tool

SCRIPTS: Mapping[str, Callable[[Sequence[str], Asker], Step]] = {
    "arch/powerpc/tools/gcc-check-fpatchable-function-entry.sh": probes.fpatchable_function_entry,
    "arch/powerpc/tools/gcc-check-mprofile-kernel.sh": probes.mprofile_kernel,
    "arch/s390/tools/gcc-thunk-extern.sh": probes.thunk_extern,
    "scripts/as-version.sh": scripts.as_version,
    "scripts/cc-can-link.sh": probes.cc_can_link,
    "scripts/cc-version.sh": scripts.cc_version,
    "scripts/gcc-x86_32-has-stack-protector.sh": probes.stack_protector_32,
    "scripts/gcc-x86_64-has-stack-protector.sh": probes.stack_protector_64,
    "scripts/ld-version.sh": scripts.ld_version,
    "scripts/pahole-version.sh": scripts.pahole_version,
    "scripts/rust_is_available.sh": rust.rust_is_available,
    "scripts/rustc-llvm-version.sh": rust.rustc_llvm_version,
    "scripts/rustc-version.sh": rust.rustc_version,
    "scripts/tools-support-relr.sh": probes.tools_support_relr,
}
"""The scripts of a tree that are answered here, by their path in it; scripts.toml says which content each may have."""

MISSING = Result(127)


_IF = re.compile(r"if (?P<asked>[^;]+); then (?P<then>echo \w+); else (?P<otherwise>echo \w+); fi")


def plan(text: str, asker: Asker) -> Step:
    """The step for a command text. Raises Refused when anything in it is not known or not allowed."""
    # An echo succeeds, so this says the same.
    text = _IF.sub(r"{ \g<asked>; } && \g<then> || \g<otherwise>", text)
    return _Planner(asker).list(parse(text))


class _Planner:
    """Reads one command text; holds what `set --` has set, for `$1` behind it."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._positional: list[str] = []

    def list(self, tree: List) -> Step:
        steps = [(operator, self._pipeline(pipeline)) for operator, pipeline in tree.items]

        def step(machine: Machine, stdin: bytes) -> Result:
            status, output = 0, b""
            for operator, run in steps:
                if (operator == "&&" and status != 0) or (operator == "||" and status == 0):
                    continue
                result = run(machine, stdin)
                status, output = result.status, output + result.output
            return Result(status, output)

        return step

    def _pipeline(self, pipeline: Pipeline) -> Step:
        steps = [self._command(command) for command in pipeline.commands]

        def step(machine: Machine, stdin: bytes) -> Result:
            result = Result(0, stdin)
            for run in steps:
                result = run(machine, result.output)
            return result

        return step

    def _command(self, command: Simple | Group) -> Step:
        if isinstance(command, Group):
            step = self.list(command.body)
        elif command.joined:
            step = self._joined(self._fields(command.words))
        else:
            step = self._simple(self._fields(command.words))
        if not command.silent:
            return step
        return lambda machine, stdin: Result(step(machine, stdin).status)

    def _simple(self, words: Sequence[str]) -> Step:
        if not words:
            raise Refused("has an empty command")
        # Ours run in this language anyway.
        if words[0] == "LC_ALL=C" and len(words) > 1:
            words = words[1:]
        name, *arguments = words
        if name == "set":
            if arguments[:1] != ["--"]:
                raise Refused("sets options of the shell")
            self._positional = arguments[1:]
            return lambda _machine, _stdin: Result(0)
        if name == "env":
            return self._env(arguments)
        if name in BUILTINS:
            return BUILTINS[name](arguments, self._asker)
        found = tool(words, self._asker) or self._script(words)
        if found is None:
            raise Refused(f"runs {name!r}")
        return found

    def _joined(self, words: Sequence[str]) -> Step:
        """A tool that says what it is, on whichever of its two outputs."""
        found = self._asker.split(words)
        if found is None:
            raise Refused("reads standard error")
        _, program, arguments = found
        argv = [*program, *policy.version_arguments(arguments)]
        return lambda machine, _stdin: machine.run(argv, errors=subprocess.STDOUT)

    def _env(self, words: Sequence[str]) -> Step:
        """`env "CC=…" … script`: allowed when the variables are set to what they are anyway."""
        at = 0
        while at < len(words) and "=" in words[at]:
            variable, _, value = words[at].partition("=")
            if value.split() != self._asker.program(variable):
                raise Refused(f"sets {variable}")
            at += 1
        found = self._script(words[at:])
        if found is None:
            raise Refused(f"runs {' '.join(words[at : at + 1])!r}")
        return found

    def _script(self, words: Sequence[str]) -> Step | None:
        root = f"{self._asker.srctree}/"
        name = words[0].removeprefix(root) if words and words[0].startswith(root) else ""
        if name not in SCRIPTS:
            return None
        text = scripts.script_text(self._asker, name)
        if text is None:
            return lambda _machine, _stdin: MISSING
        if scripts.mark(text) not in scripts.known_scripts().get(name, ()):
            raise Refused(f"runs {name}, which is none of those known")
        return SCRIPTS[name](words[1:], self._asker)

    def _fields(self, words: Sequence[Word]) -> Sequence[str]:
        """The words after expansion: an unquoted variable is split at blanks, and leaves no word when it is empty."""
        fields: list[str] = []
        for word in words:
            # None until there is something that makes a word.
            begun: str | None = None
            for part in word:
                if isinstance(part, Text):
                    begun = (begun or "") + part.text
                elif part.quoted:
                    begun = (begun or "") + self._value(part.name)
                else:
                    value = self._value(part.name)
                    if any(char in value for char in "*?[\\"):
                        raise Refused(f"expands ${part.name} as a pattern")
                    pieces = value.split()
                    if not pieces:
                        continue
                    if begun is not None and value[:1].isspace():
                        fields.append(begun)
                        begun = None
                    *whole, last = [(begun or "") + pieces[0], *pieces[1:]]
                    fields += whole
                    begun = last
                    if value[-1].isspace():
                        fields.append(begun)
                        begun = None
            if begun is not None:
                fields.append(begun)
        return fields

    def _value(self, name: str) -> str:
        if name == "$":
            return SHELL_PID
        if name.isdigit():
            index = int(name)
            if index == 0:
                raise Refused("reads $0")
            return self._positional[index - 1] if index <= len(self._positional) else ""
        return self._asker.variable(name)
