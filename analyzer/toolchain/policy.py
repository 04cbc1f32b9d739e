"""Which arguments a program of the toolchain may get from a tree's Kconfig.

Enters: the words of a command. Leaves: the argument list to run, with output files renamed into the scratch folder.
Must hold: no argument names a file outside of the scratch folder or the tree's include folders, loads code into the
program, or lets it start another one; anything that is not known to be harmless raises Refused.

The ground rule is that no argument has a slash, but for /dev/null and -I below the tree: without one, a program can
only name files in its working folder, which is fresh, and in its own installation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from analyzer.toolchain.shell import Refused

OUT = "out.o"
"""Where every `-o FILE` goes instead."""

SHELL_PID = "1"
"""What `$$` stands for; only `.tmp_$$`, the probes' own folder, may be named by it (`.tmp_$$$$` in 5.10)."""

_PLAIN = re.compile(r"[\w.,:=+%^-]+")
_INPUTS = {"-", "/dev/null"}
_OUTPUT = re.compile(rf"/dev/null|-|\.tmp_{SHELL_PID}+/[\w.]+")
_LANGUAGES = {"c", "assembler", "assembler-with-cpp", "none"}
_COMPILER_EXACT = {
    *("-c", "-S", "-E", "-P", "-p", "-pg", "-w", "-s", "-static", "-shared", "-pipe", "-EL", "-EB", "-ansi"),
    *("-dumpmachine", "-dumpversion", "--version", "-print-file-name=plugin", "-Qunused-arguments"),
}
_COMPILER_FAMILIES = re.compile(r"-[fmgOWDU]|-std=|--param=|--target=|-no-|-nostd|-enable-")
# Members of these families that load code, start a program, or hand options on unread.
_COMPILER_REFUSED = re.compile(r"-f(plugin|pass-plugin|module|use-ld=(?!(bfd|gold|lld|mold)$))|-mllvm|-Wp,")
_ASSEMBLER_PARTS = re.compile(
    r"-[mg][\w.=+-]*|-W\w*|--(fatal-warnings|noexecstack|version|compress-debug-sections[\w=-]*)"
)
_LINKER_REFUSED = re.compile(r"--?(load-pass-)?plugin|--?mllvm")
# What could pull a file into a compilation. In C, a quote inside an asm text needs a backslash or a raw string.
_INCLUDES = re.compile(r"(?i:incbin|include|altmacro|\.mri|_Pragma)|\b(?:u8|[uUL])?R\"")
_DIRECTIVE = re.compile(r"^[^\S\n]*(#|%:|\?\?=)", re.MULTILINE)
_VERSION_OPTIONS = {"--version", "--help", "-V", "-v"}
_IMPORT = re.compile(r"import ([A-Za-z_]\w*)")


def compiler_arguments(words: Sequence[str], srctree: Path) -> list[str]:
    """Arguments of CC, HOSTCC or HOSTCXX."""
    allowed: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "-o":
            allowed += ["-o", _output(_value(word, rest))]
        elif word == "-x":
            allowed += ["-x", _one_of(_value(word, rest), _LANGUAGES)]
        elif word in {"-D", "-U", "--param", "-mllvm"}:
            value = _plain(_value(word, rest))
            if word == "-mllvm" and re.search("load|plugin", value):
                raise Refused(f"passes {word} {value}")
            allowed += [word, value]
        elif word == "-I" or (word.startswith("-I") and len(word) > 2):
            allowed.append("-I" + _below(word[2:] or _value(word, rest), srctree))
        elif word in _COMPILER_EXACT or word in _INPUTS:
            allowed.append(word)
        elif word.startswith("-Wa,"):
            allowed.append(_parts(word, _ASSEMBLER_PARTS))
        elif word.startswith("-Wl,"):
            linker_options(word.split(",")[1:])
            allowed.append(word)
        elif _COMPILER_FAMILIES.match(word) and not _COMPILER_REFUSED.match(word):
            # /dev/null is the only file that an option may name (-frandomize-layout-seed-file=/dev/null).
            _plain(word.removesuffix("=/dev/null"))
            allowed.append(word)
        else:
            raise Refused(f"passes {word!r} to the compiler")
    if _INCLUDES.search(" ".join(word for word in allowed if not word.startswith("-I"))):
        raise Refused("names a file to include")
    return allowed


def linker_arguments(words: Sequence[str]) -> list[str]:
    """Arguments of LD in a probe: `-v` first, which keeps it from linking when no input is named, then options."""
    if words[:1] not in (["-v"], ["-V"], ["--version"], ["--help"]):
        raise Refused("runs the linker without -v")
    return [words[0], *linker_options(words[1:])]


def linker_options(words: Sequence[str]) -> list[str]:
    """Options of a linker that name no file; `-z` and `-m` may have their value as the next word."""
    previous = ""
    for word in words:
        _plain(word)
        if _LINKER_REFUSED.match(word) or not (word.startswith("-") or previous in {"-z", "-m"}):
            raise Refused(f"passes {word!r} to the linker")
        previous = word
    return list(words)


def version_arguments(words: Sequence[str]) -> list[str]:
    """Arguments of a program that may only say what it is."""
    for word in words:
        _one_of(word, _VERSION_OPTIONS)
    if not words:
        raise Refused("runs a program without --version")
    return list(words)


def bindgen_arguments(words: Sequence[str]) -> list[str]:
    """Arguments of BINDGEN: those that init/Kconfig passes, a version with a name that releases before 0.69.1 want."""
    if list(words) != ["--version", "workaround-for-0.69.0"]:
        return version_arguments(words)
    return list(words)


def python_arguments(words: Sequence[str]) -> list[str]:
    """`-c "import NAME"`, turned into a search for the module that does not run its code."""
    found = _IMPORT.fullmatch(words[1]) if len(words) == 2 and words[0] == "-c" else None
    if not found:
        raise Refused("runs Python code")
    return ["-c", f"import importlib.util, sys; sys.exit(importlib.util.find_spec({found[1]!r}) is None)"]


def source_text(text: bytes) -> bytes:
    """What a tree gives a compiler to read: C or assembly that includes no file and has no directive. Returns
    `text`.
    """
    shown = text.decode("utf-8", "replace")
    if "\\" in shown or _DIRECTIVE.search(shown) or _INCLUDES.search(shown):
        raise Refused("gives the compiler a directive or an escape to read")
    return text


def path_below(text: str, srctree: Path) -> Path | None:
    """`text` as a path, when it lies in the tree once links are followed; else None."""
    path = Path(text)
    return path if path.is_absolute() and path.resolve().is_relative_to(srctree.resolve()) else None


def _below(text: str, srctree: Path) -> str:
    if path_below(text, srctree) is None:
        raise Refused(f"includes files of {text!r}")
    return text


def _plain(word: str) -> str:
    if not _PLAIN.fullmatch(word) or ".." in word:
        raise Refused(f"passes {word!r}")
    return word


def _value(option: str, rest: Iterator[str]) -> str:
    value = next(rest, None)
    if value is None:
        raise Refused(f"passes {option} without a value")
    return value


def _one_of(word: str, known: set[str]) -> str:
    if word not in known:
        raise Refused(f"passes {word!r}")
    return word


def _output(value: str) -> str:
    if not _OUTPUT.fullmatch(value):
        raise Refused(f"writes to {value!r}")
    return value if value == "-" else OUT


def _parts(word: str, known: re.Pattern[str]) -> str:
    if not all(known.fullmatch(part) for part in word.split(",")[1:]):
        raise Refused(f"passes {word!r}")
    return word
