"""Small TOML documents that users write: feature sets, scenarios, policies.

Enters: a path, or the text of a document. Leaves: its tables, as tomllib gives them. Must hold: whatever is not a small
TOML file in UTF-8 ends in one `SourceError` with the line, where there is one.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from analyzer.errors import SourceError

LARGEST = 1 << 20
"""Bytes; far more than a document that a person can read."""

_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


def read_text(path: Path) -> str:
    """The text of a file. Raises FileNotFoundError when there is none, SourceError when it is no small text file."""
    name = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except (FileNotFoundError, ValueError):
        raise FileNotFoundError(name) from None
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}", path=name) from None
    if len(data) > LARGEST:
        raise SourceError(f"is too large (more than {LARGEST} bytes)", path=name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SourceError("is not a text file in UTF-8", path=name, lineno=_line(data, error.start)) from None
    if "\0" in text:
        raise SourceError("is a binary file, not TOML", path=name, lineno=_line(data, data.index(0)))
    return text


def parse(text: str, *, path: str) -> dict[str, Any]:
    """The document's top table; `path` names it in errors. Raises SourceError where the text is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        message = str(error).removesuffix(place[0]) if place else str(error)
        raise SourceError(f"not valid TOML: {message}", path=path, lineno=int(place[1]) if place else 0) from None
    except (RecursionError, ValueError):
        # tomllib parses nested values by recursion, and int() refuses numbers of thousands of digits.
        raise SourceError("not valid TOML: nested too deeply, or a number is too long", path=path) from None


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
