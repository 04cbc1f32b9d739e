"""Rule: what a review says that a series weighs is what builds of the tree and of the really patched tree weigh.

Enters: a real tree and its compiler. Must hold: both sides are built in one place, the second on top of the first, and
yet each has the functions and bytes of a tree of its own, built from nothing; the list is that of the tree's own
bloat-o-meter. With KWEIGH_ORACLE_FULL: three builds of x86_64's tinyconfig of 6.1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.configs import dotconfig
from analyzer.model.elf import ElfFile
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build.building import BuildSetup, into_ledger, make
from analyzer.pipeline.commands import review_builds
from analyzer.pipeline.commands.review_builds import Order, build_sides
from analyzer.pipeline.patching.sides import sides
from analyzer.pipeline.patching.yard import yard
from analyzer.sizes import bloat, elf
from tests.oracle.conftest import CACHE, NO_TREE, linux_roots
from tests.oracle.test_sizes import printed

TREE = "linux-source-6.1"
SCRIPTS = (TREE, "linux-source-6.12")
FUNCTION = """
/* Counts what stands in order, for whoever asks. */
size_t sorted_up_to(const int *base, size_t num)
{
	size_t i = 1;

	while (i < num && base[i - 1] <= base[i])
		i++;
	return i;
}
"""
OBJECT = """\
// SPDX-License-Identifier: GPL-2.0
#include <linux/types.h>

static u32 tally[64] = { 1 };

u32 sorted_tally(unsigned int at)
{
	return tally[at & 63];
}
"""
ADDED = {
    "lib/sort.c": FUNCTION,
    "lib/Kconfig": "\nconfig SORTED_TALLY\n\tdef_bool y\n",
    "lib/Makefile": "\nobj-$(CONFIG_SORTED_TALLY) += sorted_tally.o\n",
    "lib/sorted_tally.c": OBJECT,
}
"""A function more in an object that there is, and an object more."""


def patched(root: Path, folder: Path) -> Path:
    """A patch that adds `ADDED` at the end of files, as diff makes it."""
    for path, text in ADDED.items():
        for side in ("a", "b"):
            (folder / side / path).parent.mkdir(parents=True, exist_ok=True)
            if (root / path).exists():
                (folder / side / path).write_text((root / path).read_text("utf-8") + text * (side == "b"), "utf-8")
        if not (root / path).exists():
            (folder / "b" / path).write_text(text, "utf-8")
    done = subprocess.run(["diff", "-ruN", "a", "b"], cwd=folder, capture_output=True, text=True, check=False)
    (folder / "sorted.patch").write_text(done.stdout, "utf-8")
    return folder / "sorted.patch"


def test_make_reads_the_side_that_the_folder_stands_for(tmp_path: Path) -> None:
    """One folder, one O=: Kconfig through links, as make's own conf reads it, on each side and back."""
    root = _root()
    source = patched(root, tmp_path)
    request = TreeRequest(root=root, arch="x86_64", cache=CACHE / "programs")
    with sides(request, str(source)) as both, yard(both, tmp_path / "builds") as place:
        for side in (1, 0, 1):
            folder = place.root(side)
            make_ = ("make", "-s", "-C", str(folder), f"O={tmp_path / 'out'}", "ARCH=x86_64", "tinyconfig")
            subprocess.run(make_, capture_output=True, check=True)
            config = open_tree((both.before, both.after)[side]).resolve("tinyconfig")
            written = (tmp_path / "out/.config").read_text("utf-8")
            assert _below(written) == _below(dotconfig(config))
            assert ("CONFIG_SORTED_TALLY=y" in written) is bool(side)


def _below(text: str) -> list[str]:
    """A .config without its header, which names the compiler and the tree."""
    return text.split("\n")[4:]


def _root() -> Path:
    root = next((root for root in linux_roots() if root.name == TREE), None)
    if root is None:
        pytest.skip(NO_TREE)
    return root


def both_sides_weigh_what_trees_of_their_own_weigh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = _root()
    source = patched(root, tmp_path)
    request = TreeRequest(root=root, arch="x86_64", cache=CACHE / "programs")
    setup = BuildSetup(scratch=tmp_path / "builds", ledger=tmp_path / "ledger", jobs=os.cpu_count() or 1)
    kept: list[Path] = []

    def keeping(*given: object, **more: object) -> object:
        built = into_ledger(*given, **more)  # type: ignore[arg-type]
        kept.append(Path(shutil.copy(built.folder / "vmlinux.o", tmp_path / f"{len(kept)}.o")))
        return built

    monkeypatch.setattr(review_builds, "into_ledger", keeping)
    with sides(request, str(source)) as both:
        (found,) = build_sides(both, [Order(arch="x86_64", config="tinyconfig")], setup)
    assert found.reason == ""
    assert found.growth is not None
    assert found.changes is not None
    assert found.compiled[1] is not None
    assert found.compiled[1] < 20
    before, after = map(elf.read, kept)
    for script in (one / "scripts/bloat-o-meter" for one in linux_roots() if one.name in SCRIPTS):
        growth = bloat.bloat(before, after, edition=bloat.edition_of(script.read_text()))
        said = subprocess.run([sys.executable, script, *kept], capture_output=True, text=True, check=True).stdout
        assert said == printed(growth)
        if script.is_relative_to(root):
            assert list(found.changes) == list(growth.changes)
    # The really patched tree, from nothing.
    own = tmp_path / "own"
    shutil.copytree(root, own, symlinks=True)
    subprocess.run(["patch", "-p1", "-s", "-i", str(source)], cwd=own, check=True)
    opened = open_tree(replace(request, root=own))
    built = make(opened.resolve("tinyconfig"), setup, lambda what, done, total: None, root=own)
    real = elf.read(built.folder / "vmlinux.o")
    assert _told(real) == _told(after)


def _told(file: ElfFile) -> tuple[object, object]:
    return file.classes, sorted((one.name, one.size) for one in file.symbols)


if os.environ.get("KWEIGH_ORACLE_FULL"):
    # Three builds: left out elsewhere, not skipped.
    test_both_sides = both_sides_weigh_what_trees_of_their_own_weigh
