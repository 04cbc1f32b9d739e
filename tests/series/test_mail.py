"""Mails: the encoding makes no difference but for the lines, and the lines are the input's."""

from __future__ import annotations

import base64
import quopri
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import InputError, SourceError
from analyzer.series import decode, read
from analyzer.series.mail import passages

HEADERS = "From: a@example.org\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n"
STAT = " drivers/a/a.c | 2 ++\n 1 file changed, 2 insertions(+)\n"
PROSE = st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=120), max_size=8)


def mail(body: str, encoding: str, subject: str = "s") -> str:
    """A mail with its body in a transfer encoding."""
    encoded = body.encode()
    if encoding == "quoted-printable":
        encoded = quopri.encodestring(encoded)
    elif encoding == "base64":
        encoded = base64.encodebytes(encoded)
    head = HEADERS.format(subject=subject) + f"Content-Transfer-Encoding: {encoding}\n\n"
    return head + encoded.decode()


@given(PROSE, st.sampled_from(["8bit", "quoted-printable", "base64"]))
def test_an_encoded_body_is_read_line_by_line(prose: list[str], encoding: str) -> None:
    body = "\n".join([*prose, "the end", ""])
    text = mail(body, encoding)
    (passage,) = passages(text, "mail")
    assert list(passage.lines) == body.removesuffix("\n").split("\n")
    assert len(passage.numbers) == len(passage.lines)
    assert list(passage.numbers) == sorted(passage.numbers)
    raw = text.split("\n")
    for line, number in zip(passage.lines, passage.numbers, strict=True):
        if encoding == "8bit":
            assert raw[number - 1] == line
        elif encoding == "quoted-printable":
            assert line.encode().startswith(quopri.decodestring(raw[number - 1].encode()).rstrip(b"\n"))


@given(st.integers(0, 40))
def test_a_base64_line_is_placed_where_it_begins(before: int) -> None:
    body = "x" * 13 + "\n" + "y" * before + "\n" + STAT
    text = mail(body, "base64")
    (change,) = read(text, "mail").files
    start = body.index(" drivers")
    encoded = text.split("\n\n", 1)[1].split("\n")
    ahead = b"".join(base64.b64decode(line) for line in encoded[: change.location.line - 6])
    through = b"".join(base64.b64decode(line) for line in encoded[: change.location.line - 5])
    assert len(ahead) <= start < len(through)


def test_a_subject_that_can_not_be_decoded_stays_as_it_stands() -> None:
    assert read(mail(STAT, "8bit", "=?no-such-charset?q?x?="), "mail").title == "=?no-such-charset?q?x?="


def test_a_folded_subject_is_one_line() -> None:
    assert read(mail(STAT, "8bit", "one\n two"), "mail").title == "one two"


def test_from_in_a_body_does_not_separate_mails() -> None:
    text = mail("From here at 10:10:10 we count 2020\n\n" + STAT, "8bit")
    assert [f.location.line for f in read(text, "mail").files] == [8]


def test_a_second_series_in_a_mailbox_is_named() -> None:
    one = "From x@y Thu Jan  1 00:00:00 2024\n" + mail(STAT, "8bit", "v1")
    series = read(f"{one}\n{one.replace('v1', 'v2')}", "box")
    assert series.title == "v1"
    (problem,) = series.problems
    assert problem.kind == "not read"
    assert problem.location.line == 16


PATCH = "From x@y Thu Jan  1 00:00:00 2024\nFrom: a@b\nSubject: p\n\nwhy\n---\n{stat}\n{diff}-- \n2.39\n\n"
DIFF = "diff --git a/drivers/a/a.c b/drivers/a/a.c\nindex 1..2\n--- a/drivers/a/a.c\n+++ b/drivers/a/a.c\n{hunk}"


@pytest.mark.parametrize(
    ("cover", "kinds"),
    [
        (" drivers/a/a.c | 2 ++\n 1 file changed, 2 insertions(+)\n", []),
        # The second patch may change a line of the first: 3 inserted, 1 deleted by the patches are 2 inserted in all.
        (" drivers/a/a.c | 4 +++-\n 1 file changed, 3 insertions(+), 1 deletion(-)\n", []),
        (" drivers/a/a.c | 3 +++\n 1 file changed, 3 insertions(+)\n", ["totals"]),
        (" drivers/a/b.c | 2 ++\n 1 file changed, 2 insertions(+)\n", ["files differ", "files differ"]),
    ],
)
def test_a_cover_letter_is_checked_against_its_patches(cover: str, kinds: list[str]) -> None:
    first = DIFF.format(hunk="@@ -1 +1,2 @@\n a\n+b\n")
    second = DIFF.format(hunk="@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n")
    box = "".join(
        [
            PATCH.format(stat=cover, diff=""),
            PATCH.format(stat=" drivers/a/a.c | 1 +\n 1 file changed, 1 insertion(+)\n", diff=first),
            PATCH.format(stat=" drivers/a/a.c | 3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)\n", diff=second),
        ]
    )
    series = read(box, "box")
    assert [(f.path, f.insertions, f.deletions) for f in series.files] == [("drivers/a/a.c", 3, 1)]
    assert [problem.kind for problem in series.problems] == kinds


def test_parts_nested_without_end_are_refused() -> None:
    depth = 5000
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(depth))
    with pytest.raises(InputError, match="nested too deep") as caught:
        read(f"From: a@b\nSubject: x\n{nested}\n\n{STAT}", "mail")
    assert "\n" not in caught.value.line()


def test_a_damaged_encoding_is_read_as_far_as_it_goes() -> None:
    text = mail(STAT, "base64")
    assert read(text + "\n!!!not base64!!!\n", "mail").files[0].path == "drivers/a/a.c"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for text in (data, mail(STAT, "8bit").encode() + data, b"diff --git a/x b/x\n" + data):
        with suppress(InputError, SourceError):
            series = read(decode(text, "in"), "in")
            assert "\0" not in series.title
            assert "".join([series.title, *(change.path for change in series.files)]).encode()
