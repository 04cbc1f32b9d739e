"""Rule: a folder of links reads as the tree does, but for the files that were changed, and never writes into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer import links, noted
from analyzer.trees import files, is_file_within, read_within

FILES = ("Kconfig", "arch/arm/Kconfig", "arch/arm/Makefile", "arch/x86/Kconfig", "lib/Kconfig", "lib/deep/down/a.c")
TEXTS = {"arch/arm/Kconfig": "another", "new/folder/Kconfig": "new", "lib/Kconfig": None}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path in FILES:
        (tmp_path / "tree" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tree" / path).write_text(path)
    (tmp_path / "tree/include").symlink_to("lib")
    (tmp_path / "tree/outside").symlink_to(tmp_path)
    (tmp_path / "secret").write_text("secret")
    return tmp_path / "tree"


@pytest.fixture
def made(tree: Path) -> Iterator[Path]:
    folder = tree.with_name("made")
    links.link(tree, TEXTS, folder)
    yield folder
    links.forget(folder)


def test_every_reader_sees_the_same_files(tree: Path, made: Path) -> None:
    expected = {path: TEXTS.get(path, path) for path in (*FILES, *TEXTS)}
    there = {path: text for path, text in expected.items() if text is not None}
    assert {path for path in files(made) if not path.startswith(("include", "outside"))} == there.keys()
    assert {path: read_within(made, path) for path in there} == there
    assert not is_file_within(made, "lib/Kconfig")
    assert {path: (tree / path).read_text() for path in FILES} == dict(zip(FILES, FILES, strict=True))


def test_nothing_outside_is_read_through_it(made: Path) -> None:
    assert (made / "outside/secret").read_text() == "secret"
    assert not is_file_within(made, "outside/secret")


def test_a_tree_of_somebody_s_links_is_not_trusted(tree: Path) -> None:
    other = tree.with_name("other")
    other.mkdir()
    (other / "Kconfig").symlink_to(tree / "Kconfig")
    assert not is_file_within(other, "Kconfig")


def test_only_what_leads_to_a_change_is_a_folder(tree: Path) -> None:
    folder = tree.with_name("made")
    links.link(tree, {"arch/arm/Kconfig": None, "arch/arm/Makefile": None}, folder)
    assert not (folder / "arch").is_symlink()
    assert (folder / "lib").is_symlink()
    assert not (folder / "arch/arm").exists()
    links.forget(folder)


def test_what_is_read_is_noted_as_the_tree_s_own(tree: Path, made: Path) -> None:
    with noted.noting() as found:
        read_within(made, "arch/x86/Kconfig")
    assert found.paths == {os.path.realpath(tree / "arch/x86/Kconfig")}
