"""Rule: a plain name that the tree serves is the tree's, whatever lies in the current folder; a name with a slash, and
a plain one that the tree does not serve, is a file of the user's own where there is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.configs import Inputs, Shelf
from analyzer.configs.targets import is_served
from analyzer.errors import InputError
from analyzer.model.tree import Recipe, SourceTree, Toolchain
from analyzer.trees.dialect import SERIES
from tests.trees.miniature import plant

FILES = {
    "arch/x/configs/x_defconfig": "CONFIG_TREE=y\n",
    "arch/x/configs/boards/b_defconfig": "CONFIG_TREE=y\n",
    "arch/x/configs/debug.config": "CONFIG_ARCH_TREE=y\n",
    "arch/y/configs/y_defconfig": "CONFIG_OTHER=y\n",
    "kernel/configs/debug.config": "CONFIG_SHARED_TREE=y\n",
    "kernel/configs/tiny.config": "CONFIG_TINY=y\n",
}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A tree's configs, seen from a folder beside it."""
    tree = SourceTree(
        root=plant(tmp_path / "tree", FILES),
        kind="linux",
        version="7.3",
        arch="x",
        srcarch="x",
        kconfig="Kconfig",
        dialect=SERIES,
        toolchain=Toolchain(prefix="", programs={}, identity="none"),
        environment={},
    )
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    recipe = Recipe(files=("arch/x/configs/x_defconfig", "arch/x/configs/debug.config"))
    return Shelf(tree=tree, default="x_defconfig", recipes={"made_defconfig": recipe}, inputs=Inputs())


def names(shelf: Shelf, config: str) -> list[str]:
    return [assignment.name for assignment in shelf.load(config).assignments]


def own(name: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("CONFIG_OWN=y\n")


SERVED = ("x_defconfig", "made_defconfig", "debug.config", "defconfig", "tinyconfig", "allnoconfig")


@pytest.mark.parametrize("name", SERVED)
def test_a_name_of_the_tree_is_the_trees(name: str, shelf: Shelf) -> None:
    before = shelf.load(name)
    own(name)
    assert shelf.load(name) == before
    assert not shelf.is_own(name)
    assert shelf.inputs.both == {name: False}
    for spelled in (f"./{name}", str(Path(name).absolute()), f"../here/{name}"):
        assert names(shelf, spelled) == ["OWN"]
        assert shelf.load(spelled).files == (spelled,)
        assert shelf.is_own(spelled)
    assert shelf.inputs.both == {name: False}


def test_a_fragment_is_the_trees_too(shelf: Shelf) -> None:
    own("debug.config")
    assert names(shelf, "x_defconfig+debug.config") == ["SHARED_TREE", "ARCH_TREE"]
    assert names(shelf, "x_defconfig+./debug.config") == ["OWN"]
    merged = shelf.merge("./debug.config", ["debug.config"])
    assert (merged.base and merged.base.files, merged.files) == (
        ("./debug.config",),
        ("./debug.config", "kernel/configs/debug.config", "arch/x/configs/debug.config"),
    )


def test_any_other_name_is_a_file(shelf: Shelf) -> None:
    own("my.config")
    assert names(shelf, "my.config") == ["OWN"]
    assert shelf.load("my.config").files == ("my.config",)
    own("a+b")
    assert names(shelf, "a+b") == ["OWN"]
    assert shelf.inputs.both == {}
    assert shelf.has("my.config+debug.config")
    assert not shelf.has("my.config+no.config")


def test_a_build_folder(shelf: Shelf) -> None:
    own("out/.config")
    for name in ("out", "out/", "./out"):
        assert shelf.load(name).files == (f"{name.rstrip('/')}/.config",)
        assert names(shelf, name) == ["OWN"]


def test_a_path_below_the_configs(shelf: Shelf) -> None:
    assert names(shelf, "boards/b_defconfig") == ["TREE"]
    own("boards/b_defconfig")
    assert names(shelf, "boards/b_defconfig") == ["OWN"]
    assert shelf.inputs.both == {"boards/b_defconfig": True}


def test_the_trees_own_file_is_no_second_meaning(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shelf.tree.root / "arch/x/configs")
    assert names(shelf, "x_defconfig") == ["TREE"]
    assert shelf.inputs.both == {}


def test_a_path_that_the_tree_has_as_well_is_told_apart(shelf: Shelf) -> None:
    own("kernel/configs/debug.config")
    assert shelf.load("kernel/configs/debug.config").files == ("./kernel/configs/debug.config",)


def test_a_tool_gets_the_text_that_was_read(shelf: Shelf, tmp_path: Path) -> None:
    own("kernel/configs/debug.config")
    own("my.config")
    for name, text in (
        ("./kernel/configs/debug.config", "CONFIG_OWN=y\n"),
        ("my.config", "CONFIG_OWN=y\n"),
        ("kernel/configs/debug.config", "CONFIG_SHARED_TREE=y\n"),
    ):
        assert shelf.copy(name, tmp_path).read_text() == text


def test_the_dotconfig_of_the_tree(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config \.config"):
        shelf.load(".config")
    (tmp_path / "there").write_text("CONFIG_THERE=y\n")
    known = replace(shelf, dotconfig="../there")
    assert names(known, ".config") == ["THERE"]
    assert known.load(".config").files == ("../there",)
    own(".config")
    assert names(known, ".config") == ["OWN"]


def test_another_architectures_config_is_named(shelf: Shelf) -> None:
    with pytest.raises(InputError) as caught:
        shelf.load("y_defconfig")
    assert caught.value.line() == "no config y_defconfig in Linux 7.3 x (it is one of y; --arch says which is meant)"


@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("x_defconfig", True),
        ("y_defconfig", True),
        ("debug.config", True),
        ("tinyconfig", True),
        ("*_defconfig", False),
        ("[xy]_defconfig", False),
        ("", False),
        ("my.config", False),
    ],
)
def test_whether_any_architecture_serves_a_name(name: str, served: bool, shelf: Shelf) -> None:
    assert is_served(shelf.tree.root, name) is served
