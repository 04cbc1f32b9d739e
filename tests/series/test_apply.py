"""Rule: a patch lands where patch(1) puts it, to the byte, and is refused where it refuses.

What patch makes of random edits is asked in tests/oracle/test_patches.py; here is each rule alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from analyzer.model.patching import Outcome
from analyzer.series import apply, met, read, reverse

BASE = "".join(f"line {number}\n" for number in range(1, 31))


def _applied(text: str, files: Mapping[str, str], *, back: bool = False) -> Outcome:
    patches = read(text, "p").patches
    return apply(reverse(patches) if back else patches, files.get)


def _patch(*lines: str, head: str = "--- a/f\n+++ b/f\n") -> str:
    return head + "".join(f"{line}\n" for line in lines)


MIDDLE = _patch(
    "@@ -9,7 +9,7 @@", *(f" line {n}" for n in (9, 10, 11)), "-line 12", "+new", *(f" line {n}" for n in (13, 14, 15))
)


def test_where_it_says() -> None:
    found = _applied(MIDDLE, {"f": BASE})
    assert found.texts == {"f": BASE.replace("line 12\n", "new\n")}
    assert not found.landed
    assert not found.rejected


@pytest.mark.parametrize(("before", "offset"), [("more\n" * 4, 4), ("", 0)])
def test_with_an_offset(before: str, offset: int) -> None:
    found = _applied(MIDDLE, {"f": before + BASE})
    assert found.texts == {"f": before + BASE.replace("line 12\n", "new\n")}
    assert [(one.line, one.offset, one.fuzz) for one in found.landed] == ([(9 + offset, offset, 0)] if offset else [])


def test_a_line_far_beyond_the_file_is_looked_for_in_the_file() -> None:
    far = 10**17
    found = _applied(MIDDLE.replace("@@ -9,7 +9,7 @@", f"@@ -{far},7 +{far},7 @@"), {"f": BASE})
    assert found.texts == {"f": BASE.replace("line 12\n", "new\n")}
    assert [one.offset for one in found.landed] == [9 - far]


@pytest.mark.parametrize(
    ("changed", "fuzz"), [({9}, 1), ({9, 15}, 1), ({10}, 2), ({10, 14}, 2), ({11}, None), ({12}, None)]
)
def test_with_context_left_out(changed: set[int], fuzz: int | None) -> None:
    there = "".join(f"other {n}\n" if n in changed else f"line {n}\n" for n in range(1, 31))
    found = _applied(MIDDLE, {"f": there})
    if fuzz is None:
        first = min(changed)
        assert [one.line() for one in found.rejected] == [
            f"p:3: f: does not fit: line {first} of the tree is 'other {first}', not 'line {first}'"
        ]
    else:
        # What the file has beside the change stays as the file has it.
        assert found.texts == {"f": there.replace("line 12\n", "new\n")}
        assert [one.fuzz for one in found.landed] == [fuzz]


def test_each_hunk_that_fits_nowhere_is_told() -> None:
    found = _applied(MIDDLE + "@@ -30 +30 @@\n-last\n+end\n", {"f": "nothing\n"})
    assert [one.line() for one in found.rejected] == [
        "p:3: f: does not fit: none of the lines that it expects is there",
        "p:12: f: does not fit: none of the lines that it expects is there",
    ]


def test_several_patches_to_one_file() -> None:
    second = _patch("@@ -11,3 +11,3 @@", " line 11", "-new", "+newer", " line 13")
    found = apply((*read(MIDDLE, "1").patches, *read(second, "2").patches), {"f": BASE}.get)
    assert found.texts == {"f": BASE.replace("line 12\n", "newer\n")}


def test_taken_back() -> None:
    after = BASE.replace("line 12\n", "new\n")
    assert _applied(MIDDLE, {"f": after}, back=True).texts == {"f": BASE}
    assert met(read(MIDDLE, "p").patches, {"f": after}.get)[0].kind == "applied"


NEW = _patch("@@ -0,0 +1,2 @@", "+one", "+two", head="--- /dev/null\n+++ b/new\n")
GONE = _patch("@@ -1,2 +0,0 @@", "-one", "-two", head="--- a/new\n+++ /dev/null\n")


def test_a_file_comes_and_goes() -> None:
    assert _applied(NEW, {}).texts == {"new": "one\ntwo\n"}
    assert _applied(GONE, {"new": "one\ntwo\n"}).texts == {"new": None}
    assert _applied(NEW, {"new": "one\ntwo\n"}, back=True).texts == {"new": None}


def test_a_file_that_is_there_or_holds_more_is_kept() -> None:
    assert [one.reason for one in _applied(NEW, {"new": "x\n"}).rejected] == ["the tree has this file already"]
    assert [one.reason for one in _applied(GONE, {"new": "one\ntwo\nthree\n"}).rejected] == [
        "is to be removed, but the tree's has 1 more line"
    ]
    assert [one.reason for one in _applied(MIDDLE, {}).rejected] == ["the tree has no f"]


def test_what_diff_compares_with_nothing_has_no_time() -> None:
    """As diff -ruN writes it, in whatever time zone; a file that is merely empty stays one."""
    new = NEW.replace("--- /dev/null", "--- old/new\t1970-01-01 01:00:00.000000000 +0100").replace("b/new", "new/new")
    assert _applied(new, {}).texts == {"new": "one\ntwo\n"}
    emptied = GONE.replace("/dev/null", "b/new")
    assert _applied(emptied, {"new": "one\ntwo\n"}).texts == {"new": ""}


RENAME = "diff --git a/{0} b/{1}\nsimilarity index 100%\nrename from {0}\nrename to {1}\n"


def test_renames_are_of_the_tree_before_the_patch() -> None:
    swap = RENAME.format("a", "b") + RENAME.format("b", "a")
    assert _applied(swap, {"a": "A", "b": "B"}).texts == {"a": "B", "b": "A"}
    assert _applied(swap, {"a": "A", "b": "B"}, back=True).texts == {"a": "B", "b": "A"}
    chain = RENAME.format("b", "c") + RENAME.format("a", "b")
    assert _applied(chain, {"a": "A", "b": "B"}).texts == {"a": None, "b": "A", "c": "B"}


def test_a_rename_that_fits_neither_way_does_not_apply() -> None:
    head = "diff --git a/a b/b\nsimilarity index 50%\nrename from a\nrename to b\n--- a/a\n+++ b/b\n"
    patches = read(_patch("@@ -1,2 +1,2 @@", " one", "-two", "+three", head=head), "p").patches
    for files in ({}, {"a": "other\n"}, {"b": "other\n"}):
        told, _ = met(patches, files.get)
        assert (told.kind, told.location is not None) == ("does not apply", True)


def test_a_copy_leaves_what_it_was_made_of() -> None:
    text = RENAME.format("a", "b").replace("rename", "copy")
    assert _applied(text, {"a": "A"}).texts == {"b": "A"}
    assert _applied(text, {"a": "A", "b": "A"}, back=True).texts == {"b": None}


def test_a_mode_or_a_binary_changes_no_text() -> None:
    mode = "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n"
    assert _applied(mode, {"f": "x\n"}).texts == {"f": "x\n"}
    binary = "diff --git a/i.png b/i.png\nindex 1..2 100644\nBinary files a/i.png and b/i.png differ\n"
    found = _applied(binary, {"f": "x\n"})
    assert (found.texts, found.passed, found.rejected) == ({}, ("i.png",), ())


def test_a_last_line_without_an_end() -> None:
    text = _patch("@@ -1,2 +1,2 @@", " one", "-two", "\\ No newline at end of file", "+two")
    assert _applied(text, {"f": "one\ntwo"}).texts == {"f": "one\ntwo\n"}
    assert _applied(text, {"f": "one\ntwo\n"}, back=True).texts == {"f": "one\ntwo"}
    assert _applied(text, {"f": "one\ntwo\n"}).rejected
