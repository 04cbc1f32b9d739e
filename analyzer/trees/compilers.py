"""Which toolchain a tree is asked with.

Enters: the architecture, and CROSS_COMPILE and LLVM where the user gave them. Leaves: `Compilers`: the programs that
make would name, and what the compiler says of itself. Must hold: the names come from the table below, from the user and
from nowhere else, and are looked for where the tree cannot put anything; only `--version` and `-dumpmachine` are run
here.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from analyzer.errors import ToolchainError
from analyzer.model.tree import Toolchain
from analyzer.noted import which

# Named by the top Makefile of Linux: with CROSS_COMPILE in front, between LLVM's folder and suffix, and without either.
_PREFIXED = {
    "CC": "gcc",
    "LD": "ld",
    "AR": "ar",
    "NM": "nm",
    "OBJCOPY": "objcopy",
    "OBJDUMP": "objdump",
    "READELF": "readelf",
    "STRIP": "strip",
}
_LLVM = {
    "CC": "clang",
    "LD": "ld.lld",
    "AR": "llvm-ar",
    "NM": "llvm-nm",
    "OBJCOPY": "llvm-objcopy",
    "OBJDUMP": "llvm-objdump",
    "READELF": "llvm-readelf",
    "STRIP": "llvm-strip",
    "HOSTCC": "clang",
    "HOSTCXX": "clang++",
}
_PLAIN = {
    "HOSTCC": "gcc",
    "HOSTCXX": "g++",
    "RUSTC": "rustc",
    "BINDGEN": "bindgen",
    "PAHOLE": "pahole",
    "PYTHON3": "python3",
}
_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilers:
    """A toolchain, and variables of make's that a record brings along.

    `versions` maps CC_VERSION_TEXT, RUSTC_VERSION_TEXT … to what make computed of the programs when it was recorded;
    empty for programs that are here to be asked.
    """

    toolchain: Toolchain
    versions: Mapping[str, str]


NO_COMPILERS = Compilers(toolchain=Toolchain(prefix="", programs={}, identity="none"), versions={})
"""For a tree that asks no compiler, as the bundled one."""


def search_path(root: Path) -> str:
    """PATH without folders that are relative or lie in `root`: what a tree holds never stands for a tool."""
    real = root.resolve()
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    outside = (f for f in folders if Path(f).is_absolute() and not Path(f).resolve().is_relative_to(real))
    return os.pathsep.join(outside)


def find_compilers(
    arch: str, srcarch: str, *, host_srcarch: str, path: str, prefix: str | None = None, llvm: str | None = None
) -> Compilers:
    """The toolchain for `arch`, its programs looked for on `path` (as PATH).

    With `llvm` (LLVM as make takes it) clang and its kin, which make code for any architecture. Else `prefix` if given,
    else the native one on the host's own architecture, else the first cross compiler on the path that triplets.toml
    names, else the native names, which is what make takes without CROSS_COMPILE (and what um wants, which runs on the
    host).

    Raises ToolchainError when there is no such compiler at all.
    """
    if llvm:
        folder, suffix = (llvm, "") if llvm.endswith("/") else ("", llvm if llvm.startswith("-") else "")
        programs = _PLAIN | {name: f"{folder}{program}{suffix}" for name, program in _LLVM.items()}
        prefix = prefix or ""
    else:
        prefix = _prefix(arch, srcarch, host_srcarch, path) if prefix is None else prefix
        programs = {name: prefix + program for name, program in _PREFIXED.items()} | _PLAIN
    if which(programs["CC"], path=path) is None:
        hint = "give its prefix with --cross-compile, or recorded answers with --toolchain FILE"
        raise ToolchainError(f"no C compiler {programs['CC']} for {arch} on PATH", hint=hint)
    return Compilers(
        toolchain=Toolchain(
            prefix=prefix, programs=programs, identity=_identity(programs["CC"], path), llvm=llvm or "", path=path
        ),
        versions={},
    )


def version_text(compiler: str) -> str:
    """The line in which a compiler of PATH says what it is, as make's CC_VERSION_TEXT has it; "" where it does not."""
    return (_output([compiler, "--version"], os.environ.get("PATH", os.defpath)).splitlines() or [""])[0]


def _identity(compiler: str, path: str) -> str:
    """What a compiler is: `gcc 12.2.0 (alpha-linux-gnu)`. Raises ToolchainError when it cannot be run."""
    line = (_output([*shlex.split(compiler), "--version"], path).splitlines() or [""])[0]
    if not line:
        raise ToolchainError(f"{compiler} --version prints nothing")
    family = "clang" if "clang" in line else "gcc"
    numbers = re.findall(r"\d+\.\d+(?:\.\d+)?", re.sub(r"\(.*?\)", "", line)) or [line]
    return f"{family} {numbers[0]} ({_output([*shlex.split(compiler), '-dumpmachine'], path).strip()})"


def _prefix(arch: str, srcarch: str, host_srcarch: str, path: str) -> str:
    if srcarch == host_srcarch and which("gcc", path=path):
        return ""
    known = _triplets()
    candidates = [*known.get(arch, ()), *known.get(srcarch, ())]
    return next((prefix for prefix in candidates if which(prefix + "gcc", path=path)), "")


@cache
def _triplets() -> Mapping[str, list[str]]:
    return tomllib.loads(files("analyzer.trees").joinpath("triplets.toml").read_text("utf-8"))


def _output(argv: list[str], path: str) -> str:
    # The compiler's messages are read, so the user's language must not change them; and it does not stand in the tree.
    environment = os.environ | {"LC_ALL": "C", "PATH": path}
    program = which(argv[0], path=path)
    try:
        done = subprocess.run(
            [program or argv[0], *argv[1:]],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            text=True,
            errors="replace",
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout
