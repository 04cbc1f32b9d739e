"""Rule: whatever the user calls a series, both sides of it are trees like any other, and the user's stays as it is."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from analyzer import trees
from analyzer.errors import AnalyzerError, InputError, PatchRejected, SourceError
from analyzer.model.patching import FileText
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.patching.sides import sides
from tests.trees.miniature import FILES, plant

KCONFIG = 'mainmenu "Miniature"\n\nconfig A\n\tbool "A"\n\nsource "lib/Kconfig"\n'
LIB = "config B\n\tbool\n\tdefault A\n"
ONE = """\
--- a/lib/Kconfig
+++ b/lib/Kconfig
@@ -1,3 +1,4 @@
 config B
 \tbool
 \tdefault A
+\tselect C
"""
TWO = """\
--- a/Kconfig
+++ b/Kconfig
@@ -4,3 +4,4 @@
 \tbool "A"
~
 source "lib/Kconfig"
+source "new/Kconfig"
--- /dev/null
+++ b/new/Kconfig
@@ -0,0 +1,2 @@
+config C
+\tbool
""".replace("~", " ")
CHANGED = ["Kconfig", "lib/Kconfig", "new/Kconfig"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return plant(tmp_path / "tree", {**FILES, "Kconfig": KCONFIG, "lib/Kconfig": LIB})


@pytest.fixture
def request_of(tree: Path, tmp_path: Path) -> TreeRequest:
    return TreeRequest(root=tree, arch="x86_64", cache=tmp_path / "cache")


def _there(root: Path) -> Mapping[str, str]:
    return {path: (root / path).read_text("utf-8") for path in trees.files(root)}


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"no {program}")


def _git(tree: Path, *words: str) -> None:
    _needs("git")
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main")
    subprocess.run(("git", *who, *words), cwd=tree, check=True, capture_output=True)


def _file(tree: Path) -> str:
    (tree.parent / "both.patch").write_text(ONE + TWO)
    return str(tree.parent / "both.patch")


def _folder(tree: Path) -> str:
    plant(tree.parent / "numbered", {"0001-one.patch": ONE, "0002-two.patch": TWO, "notes": "no patch"})
    return str(tree.parent / "numbered")


def _quilt(tree: Path) -> str:
    series = "# of ours\n\nb/two.patch -p1 # first\none -p1\n"
    wrong = ONE.replace("select C", "select D")
    plant(tree.parent / "quilt", {"series": series, "one": ONE, "b/two.patch": TWO, "left.patch": wrong})
    return str(tree.parent / "quilt")


def _history(tree: Path) -> str:
    _git(tree, "init", "-q")
    _git(tree, "add", ".")
    _git(tree, "commit", "-qm", "before")
    for text in (ONE, TWO):
        _git(tree, "apply", _written(tree, text))
        _git(tree, "add", ".")
        _git(tree, "commit", "-qm", "one")
    (tree / "Makefile").write_text((tree / "Makefile").read_text() + "# not committed\n")
    return "HEAD~2..HEAD"


def _written(tree: Path, text: str) -> str:
    (tree.parent / "one.patch").write_text(text)
    return str(tree.parent / "one.patch")


def _patch(tree: Path) -> None:
    _needs("patch")
    subprocess.run(("patch", "-p1", "-s"), cwd=tree, input=ONE + TWO, text=True, check=True)


def _second(tree: Path) -> str:
    other = tree.parent / "other"
    shutil.copytree(tree, other)
    _patch(other)
    return str(other)


@pytest.mark.parametrize("source", [_file, _folder, _quilt, _history, _second])
def test_both_sides_are_trees(tree: Path, request_of: TreeRequest, source: Callable[[Path], str]) -> None:
    name = source(tree)
    lying = _there(tree)
    with sides(request_of, name) as both:
        before, after = open_tree(both.before), open_tree(both.after)
        assert before.resolve("allyesconfig").values.get("C") is None
        assert after.resolve("allyesconfig").values["C"] == "y"
        assert [change.path for change in both.changes] == ([] if both.form == "tree" else CHANGED)
        assert (both.series is None) == (both.form == "tree")
        folders = [one.root for one in (both.before, both.after) if one.root is not None]
    assert _there(tree) == lying
    assert [folder for folder in folders if folder.exists()] == [one for one in folders if "links-" not in one.name]


def test_a_tree_that_has_it_already_is_the_side_after_it(tree: Path, request_of: TreeRequest) -> None:
    _patch(tree)
    with sides(request_of, _file(tree)) as both:
        assert both.after == request_of
        assert (both.before.root or tree).joinpath("lib/Kconfig").read_text() == LIB
        assert both.changes[1] == FileText(path="lib/Kconfig", before=LIB, after=f"{LIB}\tselect C\n")
        assert both.remarks == ("the tree has this series already: before is the tree without it",)
    with sides(request_of, _file(tree), reverse=True) as both:
        assert both.before == request_of


def test_what_fits_nowhere_is_told_line_by_line(tree: Path, request_of: TreeRequest) -> None:
    text = ONE.replace("default A", "default Z") + TWO.replace(' source "lib', ' source "other')
    with pytest.raises(PatchRejected) as caught, sides(request_of, _written(tree, text)):
        pass
    name = f"{tree.parent}/one.patch"
    wrong = "line 6 of the tree is 'source \"lib/Kconfig\"', not 'source \"other/Kconfig\"'"
    assert caught.value.lines() == (
        f"{name}:3: lib/Kconfig: does not fit: line 3 of the tree is 'default A', not 'default Z'",
        f"{name}:10: Kconfig: does not fit: {wrong}",
    )


def test_a_name_that_leads_out_of_the_tree_is_refused(tree: Path, request_of: TreeRequest) -> None:
    for path in ("../secret", ".git/hooks/pre-commit"):
        text = f"--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+x\n"
        with pytest.raises(SourceError, match="leads out of the tree"), sides(request_of, _written(tree, text)):
            pass


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere", "is no git repository"),
        ("HEAD~3..HEAD", "is no git repository"),
    ],
)
def test_without_a_repository(tree: Path, request_of: TreeRequest, source: str, said: str) -> None:
    _needs("git")
    with pytest.raises(InputError, match=said), sides(request_of, source):
        pass


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("v9..HEAD", "no commit v9"),
        ("nowhere", "no such file, folder or commit"),
        ("HEAD..HEAD", "nothing of this tree changes there"),
        ("--output=/x", "no such file, folder or commit"),
        ("HEAD~9", "no commit|no such"),
    ],
)
def test_a_range_that_is_none(tree: Path, request_of: TreeRequest, source: str, said: str) -> None:
    _history(tree)
    with pytest.raises(InputError, match=said), sides(request_of, source):
        pass


def test_a_range_runs_nothing_that_the_repository_names(tree: Path, request_of: TreeRequest) -> None:
    name = _history(tree)
    bad = tree.parent / "ran"
    for setting in ("core.fsmonitor", "diff.external", "filter.x.clean", "filter.x.smudge", "diff.x.textconv"):
        _git(tree, "config", setting, f"touch {bad}; cat")
    (tree / ".git/info").mkdir(exist_ok=True)
    (tree / ".git/info/attributes").write_text("* filter=x diff=x\n")
    with sides(request_of, name) as both:
        assert [change.path for change in both.changes] == CHANGED
    assert not bad.exists()


def test_one_commit_is_its_own_change(tree: Path, request_of: TreeRequest) -> None:
    _history(tree)
    with sides(request_of, "HEAD~1") as both:
        assert [change.path for change in both.changes] == ["lib/Kconfig"]
        assert both.series is not None
        assert both.series.title == "one"
        # What came later is on neither side.
        assert not trees.is_file_within(both.after.root or tree, "new/Kconfig")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"series": "gone.patch\n"}, "series:1: no patch gone.patch in this folder"),
        ({"series": "\none --fuzz\n", "one": ONE}, "series:2: what is --fuzz"),
        ({"a.patch": "\n"}, "no patches in this folder"),
        ({"a.patch": "no diff\n"}, "no diffstat and no diff in it"),
        ({"other": "x"}, "not a Linux tree"),
    ],
)
def test_a_folder_that_is_no_series(tree: Path, request_of: TreeRequest, files: Mapping[str, str], said: str) -> None:
    folder = plant(tree.parent / "patches", files)
    with pytest.raises(AnalyzerError) as caught, sides(request_of, str(folder)):
        pass
    assert said in caught.value.line()


def test_two_that_ask_at_once_do_not_meet(tree: Path, request_of: TreeRequest) -> None:
    name = _file(tree)
    with sides(request_of, name) as one:
        with sides(request_of, name) as other:
            assert one.after.root != other.after.root
        assert open_tree(one.after).model.symbols.keys() >= {"A", "B", "C"}


def test_what_a_killed_process_left_is_removed(tree: Path, request_of: TreeRequest) -> None:
    assert request_of.cache is not None
    plant(request_of.cache, {"links-1.lock": "", "links-1/Kconfig": "", "links-2.lock": "", "links-2/Kconfig": ""})
    with (request_of.cache / "links-2.lock").open() as used:
        fcntl.flock(used, fcntl.LOCK_EX)
        with pytest.raises(KeyboardInterrupt), sides(request_of, _file(tree)):
            raise KeyboardInterrupt
    assert sorted(path.name for path in request_of.cache.glob("links-*")) == ["links-2", "links-2.lock"]


def test_the_bundled_tree_has_two_sides_as_well(tmp_path: Path) -> None:
    path = tmp_path / "own.patch"
    path.write_text("--- /dev/null\n+++ b/kconfig/drivers/own/Kconfig\n@@ -0,0 +1,2 @@\n+config OWN\n+\tbool\n")
    with sides(TreeRequest(arch="alpha", cache=tmp_path / "cache"), str(path)) as both:
        before, after = open_tree(both.before), open_tree(both.after)
        assert (before.tree.kind, after.tree.kind) == ("bundled", "bundled")
        assert before.model.symbols.keys() == after.model.symbols.keys()
    # Nothing but a binary: both sides are the tree itself.
    path.write_text("diff --git a/x.bin b/x.bin\nindex 1..2 100644\nBinary files a/x.bin and b/x.bin differ\n")
    with sides(TreeRequest(arch="alpha", cache=tmp_path / "cache"), str(path)) as both:
        assert [open_tree(side).tree.kind for side in (both.before, both.after)] == ["bundled", "bundled"]


def test_leading_folders_are_found_by_the_tree(tree: Path, request_of: TreeRequest) -> None:
    text = ONE.replace("a/lib", "a/linux/lib").replace("b/lib", "b/linux/lib")
    with sides(request_of, _written(tree, text)) as both:
        assert [change.path for change in both.changes] == ["lib/Kconfig"]
