"""Diffstats: what is printed is read back, and what is no diffstat is not taken for one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import InputError
from analyzer.series import read
from analyzer.series.names import Name, parse, unquoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a diffstat to be."""

    path: str
    insertions: int
    deletions: int


# Names as git prints them without quotes; those with quotes, arrows and dots have tests of their own.
FOLDERS = st.text(alphabet="aZ_+-.9 ", max_size=6).map(lambda inner: f"x{inner}x")
PATHS = st.lists(FOLDERS, min_size=1, max_size=4).map("/".join)
ROWS = st.lists(
    st.builds(Row, path=PATHS, insertions=st.integers(0, 40), deletions=st.integers(0, 40)),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row.path,
)


def printed(rows: list[Row], *, scale: int = 1) -> str:
    """The rows as git prints them, the histogram reduced by `scale`."""
    width = max(len(row.path) for row in rows)
    lines = [
        f" {row.path:{width}} | {row.insertions + row.deletions:4} "
        f"{'+' * (row.insertions // scale)}{'-' * (row.deletions // scale)}".rstrip()
        for row in rows
    ]
    insertions, deletions = sum(row.insertions for row in rows), sum(row.deletions for row in rows)
    parts = [f" {len(rows)} file{'s' * (len(rows) != 1)} changed"]
    if insertions or not deletions:
        parts.append(f"{insertions} insertion{'s' * (insertions != 1)}(+)")
    if deletions or not insertions:
        parts.append(f"{deletions} deletion{'s' * (deletions != 1)}(-)")
    return "\n".join([*lines, ", ".join(parts)]) + "\n"


@given(ROWS)
def test_a_printed_diffstat_is_read_back(rows: list[Row]) -> None:
    series = read(printed(rows), "stat")
    assert series.form == "diffstat"
    assert [(f.path, f.insertions, f.deletions) for f in series.files] == [
        (row.path, row.insertions, row.deletions) for row in rows
    ]
    assert [f.location.line for f in series.files] == list(range(1, len(rows) + 1))
    assert series.stated is not None
    assert series.counted.insertions == series.stated.insertions
    assert series.counted.deletions == series.stated.deletions
    assert series.problems == ()


@given(ROWS, st.integers(2, 9))
def test_a_scaled_histogram_tells_no_parts(rows: list[Row], scale: int) -> None:
    series = read(printed(rows, scale=scale), "stat")
    assert [f.changes for f in series.files] == [row.insertions + row.deletions for row in rows]
    for change in series.files:
        assert change.insertions is None or change.changes == 0
    assert series.problems == ()


@given(ROWS, st.sampled_from(["insertions", "deletions", "files"]), st.integers(1, 9))
def test_a_wrong_total_is_a_problem_with_both_figures(rows: list[Row], what: str, more: int) -> None:
    text = printed(rows)
    right = {
        "insertions": sum(r.insertions for r in rows),
        "deletions": sum(r.deletions for r in rows),
        "files": len(rows),
    }
    wrong = {**right, what: right[what] + more}
    lines = text.splitlines()[:-1]
    totals = f" {wrong['files']} files changed, {wrong['insertions']} insertions(+), {wrong['deletions']} deletions(-)"
    (problem,) = read("\n".join([*lines, totals]), "stat").problems
    assert problem.kind == "totals"
    assert problem.location.line == len(lines) + 1
    assert str(right[what]) in problem.text
    assert str(wrong[what]) in problem.text


@given(ROWS, st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r|"), max_size=200))
def test_prose_around_a_diffstat_does_not_change_it(rows: list[Row], prose: str) -> None:
    quoted = "".join(f"> {line}\n" for line in prose.split("\n"))
    series = read(f"Title\n{quoted}\n{printed(rows)}\n{quoted}", "mail")
    assert [f.path for f in series.files] == [row.path for row in rows]
    assert series.form == "mail"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b.c", Name(path="a/b.c")),
        ("a/{b => c}/d.c", Name(path="a/c/d.c", old_path="a/b/d.c", kind="renamed")),
        ("a/{ => c}/d.c", Name(path="a/c/d.c", old_path="a/d.c", kind="renamed")),
        ("a/{b => }/d.c", Name(path="a/d.c", old_path="a/b/d.c", kind="renamed")),
        ("{ => c}/d.c", Name(path="c/d.c", old_path="d.c", kind="renamed")),
        ("a.c => b.c", Name(path="b.c", old_path="a.c", kind="renamed")),
        ('"caf\\303\\251.c" => b c.c', Name(path="b c.c", old_path="café.c", kind="renamed")),
        ('a.c => "caf\\303\\251.c"', Name(path="café.c", old_path="a.c", kind="renamed")),
        ('"a => b"', Name(path="a => b")),
        ("new.c (new)", Name(path="new.c", kind="added")),
        ("new.sh (new +x)", Name(path="new.sh", kind="added")),
        ("old.c (gone)", Name(path="old.c", kind="removed")),
        ("run.sh (mode +x)", Name(path="run.sh")),
        (".../asm/device.h", Name(path=".../asm/device.h", abbreviated=True)),
        (".../{old => new}/x.c", Name(path=".../new/x.c", kind="renamed", abbreviated=True)),
        (".../old => new}/x.c", Name(path=".../new/x.c", kind="renamed", abbreviated=True)),
        (".../old.c => new/x.c", Name(path="new/x.c", kind="renamed")),
    ],
)
def test_names(name: str, expected: Name) -> None:
    assert parse(name) == expected


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_quoted_names_are_unquoted(path: str) -> None:
    """As quote_c_style() of git's quote.c writes them."""
    letters = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
    quoted = "".join(
        f"\\{letters[byte]}" if byte in letters else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
        for byte in path.encode()
    )
    assert unquoted(f'"{quoted}"') == path


def test_bytes_that_are_no_utf8_are_shown() -> None:
    assert unquoted('"caf\\351.c"') == "caf\\xe9.c"
    assert unquoted("caf\udce9.c") == "caf\\xe9.c"


@pytest.mark.parametrize(
    "text",
    [
        "Use a | 5 if you like,\nor a | 6.",
        "| 5 ++",
        "a.c | 5 xx\n",
        "We saw 22 files changed by hand.",
        "> a.c | 1 +\n> 1 file changed, 1 insertion(+)\n",
        "a.c | -5\nb",
    ],
)
def test_what_is_no_diffstat(text: str) -> None:
    with pytest.raises(InputError, match="no diffstat and no diff"):
        read(text, "text")


@pytest.mark.parametrize("heading", ["---", "Diffstat:", "diffstat", "Overall diffstat:"])
def test_a_heading_makes_a_diffstat_without_totals_sure(heading: str) -> None:
    series = read(f"Hello\n\n{heading}\n a.c | 1 +\n\nBye\n", "mail")
    assert [f.path for f in series.files] == ["a.c"]
    assert [p.kind for p in series.problems] == ["no totals"]


def test_an_empty_line_within_a_diffstat_hides_nothing() -> None:
    series = read("Hello\n---\n a.c | 1 +\n\n b.c | 1 +\n", "mail")
    assert [f.path for f in series.files] == ["a.c"]
    assert [(p.kind, p.location.line) for p in series.problems] == [("no totals", 3), ("not read", 5)]
