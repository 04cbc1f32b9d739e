"""Values in a scenario file: sizes, masks, names, flags.

Enters: what tomllib gave, and where it stands. Leaves: numbers, texts. Must hold: whatever is not what it should be
ends in one `SourceError` that names the place and says what would do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from reprlib import repr as shortened
from typing import Any

from analyzer.errors import SourceError, nearest
from analyzer.model.dma import U64

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50, "E": 1 << 60}
_SIZE = re.compile(r"(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})([KMGTPE]?)")
_PARTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands: a file, a line (0: the file as a whole), and a name for people."""

    path: str
    line: int = 0
    name: str = ""

    def at(self, name: str) -> Place:
        """A place inside this one."""
        return replace(self, name=f"{self.name}, {name}" if self.name else name)

    def error(self, message: str, hint: str = "") -> SourceError:
        """What is wrong here."""
        text = f"{self.name}: {message}" if self.name else message
        return SourceError(text, path=self.path, lineno=self.line, hint=hint)

    def table(self, value: Any, known: Iterable[str]) -> dict[str, Any]:
        """A table without any other key."""
        names = list(known)
        if not isinstance(value, dict):
            raise self.error("must be a table")
        for key in value:
            if key not in names:
                raise self.error(f"no such key: {shortened(key)}", nearest(key, names))
        return value

    def list_of(self, value: Any, what: str) -> list[Any]:
        """A list, if only an empty one."""
        if not isinstance(value, list):
            raise self.error(f"must be a list of {what}")
        return value

    def text(self, value: Any) -> str:
        """A text of one line that is not empty."""
        if isinstance(value, str) and value and value.isprintable():
            return value
        raise self.error(f"must be a text of one line: {shortened(value)}")

    def flag(self, value: Any) -> bool:
        """true or false."""
        if isinstance(value, bool):
            return value
        raise self.error(f"must be true or false: {shortened(value)}")

    def one_of(self, value: Any, known: Iterable[str]) -> str:
        """One of the names."""
        names = list(known)
        if isinstance(value, str) and value in names:
            return value
        hint = nearest(value, names) if isinstance(value, str) else ""
        raise self.error(f"no such name: {shortened(value)}", hint or f"known: {', '.join(names)}")

    def size(self, value: Any) -> int:
        """Bytes."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= U64:
            return value
        parts = value.split("+", _PARTS) if isinstance(value, str) else []
        found = [_SIZE.fullmatch(part.strip()) for part in parts]
        total = sum(int(f[1], 16 if f[1].startswith("0x") else 10) * _UNITS[f[2]] for f in found if f)
        if not found or not all(found) or total > U64:
            raise self.error(f"not a size in bytes: {shortened(value)}", 'such as 4096, "4K", "5G+512"')
        return total

    def within(self, value: Any, low: int, high: int) -> int:
        """Bytes, from `low` to `high`."""
        size = self.size(value)
        if low <= size <= high:
            return size
        raise self.error(f"must be from {low} to {high} bytes: {shortened(value)}")

    def mask(self, value: Any) -> int:
        """A mask: bits, or as it is."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 64:
            return (1 << value) - 1
        if isinstance(value, str) and value.startswith("0x"):
            return self.size(value)
        raise self.error(f"not a mask: {shortened(value)}", 'a number of bits, or a text such as "0xffff"')

    def fields(self, table: Any, kinds: Mapping[str, str]) -> dict[str, Any]:
        """A table whose values are read by their kind: `size`, `mask` or `flag`; any other kind is left alone."""
        given = dict(self.table(table, kinds))
        for key, value in given.items():
            if kinds[key] in ("size", "mask", "flag"):
                given[key] = getattr(self.at(key), kinds[key])(value)
        return given
