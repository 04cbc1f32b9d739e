"""The tree's scripts about Rust, answered by our own code.

Enters: the words after the script's name. Leaves: a step that gives what the script would print and its status. Must
hold: no script of the tree is run. Source: scripts/rustc-version.sh, rustc-llvm-version.sh and rust_is_available.sh
of 6.1, 6.12 and 7.3.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from analyzer.toolchain.run import Machine, Result
from analyzer.toolchain.scripts import FAILED, at_least, only
from analyzer.toolchain.shell import Refused
from analyzer.toolchain.tools import Asker, Step
from analyzer.toolchain.versions import canonical

# rustc's numbers have a digit more than the compilers'.
_RUST = 100000
_MISSING = Result(1, b"0\n")
_LLVM = re.compile(r"^.*LLVM.*\d+\.\d+\.\d+.*$", re.MULTILINE)
_NUMBERS = r"(\d+\.\d+\.\d+)"
# Makes libclang say its version in a message.
_SAY_VERSION = (
    '#define SAY(text) _Pragma(#text)\n#define ASK(text) SAY(message(text))\nASK("clang version " __clang_version__)\n'
)


def rustc_version(words: Sequence[str], asker: Asker) -> Step:
    """scripts/rustc-version.sh: `109500` for 1.95.0; `0` when it cannot be run."""
    argv = [*only(words, "RUSTC", asker), "--version"]
    return lambda machine, _stdin: _printed(machine.run(argv), 1)


def rustc_llvm_version(words: Sequence[str], asker: Asker) -> Step:
    """scripts/rustc-llvm-version.sh: `190106` for LLVM 19.1.6; `0` when it cannot be run."""
    argv = [*only(words, "RUSTC", asker), "--version", "--verbose"]

    def step(machine: Machine, _stdin: bytes) -> Result:
        line = _LLVM.search(_text(machine.run(argv)))
        return _printed(Result(0, line[0].encode()), 2, major=10000) if line else _MISSING

    return step


def rust_is_available(words: Sequence[str], asker: Asker) -> Step:
    """scripts/rust_is_available.sh: success when rustc, bindgen and libclang are new enough and the sources of `core`
    are there.

    What the script only warns of is left out. 6.1 took no notice of a version that it could not read until it
    compared it, which fails as well.
    """
    if words:
        raise Refused("passes arguments to rust_is_available.sh")
    rustc, bindgen = asker.program("RUSTC"), asker.program("BINDGEN")

    def step(machine: Machine, _stdin: bytes) -> Result:
        header = machine.file("libclang.h")
        header.write_text(_SAY_VERSION, "utf-8")
        answers: tuple[tuple[str, str, Callable[[], Result]], ...] = (
            ("rustc", "rustc", lambda: machine.run([*rustc, "--version"])),
            ("bindgen", "bindgen", lambda: machine.run([*bindgen, "--version", "workaround-for-0.69.0"])),
            ("llvm", "clang version", lambda: machine.run([*bindgen, str(header)], errors=subprocess.STDOUT)),
        )
        if machine.find(rustc[0]) is None or machine.find(bindgen[0]) is None:
            return FAILED
        for tool, name, ask in answers:
            result = ask()
            version = re.search(rf"{name} {_NUMBERS}", _text(result))
            if not result or not version or not at_least(asker, tool, version[1]):
                return FAILED
        sysroot = _text(machine.run([*rustc, "--print", "sysroot"])).strip()
        core = Path(sysroot) / "lib/rustlib/src/rust/library/core/src/lib.rs"
        return Result(0) if core.exists() else FAILED

    return step


def _printed(result: Result, word: int, *, major: int = _RUST) -> Result:
    """The `word`th word of what a program said, as one number."""
    words = _text(result).split()
    version = canonical(words[word], major=major) if result and len(words) > word else None
    return _MISSING if version is None else Result(0, f"{version}\n".encode())


def _text(result: Result) -> str:
    return result.output.decode("utf-8", "replace")
