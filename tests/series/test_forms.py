"""Rule: however a patch comes, it does the same to the tree.

Each form is made here of one patch, as the programs that make it do: mail encoders, mailers that break lines, Windows,
GNU diff, git with and without prefixes.
"""

from __future__ import annotations

import base64
import quopri
import re

import pytest

from analyzer.series import apply, read

OLD = "config A\n\tbool\n\n\tdefault y\n\tdepends on B\n\n# é\nconfig END\n"
NEW = OLD.replace("\tdefault y\n", "\tdefault n if C\n")
DIFF = """\
diff --git a/d/Kconfig b/d/Kconfig
index 1111111..2222222 100644
--- a/d/Kconfig
+++ b/d/Kconfig
@@ -1,7 +1,7 @@
 config A
 \tbool
~
-\tdefault y
+\tdefault n if C
 \tdepends on B
~
 # é
""".replace("~\n", " \n")
HEAD = "From: a@b\nSubject: [PATCH] one\nMIME-Version: 1.0\n"
TEXT = "Content-Type: text/plain; charset=utf-8"


def _mail(body: str, encoding: str = "8bit", kind: str = TEXT) -> str:
    return f"{HEAD}{kind}\nContent-Transfer-Encoding: {encoding}\n\n{body}"


def _flowed(text: str, spaces: str) -> str:
    """As RFC 3676 has it: what begins with a blank gets another, long lines are broken behind one."""
    stuffed = (f" {line}" if line.startswith((" ", "From", ">")) else line for line in text.split("\n"))
    return "\n".join(re.sub(r"(if) (C)", rf"\1 {spaces}\n\2", line) for line in stuffed)


def _plain(old: str, new: str) -> str:
    return f"--- {old}\n+++ {new}\n" + DIFF.split("\n", 4)[4]


BODY = f"Why.\n---\n d/Kconfig | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n\n{DIFF}-- \n2.39\n"
FORMS = {
    "as it is": DIFF,
    "mail": _mail(BODY),
    "base64": _mail(base64.encodebytes(BODY.encode()).decode(), "base64"),
    "quoted-printable": _mail(quopri.encodestring(BODY.encode()).decode(), "quoted-printable"),
    "CRLF": _mail(BODY).replace("\n", "\r\n"),
    # An empty line of the file would be a broken one: git am refuses it as well.
    "flowed": _mail(_flowed(BODY.replace("\n \n", "\n\n"), ""), kind=f"{TEXT}; format=flowed"),
    "flowed, DelSp": _mail(_flowed(BODY.replace("\n \n", "\n\n"), " "), kind=f"{TEXT}; format=flowed; delsp=yes"),
    "a reply": _mail("On Monday, a wrote:\n" + "".join(f"> {line}\n" for line in BODY.splitlines()) + "\nFine.\n"),
    "no prefix": DIFF.replace("a/d", "d").replace("b/d", "d"),
    "-p0": _plain("d/Kconfig", "d/Kconfig"),
    "two folders": _plain(
        "linux.orig/d/Kconfig\t2024-01-01 00:00:00.5 +0100", "linux/d/Kconfig\t2024-01-02 00:00:00.5 +0100"
    ),
    "a backup": _plain("d/Kconfig.orig", "d/Kconfig"),
    "blanks at ends of lines lost": DIFF.replace("\n \n", "\n\n"),
    "a log": f"commit {'1' * 40}\nAuthor: a <a@b>\n\n    why\n\n{DIFF}",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_it_does_the_same(text: str) -> None:
    found = apply(read(text, "p").patches, {"d/Kconfig": OLD}.get)
    assert not found.rejected
    assert found.texts == {"d/Kconfig": NEW}
    assert not found.landed


def test_a_line_knows_where_it_stands_in_a_mail_whose_lines_were_broken() -> None:
    text = FORMS["flowed"]
    (hunk,) = read(text, "p").hunks
    lines = text.split("\n")
    assert [lines[line.at - 1].strip() for line in hunk.lines if line.sign != " "] == [
        "-\tdefault y",
        "+\tdefault n if",
    ]


def test_a_carriage_return_of_the_file_is_kept() -> None:
    diff = DIFF.replace("\tdefault n if C\n", "\tdefault n if C\r\n")
    found = apply(read(diff, "p").patches, {"d/Kconfig": OLD}.get)
    assert found.texts == {"d/Kconfig": NEW.replace("if C\n", "if C\r\n")}


def test_mails_apply_in_the_order_of_their_numbers() -> None:
    back = DIFF.replace("-\tdefault y\n+\tdefault n if C", "-\tdefault n if C\n+\tdefault m")
    box = "".join(
        f"From x@y Thu Jan  1 00:00:00 2024\n{_mail(body).replace('[PATCH]', f'[PATCH v2 {number}/2]')}\n"
        for number, body in ((2, back), (1, DIFF))
    )
    series = read(box, "p")
    assert [patch.title for patch in series.patches] == ["[PATCH v2 1/2] one", "[PATCH v2 2/2] one"]
    assert apply(series.patches, {"d/Kconfig": OLD}.get).texts == {"d/Kconfig": OLD.replace("default y", "default m")}
