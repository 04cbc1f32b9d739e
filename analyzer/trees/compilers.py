"""Which toolchain a tree is asked with.

Enters: the architecture, and CROSS_COMPILE where the user gave one. Leaves: `Compilers`: the programs that make would
name, and what the compiler says of itself. Must hold: only `--version`, `--help` and `-dumpmachine` are run here.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from analyzer.errors import ToolchainError
from analyzer.model.tree import Toolchain

# Named by the top Makefile of Linux: with CROSS_COMPILE in front, and without.
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
    """A toolchain, and the version lines that make exports of it.

    `versions` maps CC_VERSION_TEXT and RUSTC_VERSION_TEXT to the first line of `--version` without `#`, as the top
    Makefile computes them (`""` for a program that is missing).
    """

    toolchain: Toolchain
    versions: Mapping[str, str]


NO_COMPILERS = Compilers(toolchain=Toolchain(prefix="", programs={}, identity="none"), versions={})
"""For a tree that asks no compiler, as the bundled one."""


def find_compilers(arch: str, srcarch: str, *, host_srcarch: str, prefix: str | None = None) -> Compilers:
    """The toolchain for `arch`: `prefix` if given, else the native one on the host's own architecture, else the first
    cross compiler on PATH that triplets.toml names, else the native names, which is what make takes without
    CROSS_COMPILE (and what um wants, which runs on the host).

    Raises ToolchainError when there is no such compiler at all.
    """
    if prefix is None:
        prefix = _prefix(arch, srcarch, host_srcarch)
    programs = {name: prefix + program for name, program in _PREFIXED.items()} | _PLAIN
    if shutil.which(programs["CC"]) is None:
        hint = "give its prefix with --cross-compile, or recorded answers with --toolchain FILE"
        raise ToolchainError(f"no C compiler {programs['CC']} for {arch} on PATH", hint=hint)
    return describe(programs, prefix)


def describe(programs: Mapping[str, str], prefix: str) -> Compilers:
    """Asks the compilers that `programs` names for their version and target. Raises ToolchainError when CC cannot be
    run.
    """
    line = version_line(programs["CC"])
    if not line:
        raise ToolchainError(f"{programs['CC']} --version prints nothing")
    family = "clang" if "clang" in line else "gcc"
    numbers = re.findall(r"\d+\.\d+(?:\.\d+)?", re.sub(r"\(.*?\)", "", line)) or [line]
    target = _output([*shlex.split(programs["CC"]), "-dumpmachine"]).strip()
    identity = f"{family} {numbers[0]} ({target})"
    toolchain = Toolchain(prefix=prefix, programs=dict(programs), identity=identity)
    return Compilers(toolchain=toolchain, versions={"CC_VERSION_TEXT": line})


def version_line(command: str) -> str:
    """The first line of `command --version` without `#`, or `""` when it cannot be run."""
    return (_output([*shlex.split(command), "--version"]).splitlines() or [""])[0].replace("#", "")


def help_text(command: str) -> str:
    """What `command --help` prints, or `""` when it cannot be run."""
    return _output([*shlex.split(command), "--help"])


def _prefix(arch: str, srcarch: str, host_srcarch: str) -> str:
    if srcarch == host_srcarch and shutil.which("gcc"):
        return ""
    known = _triplets()
    candidates = [*known.get(arch, ()), *known.get(srcarch, ())]
    return next((prefix for prefix in candidates if shutil.which(prefix + "gcc")), "")


@cache
def _triplets() -> Mapping[str, list[str]]:
    return tomllib.loads(files("analyzer.trees").joinpath("triplets.toml").read_text("utf-8"))


def _output(argv: list[str]) -> str:
    # The compiler's messages are read, so the user's language must not change them.
    environment = os.environ | {"LC_ALL": "C"}
    try:
        done = subprocess.run(
            argv,
            env=environment,
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
