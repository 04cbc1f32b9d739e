"""The ledger as text.

Enters: observations and images, or the lines of a text. Leaves: lines of JSON, or observations and images. Must hold:
equal entries give equal lines; `parse(render(entries))` gives the entries again; a line that is none ends in one
`SourceError` with its number.

The first line is `{"kweigh-ledger": 1}`. Every other line is an object with the key `object` or `image`:

    {"object": "kernel/fork.o", "tree": "…", "arch": "…", "compiler": "…", "flags": "…", "symbols": {"SMP": "n", …},
     "classes": {"text": 4096, …}, "sizes": [["do_fork", "T", 512], …]}
    {"image": "vmlinux", "tree": …, "arch": …, "compiler": …, "config": "…", "size": 11711240,
     "sections": [[".text", "text", 4194560], …]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from analyzer.errors import SourceError
from analyzer.model.elf import SectionClass, SizedSymbol
from analyzer.model.size import Image, Observation, Origin, Recipe
from analyzer.sizes.classes import CLASSES

_HEAD = '{"kweigh-ledger": 1}'
_BOUND = 1 << 63  # SQLite's integers


def render(entries: Iterable[Observation | Image]) -> Iterator[str]:
    """The lines of a text, without their ends, in the order of `entries`."""
    yield _HEAD
    for entry in entries:
        origin = {"tree": entry.origin.tree, "arch": entry.origin.arch, "compiler": entry.origin.compiler}
        if isinstance(entry, Observation):
            table: dict[str, object] = {
                "object": entry.path,
                **origin,
                "flags": entry.recipe.flags,
                "symbols": dict(entry.recipe.symbols),
                "classes": {kind: entry.classes[kind] for kind in CLASSES if kind in entry.classes},
                "sizes": [[symbol.name, symbol.letter, symbol.size] for symbol in entry.symbols],
            }
        else:
            table = {
                "image": entry.name,
                **origin,
                "config": entry.config,
                "size": entry.size,
                "sections": [list(section) for section in entry.sections],
            }
        yield json.dumps(table, separators=(",", ":"))


def parse(lines: Iterable[str], *, path: str) -> Iterator[Observation | Image]:
    """The entries of a text; `path` names it in errors. Raises SourceError at the first line that is no entry."""
    for number, line in enumerate(lines, 1):
        try:
            table = json.loads(line)
        except (ValueError, RecursionError):
            raise SourceError("not JSON", path=path, lineno=number) from None
        if number == 1:
            if table != json.loads(_HEAD):
                raise SourceError(f"no text of a ledger: it begins with {_HEAD}", path=path, lineno=1)
            continue
        try:
            yield _entry(table)
        except _Wrong as wrong:
            raise SourceError(f"no entry of a ledger: {wrong}", path=path, lineno=number) from None


class _Wrong(Exception):
    """What is wrong with an entry."""


def _entry(table: object) -> Observation | Image:
    entry = _table(table, "the line")
    origin = Origin(tree=_text(entry, "tree"), arch=_text(entry, "arch"), compiler=_text(entry, "compiler"))
    if "image" in entry:
        return Image(
            origin=origin,
            config=_text(entry, "config"),
            name=_text(entry, "image"),
            size=_size(entry.get("size")),
            sections=tuple((name, _class(kind), _size(size)) for name, kind, size in _triples(entry, "sections")),
        )
    symbols = _table(entry.get("symbols"), "symbols")
    classes = _table(entry.get("classes"), "classes")
    return Observation(
        origin=origin,
        path=_text(entry, "object"),
        recipe=Recipe(
            flags=_text(entry, "flags"),
            symbols=tuple((_whole(name), _line(symbols, name)) for name in sorted(symbols)),
        ),
        classes={_class(kind): _size(size) for kind, size in classes.items()},
        symbols=tuple(
            SizedSymbol(name=name, letter=letter, size=_size(size)) for name, letter, size in _triples(entry, "sizes")
        ),
    )


def _table(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _Wrong(f"{name} should be a table")
    return value


def _text(table: dict[str, object], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str):
        raise _Wrong(f"{name} should be a text")
    return _whole(value)


def _whole(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _Wrong("a text with half a character (a lone surrogate)")
    return text


def _line(table: dict[str, object], name: str) -> str:
    value = _text(table, name)
    if "\n" in name + value:
        raise _Wrong("a symbol with an end of line")
    return value


def _class(value: object) -> SectionClass:
    if value not in CLASSES:
        raise _Wrong(f"no class of sections: {value}")
    return value


def _size(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _BOUND:
        raise _Wrong(f"no number of bytes: {value}")
    return value


def _triples(table: dict[str, object], name: str) -> Iterator[tuple[str, str, object]]:
    rows = table.get(name)
    if not isinstance(rows, list):
        raise _Wrong(f"{name} should be a list")
    for row in rows:
        match row:
            case [str(first), str(second), size]:
                yield _whole(first), _whole(second), size
            case _:
                raise _Wrong(f"{name} should hold lists of two texts and a number")
