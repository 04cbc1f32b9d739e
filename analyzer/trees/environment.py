"""What a tree's Kconfig sees of the environment.

Enters: a tree's root, the architecture and the compilers. Leaves: the variables that make would have exported to
conf. Must hold: of the caller's own environment nothing comes in. Source: the `export` lines of the top Makefile and
of arch/$(SRCARCH)/Makefile, and every `$(NAME)` in the Kconfig files of 6.1 and 6.12.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analyzer.trees.compilers import Compilers, help_text, version_line
from analyzer.trees.host import subarch, uname
from analyzer.trees.makefile import Makefile, Unknown
from analyzer.trees.makefile import read as read_makefile
from analyzer.trees.texts import is_file_within, read_within

_VERSION = re.compile(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*([^\s#]*)", re.MULTILINE)
_HELP_LISTS_OPTION = re.compile(
    r"if (?P<program>\S+) --help 2>&1 \| grep -- '(?P<option>--\w+)' > /dev/null; then echo y; else echo n; fi"
)


def kernel_version(makefile: str) -> str:
    """KERNELVERSION from the text of the top Makefile, `""` when it states none."""
    parts = dict(_VERSION.findall(makefile))
    numbers = [parts.get(name, "") for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
    # As the Makefile's own rule: SUBLEVEL counts only behind a PATCHLEVEL.
    known = numbers[: numbers.index("")] if "" in numbers else numbers
    return ".".join(known) + parts.get("EXTRAVERSION", "") if known else ""


def arch_makefile(root: Path, variables: Mapping[str, str], machine: str) -> Makefile:
    """arch/$(SRCARCH)/Makefile, read with `variables` (ARCH, SRCARCH and what else make has set before it) on a
    machine named `machine`.
    """
    name = f"arch/{variables['SRCARCH']}/Makefile"
    text = read_within(root, name) if is_file_within(root, name) else ""
    before = {"srctree": str(root), "SUBARCH": subarch(root, machine)} | dict(variables)

    def shell(command: str) -> str:
        asked = _HELP_LISTS_OPTION.fullmatch(command)
        # powerpc asks this of nm. Whatever else a tree's makefile would like to run is not run.
        if asked and asked["program"] == before.get("NM"):
            return "y" if asked["option"] in help_text(asked["program"]) else "n"
        return uname(command, machine)

    return read_makefile(text, before, shell)


def environment(root: Path, arch: str, srcarch: str, compilers: Compilers, machine: str) -> Mapping[str, str]:
    """The variables, sorted by name. `srctree` is the absolute root; flags that only users set (USERCFLAGS,
    CROSS_COMPILE_COMPAT) are absent.

    The architecture's Makefile may change a program (alpha: `NM := $(NM) -B`) and export more (um: SUBARCH and
    HEADER_ARCH).
    """
    top = read_within(root, "Makefile")
    programs = compilers.toolchain.programs
    found = {
        "ARCH": arch,
        "SRCARCH": srcarch,
        "srctree": str(root),
        "KERNELVERSION": kernel_version(top),
        "CROSS_COMPILE": compilers.toolchain.prefix,
        "CLANG_FLAGS": "",
        **programs,
        **compilers.versions,
    }
    # Exported since 6.12, where Kconfig no longer asks rustc itself.
    if "RUSTC_VERSION_TEXT" in top and "RUSTC_VERSION_TEXT" not in found:
        found["RUSTC_VERSION_TEXT"] = version_line(programs["RUSTC"])
    after = arch_makefile(root, found, machine)
    for name in {*programs, "SUBARCH", "HEADER_ARCH"} & {*programs, *after.exported}:
        try:
            found[name] = after.value(name)
        except Unknown:
            continue
    return dict(sorted(found.items()))
