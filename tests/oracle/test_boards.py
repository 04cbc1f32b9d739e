"""Rule: `*_defconfig` means the defconfigs that a tree's own make lists for an architecture.

Enters: each real tree. Leaves: nothing. Must hold: make is asked, by its help; what we leave out is what make takes as
the default of another ARCH of the same folder, and what we have besides is the file `defconfig` or a target of the
architecture's Makefile.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from analyzer import configs, trees
from analyzer.pipeline.choosing import chosen_configs
from analyzer.trees.compilers import NO_COMPILERS

# The board's folder, in trees that have such, is a help of its own.
_LISTED = re.compile(r"^  (\S+_defconfig) +- Build for", re.MULTILINE)
_FOLDER = re.compile(r"^  (help-(?!boards)\S+) +- Show \S+-specific targets", re.MULTILINE)


def _make(root: Path, folder: Path, arch: str, *goals: str) -> str:
    command = ("make", "-s", f"O={folder}", f"ARCH={arch}", *goals)
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, errors="replace", check=False)
    return done.stdout


def _listed(root: Path, folder: Path, arch: str) -> set[str]:
    told = _make(root, folder, arch, "help")
    folders = _FOLDER.findall(told)
    return {
        *_LISTED.findall(told),
        *(name for one in folders for name in _LISTED.findall(_make(root, folder, arch, one))),
    }


def _default(root: Path, folder: Path, arch: str) -> str:
    """What make takes for `make defconfig`; only a goal that ends so reads the makefile of the architecture."""
    told = _make(
        root, folder, arch, "--eval", "whichconfig: ; @echo KBUILD_DEFCONFIG=$(KBUILD_DEFCONFIG)", "whichconfig"
    )
    found = re.search(r"KBUILD_DEFCONFIG=(\S*)", told)
    return found[1] if found else ""


def test_a_glob_means_what_make_lists(linux_tree: Path, tmp_path: Path) -> None:
    known = trees.architectures(linux_tree)
    wrong: dict[str, set[str]] = {}
    for arch in trees.distinct(known):
        tree = trees.locate(linux_tree, arch, NO_COMPILERS)
        shelf = configs.Shelf(tree=tree, default="", recipes=trees.recipes(tree))
        ours, theirs = set(chosen_configs(shelf, ("*_defconfig",))), _listed(linux_tree, tmp_path, arch)
        file = {"defconfig"} if (linux_tree / f"arch/{tree.srcarch}/configs/defconfig").is_file() else set()
        others = [other for other, srcarch in known.items() if srcarch == tree.srcarch and other != arch]
        mine = _default(linux_tree, tmp_path, arch)
        foreign = {_default(linux_tree, tmp_path, other) for other in others} - {mine}
        foreign = foreign if arch != tree.srcarch else set()
        if ours != ((theirs - foreign) | file | {one for one in shelf.recipes if one.endswith("_defconfig")}):
            wrong[arch] = ours ^ theirs
    assert wrong == {}


@pytest.mark.parametrize(("arch", "name"), [("x86_64", "i386_defconfig")])
def test_anothers_default_gives_another_kernel(linux_tree: Path, tmp_path: Path, arch: str, name: str) -> None:
    """Which is why it is left out: its own lines do not hold."""
    _make(linux_tree, tmp_path, arch, name)
    assert "CONFIG_64BIT=y" in (tmp_path / ".config").read_text("utf-8")
