"""The form of kept bytes: a line of lengths, a head of JSON, sections.

Enters: a head and sections, or bytes. Leaves: the other. Must hold: bytes of another form, or of a machine with other
integers, are not read.
"""

from __future__ import annotations

import json
import sys
from array import array
from typing import Any

FORMAT = 4
"""Counted up when the form changes; bytes of another format are not read."""

_FORM = f"{FORMAT} {sys.byteorder} {array('i').itemsize}".encode("ascii")


def joined(head: dict[str, Any], *sections: bytes) -> bytes:
    """The bytes of a head and its sections."""
    parts = [json.dumps(head, separators=(",", ":")).encode("ascii"), *sections]
    return b" ".join([_FORM, *(b"%d" % len(part) for part in parts)]) + b"\n" + b"".join(parts)


def sections(data: bytes, start: int) -> list[memoryview] | None:
    """The head and the sections of bytes; None when they are of another format or machine."""
    at = data.find(b"\n", start) + 1
    form = data[start:at].split()
    if b" ".join(form[:3]) != _FORM:
        return None
    parts = []
    for size in map(int, form[3:]):
        parts.append(memoryview(data)[at : at + size])
        at += size
    return parts
