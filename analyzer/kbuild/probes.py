"""What makefiles ask of the toolchain.

Enters: a call of one of Kbuild's probes, or `$(shell …)`. Leaves: the answer, or None. Must hold: nothing is run; a
question is answered here only if the config alone answers it, all others go to the caller's `ToolAnswers`. Source:
scripts/Makefile.compiler and scripts/Kbuild.include.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analyzer.model.expr import Location

PROBES = frozenset(
    {
        "__cc-option",
        "as-instr",
        "as-option",
        "cc-cross-prefix",
        "cc-disable-warning",
        "cc-fullversion",
        "cc-ifversion",
        "cc-ldoption",
        "cc-name",
        "cc-option",
        "cc-option-yn",
        "cc-version",
        "clang-min-version",
        "gcc-min-version",
        "hostcc-option",
        "if-success",
        "if_success",
        "ld-ifversion",
        "ld-option",
        "ld-version",
        "rustc-min-version",
        "rustc-option",
        "rustc-option-yn",
        "try-run",
    }
)
"""Functions that Kbuild defines to ask the toolchain; a call of one is a question and is not expanded."""

_VERSIONS = {
    "clang-min-version": "CLANG_VERSION",
    "gcc-min-version": "GCC_VERSION",
    "rustc-min-version": "RUSTC_VERSION",
}
_CC_VERSION = re.compile(r"LC_ALL=C \S+ --version 2>/dev/null \| head -n 1")
"""How the top Makefile asks for what Kconfig has recorded as CC_VERSION_TEXT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question: `$(call function,arguments…)`, or `$(shell command)` as function `shell` with one argument.

    Arguments are expanded and stripped; flags that a missing answer would have to complete are left out of them.
    """

    function: str
    arguments: tuple[str, ...]
    where: Location


ToolAnswers = Callable[[Probe], str | None]
"""Answers a question as make would see it (newlines as blanks); None when nobody knows."""


def no_answers(_probe: Probe) -> str | None:
    """The ToolAnswers of those who have no toolchain: nothing is known."""
    return None


def from_config(probe: Probe, config: Mapping[str, str]) -> str | None:
    """The answer where the config alone decides: versions that Kconfig has recorded."""
    if symbol := _VERSIONS.get(probe.function):
        version, wanted = config.get(symbol, ""), probe.arguments[0]
        if not (version or "0").isdecimal() or not wanted.isdecimal():
            return None
        return "y" if int(version or "0") >= int(wanted) else ""
    if probe.function == "shell" and _CC_VERSION.fullmatch(probe.arguments[0]):
        return config.get("CC_VERSION_TEXT", "").strip('"') or None
    return None
