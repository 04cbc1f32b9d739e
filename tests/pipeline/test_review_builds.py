"""Rule: both sides of a series are built in one place, and never taken for each other.

Enters: a small tree, a patch, and in the place of make what a build leaves. Leaves: nothing. Must hold: what is built
is what was resolved of that side; a second run builds nothing; what fails says which side it was.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer.errors import BuildFailed, FolderBusy, InputError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.review_bytes import SeriesBuild
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.build import building
from analyzer.pipeline.build.building import BuildSetup, origin_of
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.review_builds import build_sides, orders
from analyzer.pipeline.opening import open_tree
from analyzer.pipeline.patching.sides import sides
from analyzer.pipeline.patching.yard import yard
from tests.pipeline import optional
from tests.trees.miniature import plant

LEADS = """\
--- a/Kconfig
+++ b/Kconfig
@@ -14,2 +14,5 @@
 config FIXED
 \tdef_bool LEAD = y || LEAD = n
+config ALWAYS
+\tdef_bool y
+\tselect LEAD
"""
CODE = f"""\
--- a/kernel/main.c
+++ b/kernel/main.c
@@ -1 +1 @@
-{optional.SOURCE}
\\ No newline at end of file
+other
\\ No newline at end of file
"""


class Made:
    """What was built: LEAD's value, what the tree said of itself, and kernel/main.c there."""

    def __init__(self) -> None:
        self.builds: list[tuple[str, str, str]] = []
        self.fails = ""


@pytest.fixture
def request_(tmp_path: Path) -> TreeRequest:
    tiny = {f"kernel/configs/{name}.config": "CONFIG_LEAD=n\n" for name in ("tiny", "tiny-base")}
    return TreeRequest(root=plant(tmp_path / "tree", {**optional.TREE, **tiny}), arch="x86_64")


@pytest.fixture
def setup(tmp_path: Path) -> BuildSetup:
    return BuildSetup(scratch=tmp_path / "builds", ledger=tmp_path / "ledger")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    found = Made()

    def build(config: ResolvedConfig, *_: object, root: Path, **__: object) -> SimpleNamespace:
        told = config.values["LEAD"], config.tree.variant, (root / "kernel/main.c").read_text("utf-8")[:5]
        found.builds.append(told)
        if found.fails == config.values["LEAD"]:
            raise BuildFailed("make vmlinux failed", told=f"{root}/kernel/lead.c:1: error: no")
        return SimpleNamespace(compiled=len(found.builds))

    def record(_: object, config: ResolvedConfig, setup: BuildSetup, **__: object) -> None:
        assert setup.ledger is not None
        optional.record(setup.ledger, config)

    monkeypatch.setattr(building, "make", build)
    monkeypatch.setattr(building, "record", record)
    return found


def built(request: TreeRequest, text: str, setup: BuildSetup, tmp_path: Path) -> SeriesBuild:
    patch = tmp_path / "one.patch"
    patch.write_text(text, "utf-8")
    with sides(request, str(patch)) as both:
        return build_sides(both, orders(request, ["x86_64:allnoconfig"]), setup)[0]


def test_a_value_that_changes_is_weighed(request_: TreeRequest, setup: BuildSetup, made: Made, tmp_path: Path) -> None:
    found = built(request_, LEADS, setup, tmp_path)
    assert [(lead, bool(variant)) for lead, variant, _ in made.builds] == [("n", False), ("y", True)]
    assert (found.growth, found.compiled) == (507, (1, 2))
    assert {one.name: one.delta for one in found.changes or ()} == {"in_lead": 300, "in_held": 200, "in_main": 7}
    again = built(request_, LEADS, setup, tmp_path)
    assert (len(made.builds), again.growth, again.compiled) == (2, 507, (None, None))


def test_the_side_after_is_not_the_tree(request_: TreeRequest, setup: BuildSetup, made: Made, tmp_path: Path) -> None:
    """A config of the same values, of which the tree has a build already: code is what changes."""
    opened = open_tree(request_)
    assert setup.ledger is not None
    optional.record(setup.ledger, opened.resolve("allnoconfig"))
    found = built(request_, CODE, setup, tmp_path)
    assert [(bool(variant), text) for _, variant, text in made.builds] == [(True, "other")]
    assert found.compiled == (None, 1)
    patched = origin_of(opened.resolve("allnoconfig")).tree
    assert patched == "Linux 7.3.0-rc2"
    other = built(request_, CODE.replace("other", "third"), setup, tmp_path)
    assert [text for _, _, text in made.builds] == ["other", "third"]
    assert other.growth == 0
    assert Known(setup.ledger).build(opened.resolve("allnoconfig")) is not None


def test_what_no_build_reads_is_not_built(request_: TreeRequest, setup: BuildSetup, made: Made, tmp_path: Path) -> None:
    notes = "--- /dev/null\n+++ b/Documentation/new.rst\n@@ -0,0 +1 @@\n+new\n"
    found = built(request_, notes, setup, tmp_path)
    assert (made.builds, found.fails, found.growth) == ([], False, None)
    assert found.reason == "nothing that it is built from changes"


def test_what_fails_says_which_side(request_: TreeRequest, setup: BuildSetup, made: Made, tmp_path: Path) -> None:
    made.fails = "y"
    found = built(request_, LEADS, setup, tmp_path)
    assert (found.fails, found.growth, found.before is not None) == (True, None, True)
    assert found.reason.startswith("it does not build after: ")
    assert str(tmp_path) not in found.reason


def test_what_names_nothing_is_said(request_: TreeRequest) -> None:
    for text in ("x86_64:", ":tinyconfig", "nowhere", "x86_64:no_such_defconfig"):
        with pytest.raises(InputError if text.endswith(":no_such_defconfig") else UsageError):
            orders(request_, [text])
    assert [(one.arch, one.config) for one in orders(request_, ["x86_64"])] == [("x86_64", "tinyconfig")]


def test_one_process_at_a_time(request_: TreeRequest, setup: BuildSetup, tmp_path: Path) -> None:
    patch = tmp_path / "one.patch"
    patch.write_text(CODE, "utf-8")
    with (
        sides(request_, str(patch)) as both,
        yard(both, setup.scratch),
        pytest.raises(FolderBusy),
        yard(both, setup.scratch),
    ):
        pass


def test_what_was_another_file_is_newer(request_: TreeRequest, setup: BuildSetup, tmp_path: Path) -> None:
    """make goes by time: a text that comes back is newer than what was made of the other, in this run and the next,
    whatever that one is about."""
    patch, other = tmp_path / "one.patch", tmp_path / "other.patch"
    patch.write_text(CODE, "utf-8")
    other.write_text("--- /dev/null\n+++ b/kernel/new.c\n@@ -0,0 +1 @@\n+new\n", "utf-8")
    times: list[float] = []
    for source, side in ((patch, 0), (patch, 1), (other, 0)):
        with sides(request_, str(source)) as both, yard(both, setup.scratch) as place:
            roots = {place.root(at) for at in (0, side)}
            assert len(roots) == 1
            path = roots.pop() / "kernel/main.c"
            assert path.read_text("utf-8") == ("other" if side else optional.SOURCE)
            times.append(path.stat().st_mtime_ns)
            assert not path.is_symlink()
            assert (path.parent / "lead.c").is_symlink()
    assert times == sorted(set(times))


def test_a_header_that_comes_has_a_folder_of_its_own(request_: TreeRequest, setup: BuildSetup, tmp_path: Path) -> None:
    patch = tmp_path / "header.patch"
    patch.write_text("--- /dev/null\n+++ b/include/asm/new.h\n@@ -0,0 +1 @@\n+/* new */\n", "utf-8")
    with sides(request_, str(patch)) as both, yard(both, setup.scratch) as place:
        before, after = place.root(0), place.root(1)
        assert before != after
        assert not (before / "include/asm/new.h").exists()
        assert (after / "include/asm/new.h").exists()


def test_a_path_that_goes_up_meets_the_change(request_: TreeRequest, setup: BuildSetup, tmp_path: Path) -> None:
    """What a compiler includes; and what the tree links to itself stays as it is."""
    assert request_.root is not None
    (request_.root / "include/deep/down").mkdir(parents=True)
    (request_.root / "include/deep/down/a.h").write_text("a", "utf-8")
    (request_.root / "include/over").symlink_to("../kernel")
    patch = tmp_path / "one.patch"
    patch.write_text(CODE, "utf-8")
    with sides(request_, str(patch)) as both, yard(both, setup.scratch) as place:
        after = place.root(1)
        assert (after / "include/deep/../../kernel/main.c").read_text("utf-8") == "other"
        assert (after / "include/deep/down/a.h").read_text("utf-8") == "a"
        assert (after / "include/over").is_symlink()


def test_a_yard_is_mended(request_: TreeRequest, setup: BuildSetup, tmp_path: Path) -> None:
    """It stays between runs, while files of the tree come and go, and folders take the place of files."""
    root = request_.root
    assert root is not None
    patch = tmp_path / "one.patch"
    patch.write_text(CODE, "utf-8")
    for name in ("goes.c", "turns"):
        (root / "kernel" / name).write_text(name, "utf-8")
    (root / "kernel/falls").mkdir()
    (root / "kernel/falls/a.c").write_text("a", "utf-8")
    with sides(request_, str(patch)) as both, yard(both, setup.scratch) as place:
        folder = place.root(1)
        assert (folder / "kernel/turns").read_text("utf-8") == "turns"
    (root / "kernel/goes.c").unlink()
    (root / "kernel/turns").unlink()
    (root / "kernel/turns").mkdir()
    (root / "kernel/turns/a.c").write_text("a", "utf-8")
    (root / "kernel/falls/a.c").unlink()
    (root / "kernel/falls").rmdir()
    (root / "kernel/falls").write_text("falls", "utf-8")
    (folder / "kernel/lead.c").unlink()
    (folder / "kernel/lead.c").symlink_to(tmp_path / "nowhere")
    (folder / "kernel/stranger.c").write_text("", "utf-8")
    with sides(request_, str(patch)) as both, yard(both, setup.scratch) as place:
        assert place.root(0) == folder
        listed = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert listed == {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
        assert (folder / "kernel/falls").read_text("utf-8") == "falls"


def test_a_yard_below_the_tree_does_not_hold_itself(request_: TreeRequest, tmp_path: Path) -> None:
    root = request_.root
    assert root is not None
    patch = tmp_path / "one.patch"
    patch.write_text(CODE, "utf-8")
    own = {path.relative_to(root) for path in root.rglob("*")}
    with sides(request_, str(patch)) as both, yard(both, root / "build") as place:
        folder = place.root(1)
        assert {path.relative_to(folder) for path in folder.rglob("*")} == own


def test_a_text_of_an_older_series_never_stays(
    request_: TreeRequest, setup: BuildSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the disk was full when the list of such files was written."""
    patch, other = tmp_path / "one.patch", tmp_path / "other.patch"
    patch.write_text(CODE, "utf-8")
    other.write_text("--- /dev/null\n+++ b/kernel/new.c\n@@ -0,0 +1 @@\n+new\n", "utf-8")
    with sides(request_, str(patch)) as both, yard(both, setup.scratch) as place:
        assert (place.root(1) / "kernel/main.c").read_text("utf-8") == "other"
    with sides(request_, str(other)) as both, yard(both, setup.scratch) as place, monkeypatch.context() as full:
        full.setattr(Path, "write_text", _cut)
        with pytest.raises(OSError, match="No space left"):
            place.root(0)
    with sides(request_, str(other)) as both, yard(both, setup.scratch) as place:
        assert (place.root(0) / "kernel/main.c").read_text("utf-8") == optional.SOURCE


def _cut(path: Path, _text: str, *_how: str) -> int:
    with path.open("w"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_series_that_the_tree_has_is_built_without_it(
    request_: TreeRequest, setup: BuildSetup, tmp_path: Path
) -> None:
    """Before is the folder of links then, and after the tree: files that it has, and has not."""
    assert request_.root is not None
    (request_.root / "kernel/main.c").write_text("other", "utf-8")
    (request_.root / "kernel/new.c").write_text("new\n", "utf-8")
    patch = tmp_path / "one.patch"
    patch.write_text(CODE + "--- /dev/null\n+++ b/kernel/new.c\n@@ -0,0 +1 @@\n+new\n", "utf-8")
    with sides(request_, str(patch)) as both, yard(both, setup.scratch) as place:
        told = []
        for side in (0, 1, 0):
            root = place.root(side)
            told.append(((root / "kernel/main.c").read_text("utf-8")[:5], (root / "kernel/new.c").exists()))
        assert told == [("xxxxx", False), ("other", True), ("xxxxx", False)]


def test_a_second_tree_is_built_where_it_lies(
    request_: TreeRequest, setup: BuildSetup, made: Made, tmp_path: Path
) -> None:
    """Both are of one version, and one config in both has the same values."""
    other = plant(tmp_path / "other", {**optional.TREE, "kernel/main.c": "other"})
    with sides(request_, str(other)) as both:
        for _ in range(2):
            (found,) = build_sides(both, orders(request_, ["x86_64:allnoconfig"]), setup)
            assert found.growth == 0
    assert [(text, variant[:3]) for _, variant, text in made.builds] == [("xxxxx", "at "), ("other", "at ")]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_a_range_of_the_history_is_built(request_: TreeRequest, setup: BuildSetup, made: Made, tmp_path: Path) -> None:
    """Neither side is what lies there: a file that both have otherwise is that of both."""
    root = request_.root
    assert root is not None

    def git(*words: str) -> None:
        names = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *names, *words], cwd=root, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    (root / "kernel/main.c").write_text("other", "utf-8")
    git("commit", "-qam", "two")
    (root / "kernel/main.c").write_text("third", "utf-8")
    git("commit", "-qam", "three")
    with sides(request_, "HEAD~2..HEAD~1") as both:
        (found,) = build_sides(both, orders(request_, ["x86_64:allnoconfig"]), setup)
    assert found.reason == ""
    assert [text for _, _, text in made.builds] == ["xxxxx", "other"]
    assert len({variant for _, variant, _ in made.builds} - {""}) == 2
