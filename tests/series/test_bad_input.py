"""Bad input is refused with one line that says what to give instead."""

from __future__ import annotations

import pytest

from analyzer.errors import InputError
from analyzer.series import MAX_BYTES, decode, read


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\x7fELF\0\0", "binary"),
        (b"PK\3\4\0", "binary"),
        (b"\xff\xfea", "binary"),
        (b"Just some prose.\n", "no diffstat and no diff"),
        (b"From: a@b\nSubject: hello\n\nJust some prose.\n", "no diffstat and no diff"),
        (b"From: a@b\nSubject: hello\n\n", "no diffstat and no diff"),
        (b"config PCI\n\tbool\n", "no diffstat and no diff"),
        (b"*** a/x.c\n--- b/x.c\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n", "no diffstat and no diff"),
    ],
)
def test_refused(data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read(decode(data, "in.txt"), "in.txt")
    line = caught.value.line()
    assert line.startswith("in.txt: ")
    assert "\n" not in line
    assert caught.value.hint
    assert caught.value.exit_code == 3


def test_text_with_a_null_is_binary_however_it_was_decoded() -> None:
    with pytest.raises(InputError, match="binary"):
        read("a | 1 +\0", "in.txt")


def test_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="larger than 64 MiB"):
        decode(bytes(MAX_BYTES + 1), "big")
    with pytest.raises(InputError, match="larger than 64 MiB"):
        read("x" * (MAX_BYTES + 1), "big")


def test_a_windows_shell_writes_utf16() -> None:
    text = " a.c | 1 +\r\n 1 file changed, 1 insertion(+)\r\n"
    for encoding in ("utf-16", "utf-8-sig"):
        assert [f.path for f in read(decode(text.encode(encoding), "in"), "in").files] == ["a.c"]
