"""Rule: a target that an architecture's Makefile makes of others asks for what these ask for, one onto the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.configs import Shelf
from analyzer.errors import InputError
from analyzer.model.tree import Recipe
from tests.configs.small import DIALECTS, small

FILES = {
    "base_defconfig": "CONFIG_A=y\nCONFIG_B=y\n",
    "b.config": "# CONFIG_B is not set\n",
    "c.config": "CONFIG_C=y\n",
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A tree with a target of each form, whose default config is one of them."""
    (tmp_path / "Kconfig").write_text("config A\n\tbool\n")
    tree = small(tmp_path, DIALECTS["legacy"]).tree
    folder = tmp_path / "arch" / tree.srcarch / "configs"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    below = f"arch/{tree.srcarch}/configs"
    made = {
        "seeded": Recipe(files=(f"{below}/b.config",), target="allyesconfig"),
        "merged": Recipe(files=(f"{below}/base_defconfig", f"{below}/b.config")),
        "goals": Recipe(goals=("merged", "c.config")),
        "default": Recipe(goals=("defconfig", "b.config")),
        "circle": Recipe(goals=("circles",)),
        "circles": Recipe(goals=("circle", "b.config")),
    }
    return Shelf(tree=tree, default="default", recipes=made)


def test_a_seed(shelf: Shelf) -> None:
    source = shelf.load("seeded")
    assert (source.name, source.fill, source.way) == ("seeded", "y", "seed")
    assert [(a.name, a.value) for a in source.assignments] == [("B", "n")]


def test_goals_are_made_onto_each_other(shelf: Shelf) -> None:
    source, named = shelf.load("goals"), shelf.load("merged+c.config")
    assert source.name == "goals"
    assert (source.base, source.assignments, source.files) == (named.base, named.assignments, named.files)
    assert shelf.load("goals+b.config").base == source


@pytest.mark.parametrize("name", ["default", "defconfig", "circle", "circles"])
def test_a_circle_is_no_config(name: str, shelf: Shelf) -> None:
    with pytest.raises(InputError, match="no config"):
        shelf.load(name)
