"""The version scripts of a tree, answered by our own code.

Enters: the words after the script's name. Leaves: a step that gives what the script would print and its status. Must
hold: no script of the tree is run; what it would have asked a program, we ask that program. Source: the scripts of
the same names in 6.1 and 6.12.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from analyzer.toolchain.run import Machine, Result
from analyzer.toolchain.shell import Refused
from analyzer.toolchain.tools import Asker, Step
from analyzer.toolchain.versions import canonical, minimum

FAILED = Result(1)

_LIMIT = 1 << 16
_PAHOLE = re.compile(r"v(\d+)\.(\d+)")
# What a preprocessor leaves of these says which compiler it is, and which version.
_MACROS = (
    *("__clang__", "__clang_major__", "__clang_minor__", "__clang_patchlevel__"),
    *("__GNUC__", "__GNUC_MINOR__", "__GNUC_PATCHLEVEL__"),
)


def script_text(asker: Asker, name: str) -> str | None:
    """The text of a script of the tree; None when it is missing. Raises Refused when it lies outside or is too
    large.
    """
    path = (asker.srctree / name).resolve()
    if not path.is_relative_to(asker.srctree.resolve()):
        raise Refused(f"leads outside the tree through {name}")
    if not path.is_file():
        return None
    with path.open("rb") as file:
        data = file.read(_LIMIT + 1)
    if len(data) > _LIMIT:
        raise Refused(f"asks {name}, which is larger than {_LIMIT >> 10} KiB")
    return data.decode("utf-8", "replace")


def mark(text: str) -> str:
    """What a script's text is known by."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


@cache
def known_scripts() -> Mapping[str, Sequence[str]]:
    """The scripts that our own code answers for, by their path in the tree: the marks of those that it was compared
    with (tests/oracle/test_shell_answers.py). Any other is run as it is, confined."""
    found: Mapping[str, Sequence[str]] = tomllib.loads(
        files("analyzer.toolchain").joinpath("scripts.toml").read_text("utf-8")
    )
    return found


def at_least(asker: Asker, tool: str, version: str) -> bool:
    """Whether `version` is one that the tree takes."""
    wanted = canonical(minimum(script_text(asker, "scripts/min-tool-version.sh") or "", tool, asker.tree.environment))
    found = canonical(version)
    return found is not None and wanted is not None and found >= wanted


def only(words: Sequence[str], name: str, asker: Asker) -> list[str]:
    """The program `name` of the toolchain, when `words` are that and no more. Raises Refused otherwise."""
    found = asker.split(words)
    if found is None or found[0] != name or found[2]:
        raise Refused(f"runs {' '.join(words)!r} as {name}")
    return found[1]


def cc_version(words: Sequence[str], asker: Asker) -> Step:
    """scripts/cc-version.sh: `GCC 120200` or `Clang 140006`; nothing when it is unknown or too old."""
    argv = [*asker.compiler(words), "-E", "-P", "-x", "c", "-"]

    def step(machine: Machine, _stdin: bytes) -> Result:
        clang, *rest = _words(machine.run(argv, " ".join(_MACROS).encode() + b"\n")) or ["", *_MACROS[1:]]
        clang_parts, gcc_parts = rest[:3], rest[3:]
        name, tool, parts = ("GCC", "gcc", gcc_parts) if clang == "__clang__" else ("Clang", "llvm", clang_parts)
        return _print_checked(asker, name, tool, ".".join(parts))

    return step


def as_version(words: Sequence[str], asker: Asker) -> Step:
    """scripts/as-version.sh: `GNU 24000`, or `LLVM 0` for the integrated assembler."""
    if "-fintegrated-as" in words:
        return lambda _machine, _stdin: Result(0, b"LLVM 0\n")
    argv = [*asker.compiler(words), "-Wa,--version", "-c", "-x", "assembler-with-cpp", "/dev/null", "-o", "out.o"]

    def step(machine: Machine, _stdin: bytes) -> Result:
        first = _first_line(machine.run(argv))
        if first[:2] != ["GNU", "assembler"]:
            return FAILED
        # A distribution's package release may follow a hyphen.
        return _print_checked(asker, "GNU", "binutils", first[-1].rpartition("-")[0] or first[-1])

    return step


def ld_version(words: Sequence[str], asker: Asker) -> Step:
    """scripts/ld-version.sh: `BFD 24000` or `LLD 140006`."""
    argv = [*only(words, "LD", asker), "--version"]

    def step(machine: Machine, _stdin: bytes) -> Result:
        first = _first_line(machine.run(argv))
        if first[:2] == ["GNU", "ld"]:
            return _print_checked(asker, "BFD", "binutils", _leading_number(first[-1]))
        if "LLD" in first[:-1] and first[:2] != ["GNU", "gold"]:
            return _print_checked(asker, "LLD", "llvm", _leading_number(first[first.index("LLD") + 1]))
        return FAILED

    return step


def pahole_version(words: Sequence[str], asker: Asker) -> Step:
    """scripts/pahole-version.sh: `124` for v1.24, `0` when it is missing."""
    argv = only(words, "PAHOLE", asker)

    def step(machine: Machine, _stdin: bytes) -> Result:
        if machine.find(argv[0]) is None:
            return Result(1, b"0\n")
        text = machine.run([*argv, "--version"]).output.decode("utf-8", "replace")
        lines = [_PAHOLE.sub(r"\1\2", line, count=1) for line in text.splitlines()]
        return Result(0, "".join(f"{line}\n" for line in lines).encode())

    return step


def _print_checked(asker: Asker, name: str, tool: str, version: str) -> Result:
    return Result(0, f"{name} {canonical(version)}\n".encode()) if at_least(asker, tool, version) else FAILED


def _words(result: Result) -> list[str]:
    return result.output.decode("utf-8", "replace").split()


def _first_line(result: Result) -> list[str]:
    return (result.output.decode("utf-8", "replace").splitlines() or [""])[0].split()


def _leading_number(word: str) -> str:
    found = re.match(r"[\d.]*", word)
    return found[0] if found else ""
