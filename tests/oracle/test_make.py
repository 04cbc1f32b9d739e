"""Rule: what we take for make's environment is what make runs conf in, what Kconfig refers to of it is what we have,
and a config that we resolve is the one that `make X_defconfig` itself writes.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer import configs
from analyzer.errors import ToolchainError
from analyzer.judge.make import environment_of_make
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.certify import certify
from analyzer.pipeline.commands.certify_judge import given_to_make
from tests.oracle.conftest import CACHE
from tests.oracle.real_make import RealMake

# What differs between two build folders, and what only talks to other makes.
OF_THE_FOLDER = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "O", "PWD", "abs_objtree", "_"}
GOALS = (("x86_64", "tinyconfig"), ("x86_64", "defconfig kvm_guest.config"), ("um", "defconfig"), ("s390", "defconfig"))


@pytest.fixture(scope="module")
def make(linux_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> RealMake:
    """make in one build folder a tree."""
    return RealMake(root=linux_tree, folder=tmp_path_factory.mktemp("make"))


@pytest.mark.parametrize("arch", ["powerpc", "um"])
def test_the_environment_is_the_one_that_conf_sees(arch: str, make: RealMake, tmp_path: Path) -> None:
    tree = open_tree(TreeRequest(root=make.root, arch=arch, cache=CACHE)).tree
    given = given_to_make(tree)
    ours, theirs = environment_of_make(make.root, given, scratch=tmp_path), make.environment(given)
    assert len(theirs) > 50
    differing = {name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}
    assert differing <= OF_THE_FOLDER


def test_a_variable_that_we_have_otherwise_is_named(make: RealMake, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(request: TreeRequest) -> OpenTree:
        opened = open_tree(request)
        environment = {**opened.tree.environment, "CC_VERSION_TEXT": "another", "KBUILD_VERBOSE": "1", "OURS": "alone"}
        del environment["KERNELVERSION"]
        return replace(opened, shelf=replace(opened.shelf, tree=replace(opened.tree, environment=environment)))

    monkeypatch.setattr("analyzer.pipeline.commands.certify.open_tree", mistaken)
    found = certify(TreeRequest(root=make.root, cache=CACHE), ("x86_64",), ("allnoconfig",), 0, CACHE / "conf")
    # Kconfig refers to these two, but to none of the others.
    assert {(one.name, one.ours is None) for one in found.variables} == {
        ("CC_VERSION_TEXT", False),
        ("KERNELVERSION", True),
    }
    assert found.equal == 1
    assert not found.whole


@pytest.mark.parametrize(("arch", "goals"), GOALS)
def test_make_writes_the_same_config(arch: str, goals: str, make: RealMake) -> None:
    _compare(make, open_tree(TreeRequest(root=make.root, arch=arch, cache=CACHE)), goals)


@pytest.mark.parametrize("arch", ["arm64"])
def test_the_header_that_the_compiler_sees_has_the_same_lines(arch: str, make: RealMake) -> None:
    opened = open_tree(TreeRequest(root=make.root, arch=arch, cache=CACHE))
    theirs = make.header(given_to_make(opened.tree), "defconfig")
    defined = sorted(line for line in theirs.split("\n") if line.startswith("#define CONFIG_"))
    assert sorted(configs.autoconf_h(opened.resolve("defconfig")).splitlines()) == defined
    assert any("0x" in line for line in defined)


@pytest.mark.parametrize("arch", ["powerpc", "riscv", "mips"])
def test_targets_of_every_form(arch: str, make: RealMake) -> None:
    opened = open_tree(TreeRequest(root=make.root, arch=arch, cache=CACHE))
    recipes = opened.shelf.recipes
    forms = {(one.target, len(one.goals), len(one.boards) > 1): name for name, one in recipes.items()}
    for name in forms.values() or ("defconfig",):
        _compare(make, opened, name)


def _compare(make: RealMake, opened: OpenTree, goals: str) -> None:
    theirs = make.config(given_to_make(opened.tree), goals)
    ours = configs.dotconfig(opened.resolve(goals.replace(" ", "+")))
    assert ours.split("\n", 4)[-1] == theirs.split("\n", 4)[-1]


@pytest.mark.parametrize(("pahole", "rustc"), [("", False), ("v1.16", True), ("v1.30", False)])
def test_tools_that_are_there_or_not(
    pahole: str, rustc: bool, linux_tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = {"pahole"} if rustc else {"pahole", "rustc", "bindgen"}
    folder = _path_without(hidden, tmp_path / "bin")
    if pahole:
        (folder / "pahole").write_text(f"#!/bin/sh\necho {pahole}\n")
        (folder / "pahole").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    found = certify(TreeRequest(root=linux_tree), ("x86_64",), ("defconfig",), 0, CACHE / "conf")
    assert found.whole, found


def _llvms() -> tuple[str, ...]:
    """LLVM as make takes it, of what is installed: `1` for the plain names, and the newest with a suffix (`-19`)."""
    found = [path for place in os.environ["PATH"].split(os.pathsep) for path in Path(place).glob("ld.lld-*")]
    suffixes = sorted((path.name.removeprefix("ld.lld") for path in found), key=lambda suffix: int(suffix[1:]))
    plain = ("1",) if shutil.which("clang") and shutil.which("ld.lld") else ()
    return (*plain, *suffixes[-1:]) or ("none",)


@pytest.mark.parametrize("llvm", _llvms())
@pytest.mark.parametrize("arch", ["x86_64", "arm64"])
def test_clang(arch: str, llvm: str, make: RealMake) -> None:
    if llvm == "none":
        pytest.skip("no clang: install clang, llvm and lld")
    names = ("tinyconfig", "defconfig")
    found = certify(TreeRequest(root=make.root, llvm=llvm), (arch,), names, 0, CACHE / "conf")
    if found.unread:
        # A clang that is too old for the tree is refused by both, in the same words; one that is not there (5.10 knows
        # no suffix) make may miss before conf does, for programs of its own.
        words = re.escape(found.unread[arch].rpartition(": ")[2])
        with pytest.raises(ToolchainError, match=f"{words}|clang: not found"):
            make.config({"ARCH": arch, "LLVM": llvm}, "defconfig")
    else:
        assert found.whole, found


def _path_without(hidden: set[str], folder: Path) -> Path:
    """A folder of links to every program of PATH but those hidden."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            if (
                program.name not in hidden
                and os.access(program, os.X_OK)
                and not os.path.lexists(folder / program.name)
            ):
                (folder / program.name).symlink_to(program)
    return folder
