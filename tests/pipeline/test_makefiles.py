"""Rule: conf sees what make exports, worked out from the tree's makefiles; what nobody answered has no value, and
matters only where Kconfig reads it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.errors import SourceError, Unanswered
from analyzer.model.expr import Location
from analyzer.model.tree import SourceTree, Toolchain
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.keeping.trees import exporting
from analyzer.pipeline.makefiles import exported
from analyzer.toolchain import way
from analyzer.trees import Compilers, default_config, locate
from tests.trees.miniature import FILES, plant

PROGRAMS = {"CC": "a-cc", "NM": "a-nm"}
TOOLCHAIN = Toolchain(prefix="a-", programs=PROGRAMS, identity="cc 1.0 (a)")


class Asked:
    """Answers a few commands, and refuses all others."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self.known = known
        self.commands: list[str] = []

    def __call__(self, command: str, location: Location) -> str:
        self.commands.append(command)
        if command in self.known:
            return self.known[command]
        raise SourceError("refused", path=location.path)


def at(
    root: Path, arch: str, machine: str = "x86_64", known: Mapping[str, str] | None = None, llvm: str = ""
) -> SourceTree:
    """The miniature tree with what it exports; `known` are the commands that are answered."""
    compilers = Compilers(toolchain=replace(TOOLCHAIN, llvm=llvm), versions={})
    located = locate(root, arch, compilers, machine=machine)
    return exporting(located, exported(located, Asked(known or {}), machine=machine))


def test_what_make_exports(tmp_path: Path) -> None:
    command = "LC_ALL=C a-cc --version 2>/dev/null | head -n 1"
    tree = at(plant(tmp_path), "i386", known={command: "cc 1.0 # of ours"})
    wanted = {
        "ARCH": "i386",
        "SRCARCH": "x86",
        "CC": "a-cc",
        "NM": "a-nm",
        "CROSS_COMPILE": "a-",
        "KERNELVERSION": "7.3.0-rc2",
        "CC_VERSION_TEXT": "cc 1.0  of ours",
        "KBUILD_DEFCONFIG": "i386_defconfig",
        "srctree": str(tmp_path),
    }
    assert {name: tree.environment.get(name) for name in wanted} == wanted
    assert dict(tree.unanswered) == {}
    assert tree.kconfig == "Kconfig"


def test_what_nobody_answers_has_no_value(tmp_path: Path) -> None:
    tree = at(plant(tmp_path), "i386")
    assert "CC_VERSION_TEXT" not in tree.environment
    assert tree.unanswered == {
        "CC_VERSION_TEXT": "$(shell LC_ALL=C a-cc --version 2>/dev/null | head -n 1) (Makefile:21)"
    }


def test_an_architecture_may_name_the_root_kconfig(tmp_path: Path) -> None:
    for text in ("arch/alpha/Kconfig", "$(srctree)/arch/alpha/Kconfig"):
        plant(tmp_path, {**FILES, "arch/alpha/Makefile": f"KBUILD_KCONFIG := {text}\n"})
        assert at(tmp_path, "alpha").kconfig == "arch/alpha/Kconfig"


def test_llvm_is_passed_on(tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "Makefile": FILES["Makefile"] + "ifneq ($(LLVM),)\nCC = clang$(LLVM)\nendif\n"})
    assert at(tmp_path, "alpha", llvm="-15").environment["CC"] == "clang-15"
    assert at(tmp_path, "alpha").environment["CC"] == "a-cc"


def test_um_sees_what_it_runs_on(tmp_path: Path) -> None:
    plant(tmp_path)
    assert at(tmp_path, "um").environment["HEADER_ARCH"] == "x86"
    assert at(tmp_path, "um").environment["SUBARCH"] == "x86"
    assert at(tmp_path, "um", "aarch64").environment["HEADER_ARCH"] == "arm64"
    assert "SUBARCH" not in at(tmp_path, "x86_64").environment


def test_an_architecture_may_change_a_program(tmp_path: Path) -> None:
    tree = at(plant(tmp_path), "alpha")
    assert tree.environment["NM"] == "a-nm -B"
    # The toolchain keeps its own name for it, or a record would add the option twice.
    assert tree.toolchain.programs["NM"] == "a-nm"


@pytest.mark.parametrize(
    ("arch", "machine", "name", "path"),
    [
        ("x86_64", "x86_64", "x86_64_defconfig", "arch/x86/configs/x86_64_defconfig"),
        ("i386", "x86_64", "i386_defconfig", None),
        ("x86", "x86_64", "x86_64_defconfig", "arch/x86/configs/x86_64_defconfig"),
        ("x86", "i686", "i386_defconfig", None),
        ("alpha", "x86_64", "defconfig", None),
        ("um", "aarch64", "arm64_defconfig", None),
    ],
)
def test_default_config(tmp_path: Path, arch: str, machine: str, name: str, path: str | None) -> None:
    found = default_config(at(plant(tmp_path), arch, machine))
    assert (found.name, found.path) == (name, path)


def test_default_config_that_cannot_be_read(tmp_path: Path) -> None:
    plant(tmp_path, {**FILES, "arch/alpha/Makefile": "KBUILD_DEFCONFIG := $(shell date)_defconfig\n"})
    with pytest.raises(SourceError, match="KBUILD_DEFCONFIG") as caught:
        default_config(at(tmp_path, "alpha"))
    assert caught.value.path == "arch/alpha/Makefile"


def test_what_kconfig_reads_is_asked_when_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if way() is None:
        pytest.skip("nothing here can confine a command")
    command = "x=gone; test -e $(srctree)/Kconfig && x=there; echo $$x"
    makefile = f"read := $(shell {command})\nexport read\n"
    kconfig = 'mainmenu "M"\nconfig A\n\tstring\n\tdefault "$(read)"\n'
    plant(tmp_path / "linux", {**FILES, "arch/alpha/Makefile": makefile, "Kconfig": kconfig})
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "gcc"):
        (folder / name).symlink_to(os.path.realpath(shutil.which(name) or name))
    monkeypatch.setenv("PATH", str(folder))
    request = TreeRequest(root=tmp_path / "linux", arch="alpha", cross_compile="", cache=tmp_path / "kept")
    for _ in range(2):
        opened = open_tree(request)
        assert opened.resolve("alldefconfig").values["A"] == "there"
        assert opened.tree.confined >= 1
    with pytest.raises(Unanswered, match=r"\$\(read\) hangs on what nobody answers") as caught:
        open_tree(replace(request, shell="none"))
    assert "--no-shell" in caught.value.hint
