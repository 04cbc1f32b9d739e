"""Collections whose items are made when somebody asks for them.

Enters: records, and what makes an item of one. Leaves: mappings and sequences. Must hold: to look at one item costs
nothing for the others; a report needs few of thousands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar, overload

import msgspec

_T = TypeVar("_T")
_quick = msgspec.json.Encoder()
_read = msgspec.json.Decoder().decode
_write = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def as_lines(records: Iterable[Any]) -> bytes:
    """The bytes that `JsonLines` reads: one record a line."""
    found = list(records)
    try:
        return _quick.encode_lines(found).removesuffix(b"\n")
    except UnicodeEncodeError:
        # Bytes of a tree that are no UTF-8 are lone surrogates.
        return "\n".join(map(_write, found)).encode("ascii")


def _record(line: bytes) -> Any:
    try:
        return _read(line)
    except msgspec.DecodeError:
        return json.loads(line)


class JsonLines(Sequence[Any]):
    """Records kept as JSON, one a line; each is parsed at every access."""

    def __init__(self, data: memoryview) -> None:
        self._data = data

    @cached_property
    def _lines(self) -> list[bytes]:
        return bytes(self._data).split(b"\n") if self._data else []

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [_record(line) for line in self._lines[index]]
        return _record(self._lines[index])

    def __len__(self) -> int:
        return len(self._lines)


class LazyMapping(Mapping[str, _T]):
    """Items by name, each made from its record when it is first asked for."""

    def __init__(self, names: Sequence[str], records: Sequence[Any], make: Callable[[Any], _T]) -> None:
        self._places = dict(zip(names, range(len(names)), strict=True))
        self._records = records
        self._make = make
        self._made: dict[str, _T] = {}

    def __getitem__(self, name: str) -> _T:
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = self._make(self._records[self._places[name]])
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """As of any mapping; without an exception for what is not there."""
        found = self._made.get(name)
        if found is None:
            return self[name] if name in self._places else default
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class LazySequence(Sequence[_T]):
    """Items, each made from its record when it is first asked for."""

    def __init__(self, records: Sequence[Any], make: Callable[[Any], _T]) -> None:
        self._records = records
        self._make = make
        self._made: dict[int, _T] = {}

    @overload
    def __getitem__(self, index: int) -> _T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...

    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        if isinstance(index, slice):
            return [self[at] for at in range(len(self))[index]]
        found = self._made.get(index)
        if found is None:
            found = self._made[index] = self._make(self._records[index])
        return found

    def __len__(self) -> int:
        return len(self._records)
