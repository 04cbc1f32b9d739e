"""Rule: SUBARCH is what the tree's own sed line makes of `uname -m`; no program runs for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.trees.host import subarch, uname

from .miniature import FILES, plant


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        ("x86_64", "x86"),
        ("i686", "x86"),
        ("aarch64", "arm64"),
        ("armv7l", "arm"),
        ("arm64", "arm64"),
        ("sh4a", "sh"),
        ("riscv64", "riscv64"),
    ],
)
def test_subarch(tmp_path: Path, machine: str, expected: str) -> None:
    assert subarch(plant(tmp_path), machine) == expected


def test_subarch_of_an_old_tree_is_in_its_makefile(tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name != "scripts/subarch.include"}
    files["Makefile"] += "SUBARCH := $(shell uname -m | sed -e s/i.86/i386/ -e s/sun4u/sparc64/)\n"
    assert subarch(plant(tmp_path, files), "sun4u") == "sparc64"


@pytest.mark.parametrize("line", ["", "SUBARCH := $(shell rm -rf /)\n", "SUBARCH := $(shell uname -m | sed -e 1e)\n"])
def test_subarch_that_cannot_be_read_is_the_machine(tmp_path: Path, line: str) -> None:
    assert subarch(plant(tmp_path, {**FILES, "scripts/subarch.include": line}), "x86_64") == "x86_64"


@pytest.mark.parametrize(
    "command",
    [
        "uname -r",
        "uname -m; id",
        "uname -m | sh",
        "uname -m | sed s/a/b/",
        "uname -m | sed -e s/a/b/e",
        "uname -m | sed -e s/\\(a\\)/b/",
        "uname -m | sed -e s/a/b/ | sh",
        "uname -m | sed -e s/[a/b/",
        "uname -m | sed -e s/*a/b/",
        "uname -m | sed -e s/a**/b/",
        "uname -m | sed -e s/[z-a]/b/",
        "uname -m | sed -e /[/s/a/b/",
        "uname -m | sed -e s/[[:alpha:]]/b/",
        "id",
    ],
)
def test_other_commands_are_unknown(command: str) -> None:
    assert uname(command, "x86_64") is None


def test_quoted_sed_script() -> None:
    assert uname("uname -m | sed -e 's/i.86/i386/'", "i586") == "i386"
