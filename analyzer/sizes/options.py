"""Tables of what options weigh as text, and the ones that come with the program.

Enters: `OptionTable` values, or the text of a file of one. Leaves: text, or values. Must hold: reading what was written
gives the same values; equal values give equal text, one option a line, so that versions can be compared.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from analyzer.documents import read_regular
from analyzer.errors import SourceError
from analyzer.model.option import OptionTable, OptionWeight

T = TypeVar("T")

_HEAD = b'{"kweigh-options":1}'
_LARGEST = 64 << 20
"""Bytes; a table of 420 options has 60 kB."""


def render(table: OptionTable) -> str:
    """The text of a file of one table: a head line, the table without its options, an option a line."""
    weights = sorted(table.weights, key=lambda one: one.symbol)
    rows = [_HEAD, *map(msgspec.json.encode, (replace(table, weights=()), *weights))]
    return b"\n".join(rows).decode() + "\n"


def parse(data: bytes, *, path: str) -> OptionTable:
    """The table of a file. Raises SourceError with the line that is none."""
    lines = data.splitlines()
    if lines[:1] != [_HEAD] or len(lines) < 2:
        raise SourceError("not a table of options: no head line", path=path, lineno=1)
    table = _read(lines[1], OptionTable, path, 2)
    return replace(table, weights=tuple(_read(line, OptionWeight, path, at) for at, line in enumerate(lines[2:], 3)))


def _read(line: bytes, kind: type[T], path: str, lineno: int) -> T:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"not a table of options: {error}", path=path, lineno=lineno) from None


def load(folder: Path) -> tuple[OptionTable, ...]:
    """The tables in a folder, by the names of their files; none where there is no such folder."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            found.append(parse(read_regular(path, _LARGEST), path=str(path)))
        except OSError as error:
            raise SourceError(f"can't be read: {error.strerror or error}", path=str(path)) from None
    return tuple(found)
