"""Rule: the top Makefile is read in as many passes as it takes, each with what the one before it exports; a folder
finds what the tree's own scripts/Makefile.build sets before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import kbuild
from tests.kbuild.trees import TOP, write

PASSES = """\
ifneq ($(sub_make_done),1)
export sub_make_done := 1
export place := lib2
unshared := lost
need-sub-make := 1
endif
ifeq ($(need-sub-make),)
"""
FOLDERS = {"Kbuild": "obj-y := $(place)/ a$(unshared).o\n", "lib2/Makefile": "obj-y := b.o\n"}


def test_a_pass_that_only_calls_make_again(tmp_path: Path) -> None:
    tree = write({"Makefile": f"{PASSES}{TOP}endif\n", **FOLDERS}, tmp_path)
    plan = kbuild.evaluate(tree, "toy", "toy", {})
    assert sorted(one.path for one in plan.objects) == ["a.o", "lib2/b.o"]
    assert not plan.unresolved


def test_passes_without_end_are_told(tmp_path: Path) -> None:
    tree = write({"Makefile": "need-sub-make := 1\n", **FOLDERS}, tmp_path)
    (told,) = kbuild.evaluate(tree, "toy", "toy", {}).unresolved
    assert told.affects == "everything"


@pytest.mark.parametrize(
    ("head", "objects"),
    [
        ("src := $(obj)\n", ["below/b.o", "found.o"]),
        ("src := $(srcroot)/$(obj)\nobj-y :=\nmine :=\n", ["below/b.o", "found.o"]),
        ("src := nowhere\n", ["below/b.o"]),
        ("mine := leaked.o\n", ["below/b.o", "below/leaked.o", "found.o"]),
    ],
)
def test_what_a_folder_finds_is_what_the_tree_sets_before_it(tmp_path: Path, head: str, objects: list[str]) -> None:
    files = {
        "Makefile": f"export srcroot := .\nexport mine := theirs.o\n{TOP}",
        "scripts/Makefile.build": f"{head}include $(kbuild-file)\nsrc := later\n",
        "Kbuild": "obj-y := $(if $(wildcard $(src)/found.c),found.o) below/\n",
        "below/Makefile": "obj-y := b.o $(filter leaked.o,$(mine))\n",
        "found.c": "",
    }
    plan = kbuild.evaluate(write(files, tmp_path), "toy", "toy", {})
    assert sorted(one.path for one in plan.objects if one.path != "leaked.o") == objects
