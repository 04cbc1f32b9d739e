"""From bytes to text that can be read as a series.

Enters: the bytes or text of one input. Leaves: text of bounded size that is not binary. Must hold: no byte is lost on
the way (undecodable bytes stay as surrogates until `printable`), and every input that can't be read is refused with one
line that says what to give instead.
"""

from __future__ import annotations

import codecs

from analyzer.errors import InputError

MAX_BYTES = 64 * 1024 * 1024
"""The largest input that is read. The patch between two kernel releases is about as large."""

LONGEST_TITLE = 500
"""How many characters of a subject are kept."""

_WANTED = "give a diffstat, a mail that has one, or a unified diff"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(data: bytes, name: str) -> str:
    """The text of `data`: UTF-8, or UTF-16 with a byte order mark (as a Windows shell's `git diff > file` writes it).

    Bytes that are no UTF-8 become surrogates, so that a mail's own charset can still be applied. Raises InputError for
    more than `MAX_BYTES` and for binary data.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    if data.startswith(_UTF16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise _binary(name) from None
    if b"\0" in data:
        raise _binary(name)
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def readable(text: str, name: str) -> str:
    """`text` itself, if it is worth reading. Raises InputError when it is empty, binary or larger than `MAX_BYTES`."""
    if len(text) > MAX_BYTES:
        raise _too_large(name)
    if "\0" in text:
        raise _binary(name)
    if not text.strip():
        raise InputError(f"{name}: empty", hint=_WANTED)
    return text


def no_series(name: str) -> InputError:
    """The error for a text that holds neither a diffstat nor a diff."""
    return InputError(f"{name}: no diffstat and no diff in it", hint=_WANTED)


def printable(text: str) -> str:
    """`text` with bytes that are no UTF-8 shown as `\\xNN`, so that it can be written anywhere."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _too_large(name: str) -> InputError:
    return InputError(f"{name}: larger than {MAX_BYTES >> 20} MiB", hint="give the diffstat of it: git diff --stat")


def _binary(name: str) -> InputError:
    return InputError(f"{name}: binary, not text", hint=_WANTED)
