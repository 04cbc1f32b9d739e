"""Mails and mailboxes, as passages of plain lines.

Enters: the text of one input. Leaves: one `Passage` for every text part of every mail, or a single one when it is no
mail. Must hold: each line keeps the number of the input line that it came from, through quoted-printable and base64 as
well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from email import message_from_bytes, message_from_string
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from itertools import accumulate, pairwise

from analyzer.errors import InputError
from analyzer.series.text import LONGEST_TITLE

_POSTMARK = re.compile(r"From \S.*\d\d:\d\d(?::\d\d)?.* \d{4}")
_LONGEST_POSTMARK = 400
_HEADERS = 200
"""Lines in which a quoted mail's subject is looked for."""
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:(?:[ \t]|$)")
_TELLING = re.compile(r"(?:From|Subject|Date|Message-ID|MIME-Version|Received):", re.IGNORECASE)
_PATCH_NAME = re.compile(r".*\.(?:patch|diff|diffstat|txt)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Lines without their ends, each with its line number in the input; `subject` is "" where there is no
    mail, nor one that is quoted."""

    lines: Sequence[str]
    numbers: Sequence[int]
    subject: str = ""
    is_mail: bool = False


def passages(text: str, name: str) -> Iterator[Passage]:
    """The passages of `text`, in order: mbox (also what git format-patch --stdout writes), one mail, or plain text.

    Raises InputError for a mail whose parts are nested too deep to be read.
    """
    lines = _lines(text)
    marks = {i for i, line in enumerate(lines) if line.startswith("From ") and _is_postmark(lines, i)}
    for start, stop in pairwise([*sorted({0, *marks}), len(lines)]):
        first = start + 1 if start in marks else start
        if _is_mail(lines, first):
            yield from _parts(lines[first:stop], first + 1, name)
        else:
            yield Passage(lines=lines[first:stop], numbers=range(first + 1, stop + 1))


def quoted(passage: Passage) -> Passage:
    """What a reply quotes of another mail, without its marks; what stands between is the reply's own."""
    kept = [(found[1], number) for found, number in _quotes(passage)]
    lines = [line for line, _ in kept]
    return replace(
        passage, lines=lines, numbers=[number for _, number in kept], subject=passage.subject or _headed(lines)
    )


def _headed(lines: Sequence[str]) -> str:
    """The subject of a mail that lines begin with; "": they don't."""
    first = next((at for at, line in enumerate(lines) if line), 0)
    first += bool(lines and _is_postmark(lines[first:], 0))
    return _subject(message_from_string("\n".join(lines[first : first + _HEADERS]))) if _is_mail(lines, first) else ""


def _quotes(passage: Passage) -> Iterator[tuple[re.Match[str], int]]:
    for line, number in zip(passage.lines, passage.numbers, strict=True):
        if found := _QUOTE.fullmatch(line):
            yield found, number


_QUOTE = re.compile(r"> ?(.*)", re.DOTALL)


def _lines(text: str) -> list[str]:
    """The lines without their ends. Only line feeds end a line: a form feed, for one, is content. A carriage return is
    content as well where the headers of a diff have none: then it did not come on the way."""
    lines = text.removesuffix("\n").split("\n")
    if not any(line.startswith(_HEADS) and not line.endswith("\r") for line in lines):
        return [line.removesuffix("\r") for line in lines]
    return [line if line.startswith((" ", "+", "-")) else line.removesuffix("\r") for line in lines]


_HEADS = ("diff --git ", "--- ", "+++ ", "@@ -")


def _is_postmark(lines: Sequence[str], index: int) -> bool:
    """Whether the line separates two mails: it stands first or behind an empty line, and headers follow."""
    if (index and lines[index - 1]) or len(lines[index]) > _LONGEST_POSTMARK:
        return False
    return bool(_POSTMARK.fullmatch(lines[index])) and _is_mail(lines, index + 1)


def _is_mail(lines: Sequence[str], start: int) -> bool:
    """Whether a block of mail headers begins at `start`; one of those that every mail has must be among them."""
    telling = False
    for index in range(start, len(lines)):
        line = lines[index]
        if not line:
            break
        if line[0] not in " \t" and not _HEADER.match(line):
            return False
        telling = telling or bool(_TELLING.match(line))
    return telling


def _parts(lines: Sequence[str], first: int, name: str) -> Iterator[Passage]:
    raw = "\n".join(lines).encode("utf-8", "surrogateescape")
    try:
        message = message_from_bytes(raw)
        parts = [part for part in message.walk() if _is_text(part)]
    except RecursionError:
        raise InputError(f"{name}: a mail with parts nested too deep", hint="give the part that has the diff") from None
    subject = _subject(message)
    cursor = 0
    for part in parts:
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        encoding = str(part.get("Content-Transfer-Encoding", "")).strip().lower()
        encoded = str(part.get_payload()).encode("utf-8", "surrogateescape") if encoding in _NUMBERING else content
        cursor = max(raw.find(b"\n" + encoded, cursor), cursor)
        start = first + raw.count(b"\n", 0, cursor) + 1
        body = _lines(_decoded(content, part))
        numbers: Sequence[int] = range(start, start + len(body))
        if encoding in _NUMBERING:
            numbers = _fitted(_NUMBERING[encoding](encoded, content), start, len(body))
        if str(part.get_param("format", "")).lower() == "flowed":
            delsp = str(part.get_param("delsp", "")).lower() == "yes"
            body, numbers = _unflowed(body, numbers, spaces=0 if delsp else 1)
        yield Passage(lines=body, numbers=numbers, subject=subject, is_mail=True)


def _unflowed(lines: Sequence[str], numbers: Sequence[int], spaces: int) -> tuple[list[str], list[int]]:
    """Lines as they were before a mail program broke them, as git's mailinfo.c has it (handle_filter_flowed): a line
    that ends with a blank goes on in the next one, of that blank as many `spaces` stay as DelSp says; one that begins
    with a blank has been given it. Each stands where it begins."""
    found: list[str] = []
    places: list[int] = []
    begun: list[str] = []
    for line, number in zip(lines, numbers, strict=True):
        signature = line == "-- "
        text = line if signature else line.removeprefix(" ")
        if not begun or signature:
            places.append(number)
        if begun and signature:
            found.append("".join(begun))
            begun = []
        if text.endswith(" ") and not signature:
            begun.append(text if spaces else text[:-1])
        else:
            found.append("".join([*begun, text]))
            begun = []
    return [*found, *(["".join(begun)] if begun else [])], places


def _is_text(part: Message) -> bool:
    if part.is_multipart() or part.get_content_type() == "text/html":
        return False
    return part.get_content_maintype() == "text" or bool(_PATCH_NAME.fullmatch(part.get_filename() or ""))


def _subject(message: Message) -> str:
    written = str(message.get("Subject", ""))[:LONGEST_TITLE]
    # With an unknown charset or a broken encoded word the header as it stands is still a title.
    with suppress(HeaderParseError, LookupError, ValueError):
        written = str(make_header(decode_header(written)))
    return " ".join(written.split())


def _decoded(content: bytes, part: Message) -> str:
    try:
        return content.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeError):
        return content.decode("utf-8", "surrogateescape")


def _quoted_printable_offsets(encoded: bytes, _: bytes) -> list[int]:
    """For each decoded line the index of the encoded line where it begins: a line that ends in `=` runs on."""
    offsets: list[int] = []
    runs_on = False
    for index, line in enumerate(encoded.split(b"\n")):
        if not runs_on:
            offsets.append(index)
        offsets += [index] * line.upper().count(b"=0A")
        runs_on = line.rstrip().endswith(b"=")
    return offsets


def _base64_offsets(encoded: bytes, content: bytes) -> list[int]:
    """For each decoded line the index of the encoded line where it begins: four characters there, three bytes here."""
    ends = list(accumulate(len(line.strip()) for line in encoded.split(b"\n")))
    starts = [0, *accumulate(len(line) + 1 for line in content.split(b"\n"))][:-1]
    return [bisect_right(ends, start * 4 // 3) for start in starts]


_NUMBERING = {"quoted-printable": _quoted_printable_offsets, "base64": _base64_offsets}


def _fitted(offsets: Sequence[int], start: int, count: int) -> Sequence[int]:
    """Line numbers for exactly `count` lines; a damaged encoding may have left fewer or more offsets."""
    last = offsets[-1] if offsets else 0
    return [start + offset for offset in (*offsets[:count], *[last] * (count - len(offsets)))]
