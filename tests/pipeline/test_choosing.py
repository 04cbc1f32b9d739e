"""Rule: a glob means an architecture's own defconfigs, and what matches nothing is an error that names it.

Enters: the bundled tree and a miniature one. Leaves: nothing. Must hold: a file `defconfig` is one of `*_defconfig`;
what another ARCH of the folder has for its default is not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import configs, trees
from analyzer.errors import UsageError
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.choosing import check_configs, chosen_arches, chosen_configs
from analyzer.trees.compilers import NO_COMPILERS
from tests.trees.miniature import FILES, plant


def shelf(root: Path | None, arch: str) -> configs.Shelf:
    tree = trees.locate(root, arch, NO_COMPILERS)
    return configs.Shelf(tree=tree, default="", recipes=trees.recipes(tree))


@pytest.mark.parametrize(
    ("arch", "names"),
    [
        ("alpha", ("defconfig",)),
        ("s390", ("defconfig",)),
        ("x86_64", ("x86_64_defconfig",)),
        ("i386", ("i386_defconfig",)),
        ("sparc32", ("sparc32_defconfig",)),
        ("sparc64", ("sparc64_defconfig",)),
        ("powerpc", ("cell_defconfig", "pmac32_defconfig", "ppc64_defconfig")),
        ("mips", ("generic_defconfig", "jazz_defconfig")),
    ],
)
def test_a_glob_means_all_defconfigs_of_the_architecture(arch: str, names: tuple[str, ...]) -> None:
    assert chosen_configs(shelf(None, arch), ("*_defconfig",)) == names


def test_whatever_the_machine_is(tmp_path: Path) -> None:
    """The folder's own ARCH, which asks for the width, has them all."""
    files = {f"arch/x86/configs/{name}_defconfig": "" for name in ("i386", "x86_64", "board")}
    plant(tmp_path, {**FILES, **files})
    found = {arch: chosen_configs(shelf(tmp_path, arch), ("*defconfig",)) for arch in ("i386", "x86_64", "x86")}
    assert found == {
        "i386": ("board_defconfig", "i386_defconfig"),
        "x86_64": ("board_defconfig", "x86_64_defconfig"),
        "x86": ("board_defconfig", "i386_defconfig", "x86_64_defconfig"),
    }


def test_a_name_is_taken_as_it_is() -> None:
    assert chosen_configs(shelf(None, "x86_64"), ("i386_defconfig",)) == ("i386_defconfig",)


def test_a_glob_has_to_match_somewhere() -> None:
    check_configs(TreeRequest(), ("alpha", "powerpc"), ("ppc*", "tinyconfig", "no_such_config"))
    with pytest.raises(UsageError, match=r"no config of alpha, powerpc matches zz\*"):
        check_configs(TreeRequest(), ("alpha", "powerpc"), ("*", "zz*"))
    with pytest.raises(UsageError, match=r"no config of x86_64 matches i386\*"):
        check_configs(TreeRequest(), ("x86_64",), ("i386*",))


@pytest.mark.parametrize("name", ["vax", "va[xy]"])
def test_so_has_an_architecture(name: str) -> None:
    with pytest.raises(UsageError, match="architecture"):
        chosen_arches(TreeRequest(), ("alpha", name))
