"""Diffs: counts and ranges are those of the texts that were compared."""

from __future__ import annotations

import difflib
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import InputError, SourceError
from analyzer.series import read

# Lines that look like parts of diffs and diffstats, which is what must not confuse the reader.
LINES = st.lists(
    st.sampled_from(
        ["a", "b", "", "-- x", "++ y", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "diff --git a/x b/x", " x | 3 +++"]
    ),
    max_size=12,
)


def diff(old: list[str], new: list[str], path: str = "dir/file.c", context: int = 3) -> str:
    """A git-like diff of one file; "" when nothing differs."""
    body = list(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", n=context, lineterm=""))
    return "\n".join([f"diff --git a/{path} b/{path}", "index 1234567..89abcde 100644", *body, ""]) if body else ""


@given(LINES, LINES, st.integers(0, 4))
def test_counts_and_ranges(old: list[str], new: list[str], context: int) -> None:
    text = diff(old, new, context=context)
    if not text:
        return
    (change,) = read(text, "diff").files
    blocks = [op for op in difflib.SequenceMatcher(None, old, new).get_opcodes() if op[0] != "equal"]
    assert change.path == "dir/file.c"
    assert change.insertions == sum(op[4] - op[3] for op in blocks)
    assert change.deletions == sum(op[2] - op[1] for op in blocks)
    assert [(r.first, r.count) for r in change.ranges or ()] == [(op[3] + 1, op[4] - op[3]) for op in blocks]


@given(st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 3)), max_size=4), max_size=4))
def test_ranges_of_several_patches_are_lines_of_the_last_state(patches: list[list[tuple[int, int, int]]]) -> None:
    """Every line has an identity, so the lines of the last state that the base does not have are known."""
    fresh = count()
    base = [f"line {next(fresh)}" for _ in range(15)]
    state, texts = base, [""]
    for edits in patches:
        after = list(state)
        for at, removed, added in edits:
            at = min(at, len(after))  # noqa: PLW2901
            after[at : at + removed] = [f"line {next(fresh)}" for _ in range(added)]
        texts.append(diff(state, after, context=1))
        state = after
    text = "\n".join(f"prose\n{patch}" for patch in texts if patch)
    if not text:
        return
    (change,) = read(text, "log").files
    covered = {line for r in change.ranges or () for line in range(r.first, r.first + r.count)}
    assert covered == {number for number, line in enumerate(state, 1) if line not in base}


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("--- linux.orig/mm/x.c\n+++ linux/mm/x.c\n@@ -1 +1 @@\n-a\n+b\n", "mm/x.c", "changed"),
        ("--- mm/x.c.orig\t2020-01-01\n+++ mm/x.c\t2020-01-02\n@@ -1 +1 @@\n-a\n+b\n", "mm/x.c", "changed"),
        ("--- mm/x.c\n+++ mm/x.c\n@@ -1 +1 @@\n-a\n+b\n", "mm/x.c", "changed"),
        ("--- /dev/null\n+++ b/mm/x.c\n@@ -0,0 +1 @@\n+b\n", "mm/x.c", "added"),
        ("--- a/mm/x.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n", "mm/x.c", "removed"),
        (
            "diff --git a/x b/y b/x b/y\nindex 1..2\n--- a/x b/y\t\n+++ b/x b/y\t\n@@ -1 +1 @@\n-a\n+b\n",
            "x b/y",
            "changed",
        ),
        ("diff --git a/x b/y b/x b/y\nold mode 100644\nnew mode 100755\n", "x b/y", "changed"),
        ("diff --git i/a.c w/a.c\nindex 1..2\n--- i/a.c\n+++ w/a.c\n@@ -1 +1 @@\n-a\n+b\n", "a.c", "changed"),
        ("diff --git a/a.c b/b.c\nsimilarity index 90%\ncopy from a.c\ncopy to b.c\n", "b.c", "copied"),
        ("Index: a.c\n======\n--- a.c\t(revision 1)\n+++ a.c\t(working copy)\n@@ -1 +1 @@\n-a\n+b\n", "a.c", "changed"),
        ("Binary files a/x.bin and b/x.bin differ\n", "x.bin", "changed"),
    ],
)
def test_headers(text: str, path: str, kind: str) -> None:
    (change,) = read(text, "diff").files
    assert (change.path, change.kind) == (path, kind)


def test_a_plain_diff_behind_a_git_diff_is_not_lost() -> None:
    text = diff(["a"], ["b"], "one.c") + "--- a/two.c\n+++ b/two.c\n@@ -1 +1 @@\n-a\n+b\n"
    assert [f.path for f in read(text, "diff").files] == ["one.c", "two.c"]


def test_a_binary_file_without_git_headers_has_no_figures() -> None:
    text = "--- a/one.c\n+++ b/one.c\n@@ -1 +1 @@\n-a\n+b\nBinary files a/x.bin and b/x.bin differ\n"
    one, binary = read(text, "diff").files
    assert (one.binary, one.changes) == (False, 2)
    assert (binary.binary, binary.changes) == (True, None)


def git(path: str, header: str, old: str = "") -> str:
    """One file of a git diff that has no hunk."""
    return f"diff --git a/{old or path} b/{path}\n{header}\n"


RENAME = "similarity index 100%\nrename from {}\nrename to {}"


@pytest.mark.parametrize(
    ("patches", "expected"),
    [
        ([git("b", RENAME.format("a", "b"), "a"), git("b", "old mode 100644\nnew mode 100755")], ("b", "renamed", "a")),
        ([git("b", RENAME.format("a", "b"), "a"), git("c", RENAME.format("b", "c"), "b")], ("c", "renamed", "a")),
        ([git("b", RENAME.format("a", "b"), "a"), git("a", RENAME.format("b", "a"), "b")], ("a", "changed", None)),
        ([git("b", RENAME.format("a", "b"), "a"), git("b", "deleted file mode 100644")], ("a", "removed", None)),
        ([git("a", "new file mode 100644"), git("b", RENAME.format("a", "b"), "a")], ("b", "added", None)),
        ([git("a", "deleted file mode 100644"), git("a", "new file mode 100644")], ("a", "changed", None)),
        ([git("a", "deleted file mode 100644"), git("a", RENAME.format("b", "a"), "b")], ("a", "renamed", "b")),
    ],
)
def test_what_two_patches_do_to_a_file(patches: list[str], expected: tuple[str, str, str | None]) -> None:
    (change,) = read("\nprose\n".join(patches), "log").files
    assert (change.path, change.kind, change.old_path) == expected


HUNK = "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (HUNK.removesuffix(" d\n"), 6, "hunk is shorter than expected"),
        (HUNK.replace(" d\n", "wrapped\n"), 6, "hunk is shorter than expected"),
        (HUNK.replace("@@ -1,3 +1,3", "@@ -1,3 +1,2"), 7, "hunk is longer than expected"),
        (HUNK + "prose\n@@ -9 +9 @@\n-x\n+y\n", 9, "a hunk without a file header"),
        ("diff --git a/x b/x\nindex 1..2 100644\n", 1, "a file header without a hunk"),
        ("diff --git a/x b/y\nold mode 100644\nnew mode 100755\n", 1, "two different names without a rename"),
        (HUNK.replace("+1,3", f"+{'1' * 5000},3"), 3, "a number without end"),
        ("diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n++x\n", 1, "combined diff"),
    ],
)
def test_a_damaged_diff_is_an_error_with_its_line(text: str, line: int, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        read(text, "x.patch")
    assert caught.value.line().startswith(f"x.patch:{line}: ")
    assert "\n" not in caught.value.line()


@given(LINES, LINES, st.data())
def test_a_diff_without_one_of_its_lines_is_read_or_refused(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    text = diff(old, new)
    lines = text.split("\n")
    at = data.draw(st.integers(0, len(lines)))
    with suppress(SourceError, InputError):
        series = read("\n".join(["Subject", *lines[:at], *lines[at + 1 :]]), "x.patch")
        assert [change.path for change in series.files] == ["dir/file.c"]
