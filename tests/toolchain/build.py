"""A tree and a toolchain to ask, small and ours.

Enters: a folder. Leaves: a `SourceTree` whose programs are shell scripts that a test writes. Must hold: a program
that nobody may run leaves a trace when it is run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.model.expr import Location
from analyzer.model.kconfig import ChoiceRules, Dialect, EmptyNumber
from analyzer.model.tree import SourceTree, Toolchain
from analyzer.toolchain import LiveAnswers

HERE = Location(path="init/Kconfig", line=7)
NAMES = {
    "CC": "gcc",
    "LD": "ld",
    "AR": "ar",
    "NM": "nm",
    "OBJCOPY": "objcopy",
    "RUSTC": "rustc",
    "BINDGEN": "bindgen",
    "PAHOLE": "pahole",
    "PYTHON3": "python3",
}
MINIMUMS = """\
case "$1" in
binutils)
	echo 2.25.0
	;;
gcc)
	# The older ones miscompile.
	if [ "$ARCH" = parisc64 ]; then
		echo 12.0.0
	elif [ "$SRCARCH" = sh ]; then
		echo 9.0.0
	else
		echo 5.1.0
	fi
	;;
llvm)
	echo 13.0.1
	;;
rustc)
	echo 1.78.0
	;;
bindgen)
	echo 0.65.1
	;;
esac
"""
SCRIPTS = (
    *("scripts/cc-version.sh", "scripts/as-version.sh", "scripts/ld-version.sh", "scripts/pahole-version.sh"),
    *("scripts/rustc-version.sh", "scripts/rustc-llvm-version.sh", "scripts/rust_is_available.sh"),
    *("scripts/cc-can-link.sh", "scripts/tools-support-relr.sh", "scripts/gcc-x86_64-has-stack-protector.sh"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A tree in `root` and the programs in `bin`; `trace` is where a program of ours writes how it was called."""

    root: Path
    bin: Path
    trace: Path
    tree: SourceTree

    def program(self, name: str, body: str) -> None:
        """A program: a shell script that first notes its arguments."""
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.trace}\n{body}\n')
        path.chmod(0o755)

    def ask(self, command: str, tree: SourceTree | None = None) -> str:
        """The live answer."""
        return LiveAnswers(tree or self.tree).answer(command, HERE)

    def succeeds(self, command: str) -> bool:
        """Whether $(success,command) is y."""
        return self.ask(success(command)) == "y"

    def calls(self) -> list[str]:
        """How programs were called so far."""
        return self.trace.read_text().splitlines() if self.trace.exists() else []


def success(command: str) -> str:
    """What `$(success,command)` of Kconfig.include becomes."""
    return f'{{ {command}; }} >/dev/null 2>&1 && echo "y" || echo "n"'


def cc_option(option: str, cc: str = "gcc") -> str:
    """What `$(cc-option,option)` becomes."""
    folder = ".tmp_$$"
    return success(
        f'trap "rm -rf {folder}" EXIT; mkdir {folder}; {cc} -Werror  {option} -c -x c /dev/null -o {folder}/tmp.o'
    )


def as_instr(text: str, cc: str = "gcc") -> str:
    """What `$(as-instr,text)` becomes."""
    return success(f'printf "%b\\n" "{text}" | {cc}  -c -x assembler-with-cpp -o /dev/null -')


def tree_at(root: Path, programs: Mapping[str, str] = NAMES, **environment: str) -> SourceTree:
    """A tree with the given programs; `environment` is added to what it sees."""
    seen = {"ARCH": "x86_64", "SRCARCH": "x86", "srctree": str(root), "CLANG_FLAGS": "", **programs, **environment}
    return SourceTree(
        root=root,
        kind="linux",
        version="7.3.0",
        arch=seen["ARCH"],
        srcarch=seen["SRCARCH"],
        kconfig="Kconfig",
        dialect=Dialect(choices=ChoiceRules.MENU, empty_number=EmptyNumber.ZERO),
        toolchain=Toolchain(
            prefix="", programs=dict(programs), identity="test 1.0 (none)", path=os.environ.get("PATH", "")
        ),
        environment=seen,
    )


def plant(root: Path) -> Path:
    """The files of the tree that answers look at; the scripts themselves would leave a trace if they ran."""
    for name in SCRIPTS:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"#!/bin/sh\n# asks min-tool-version.sh\ntouch {root}/script-ran\n")
        (root / name).chmod(0o755)
    (root / "scripts/min-tool-version.sh").write_text(MINIMUMS)
    return root
