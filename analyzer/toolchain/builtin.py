"""The commands of sh that probes use, answered here.

Enters: the words of a command. Leaves: a step. Must hold: no file is read or written and no program is run; where the
shells differ, or a form is not needed by any probe, Refused is raised.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from analyzer.toolchain import policy
from analyzer.toolchain.run import Machine, Result
from analyzer.toolchain.shell import Refused
from analyzer.toolchain.tools import Asker, Step

TRUE = Result(0)
FALSE = Result(1)

_ESCAPE = re.compile(r"\\(.?)")
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_FOLDER = rf"\.tmp_{policy.SHELL_PID}+"
_NUMBER = re.compile(r"-?\d{1,18}")
_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "-eq": int.__eq__,
    "-ne": int.__ne__,
    "-lt": int.__lt__,
    "-le": int.__le__,
    "-gt": int.__gt__,
    "-ge": int.__ge__,
}


def echo(arguments: Sequence[str], _: Asker) -> Step:
    """`echo words`. Shells differ about backslashes and options, so neither is allowed."""
    if any("\\" in word for word in arguments) or (arguments and re.fullmatch("-[neE]+", arguments[0])):
        raise Refused("echoes what shells print differently")
    return _prints(" ".join(arguments) + "\n")


def printf(arguments: Sequence[str], _: Asker) -> Step:
    r"""`printf "%b\n" text`, the form of as-instr."""
    if len(arguments) != 2 or arguments[0] != "%b\\n":
        raise Refused("prints in a form other than %b\\n")

    def unescaped(found: re.Match[str]) -> str:
        if found[1] not in _ESCAPES:
            raise Refused(f"prints the escape \\{found[1]}")
        return _ESCAPES[found[1]]

    return _prints(_ESCAPE.sub(unescaped, arguments[1]) + "\n")


def test(arguments: Sequence[str], asker: Asker) -> Step:
    """`test` of texts and numbers, and `-e` of a file below the tree or in the compiler's own plugin folder."""
    match list(arguments):
        case ["-z", text]:
            return _is(not text)
        case ["-n", text]:
            return _is(bool(text))
        case [left, "=" | "!=" as operator, right]:
            return _is((left == right) == (operator == "="))
        case [left, operator, right] if (
            operator in _COMPARISONS and _NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)
        ):
            return _is(_COMPARISONS[operator](int(left), int(right)))
        case ["-e", path]:
            return _exists(path, asker)
        case _:
            raise Refused(f"tests {' '.join(arguments)!r}")


def bracket(arguments: Sequence[str], asker: Asker) -> Step:
    """`[ … ]`, which is `test …`."""
    if arguments[-1:] != ["]"]:
        raise Refused("has a [ without ]")
    return test(arguments[:-1], asker)


_ARITHMETIC: Mapping[str, Callable[[int, int], int]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    # Towards zero, as C has it.
    "/": lambda left, right: abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1),
    "%": lambda left, right: abs(left) % abs(right) * (-1 if left < 0 else 1),
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">=": lambda left, right: left >= right,
    ">": lambda left, right: left > right,
}


def expr(arguments: Sequence[str], _: Asker) -> Step:
    """`expr N OPERATOR M` of two numbers; it succeeds where the result is not 0."""
    match list(arguments):
        case [left, operator, right] if (
            operator in _ARITHMETIC and _NUMBER.fullmatch(left) and _NUMBER.fullmatch(right)
        ):
            if operator in {"/", "%"} and int(right) == 0:
                return lambda _machine, _stdin: Result(2)
            value = int(_ARITHMETIC[operator](int(left), int(right)))
            return lambda _machine, _stdin: Result(int(value == 0), f"{value}\n".encode())
        case _:
            raise Refused(f"computes {' '.join(arguments)!r}")


def _exists(path: str, asker: Asker) -> Step:
    if (below := policy.path_below(path, asker.srctree)) is not None:
        return lambda _machine, _stdin: _result(below.exists())
    folder = Path(path)
    if folder.parts[-2:] != ("include", "plugin-version.h") or ".." in folder.parts:
        raise Refused(f"looks for {path!r}")
    # scripts/gcc-plugins/Kconfig asks for it under what the compiler has just printed.
    ask = [*asker.program("CC"), "-print-file-name=plugin"]
    plugin = str(folder.parent.parent)

    def step(machine: Machine, _stdin: bytes) -> Result:
        if machine.run(ask).output.decode("utf-8", "replace").strip() != plugin:
            raise Refused(f"looks for {path!r}")
        return _result(folder.is_absolute() and folder.exists())

    return step


def command(arguments: Sequence[str], asker: Asker) -> Step:
    """`command -v program`: whether it is on PATH."""
    if len(arguments) < 2 or arguments[0] != "-v":
        raise Refused("runs command without -v")
    name = arguments[1]
    if "/" in name and asker.split(arguments[1:]) is None:
        raise Refused(f"looks for {name!r}")

    def step(machine: Machine, _stdin: bytes) -> Result:
        found = machine.find(name)
        return Result(0, f"{found}\n".encode()) if found else Result(127)

    return step


def head(arguments: Sequence[str], _: Asker) -> Step:
    """`head -n 1`."""
    if "".join(arguments) not in {"-n1", "-1"}:
        raise Refused("takes more than the first line")
    return lambda _machine, stdin: Result(0, stdin[: stdin.find(b"\n") + 1] or stdin)


def grep(arguments: Sequence[str], _: Asker) -> Step:
    """`grep text`, with i, q and v; the pattern must be plain characters."""
    options, words = "", list(arguments)
    if len(words) == 2 and re.fullmatch("-[iqv]+|--", words[0]):
        options = words.pop(0)
    if len(words) != 1 or not re.fullmatch(r"[\w %:-]+", words[0]) or (words[0].startswith("-") and options != "--"):
        raise Refused("greps in a form that is not known")
    wanted = words[0].encode()

    def step(_machine: Machine, stdin: bytes) -> Result:
        lines = stdin.splitlines()
        hits = [(wanted.lower() in line.lower()) if "i" in options else (wanted in line) for line in lines]
        found = [line for line, hit in zip(lines, hits, strict=True) if hit != ("v" in options)]
        printed = b"" if "q" in options else b"".join(line + b"\n" for line in found)
        return Result(0 if found else 1, printed)

    return step


_UNAME: Mapping[str, Callable[[], str]] = {
    "-m": platform.machine,
    "-r": platform.release,
    "-s": platform.system,
}


def uname(arguments: Sequence[str], _: Asker) -> Step:
    """`uname -r`, and the name of the machine or the system: this machine's, so that no record has another's."""
    if len(arguments) != 1 or arguments[0] not in _UNAME:
        raise Refused("asks uname in a form that is not known")
    return _prints(_UNAME[arguments[0]]() + "\n")


def trap(arguments: Sequence[str], _: Asker) -> Step:
    """`trap "rm -rf .tmp_$$" EXIT` of cc-option: our folder goes away by itself."""
    if len(arguments) != 2 or not re.fullmatch(f"rm -rf {_FOLDER}", arguments[0]) or arguments[1] != "EXIT":
        raise Refused("sets a trap")
    return _is(holds=True)


def mkdir(arguments: Sequence[str], _: Asker) -> Step:
    """`mkdir .tmp_$$` of cc-option: the scratch folder stands for it."""
    if len(arguments) != 1 or not re.fullmatch(_FOLDER, arguments[0]):
        raise Refused("makes a folder")
    return _is(holds=True)


BUILTINS: Mapping[str, Callable[[Sequence[str], Asker], Step]] = {
    "[": bracket,
    "command": command,
    "echo": echo,
    "expr": expr,
    "grep": grep,
    "head": head,
    "mkdir": mkdir,
    "printf": printf,
    "test": test,
    "trap": trap,
    "uname": uname,
}


def _prints(text: str) -> Step:
    output = text.encode("utf-8", "surrogateescape")
    return lambda _machine, _stdin: Result(0, output)


def _is(holds: bool) -> Step:
    return lambda _machine, _stdin: _result(holds)


def _result(holds: bool) -> Result:
    return TRUE if holds else FALSE
