"""Reads what GNU ld says of a link.

Enters: the text that `ld -Map=FILE` writes. Leaves: a `LinkMap`: for every output section, the pieces that it is made
of and the gaps between them, in order. Must hold: every byte of a settled section is in exactly one piece or gap; a map
that does not say so is refused.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer.documents import read_regular
from analyzer.errors import SourceError

_LARGEST = 1 << 30
"""Bytes; the map of an allyesconfig has some 300 MB."""
_HEAD = "Linker script and memory map"
_ADDRESS = r"\s+0x(?P<address>[0-9a-f]+)"
_OUTPUT = re.compile(rf"(?P<name>[^\s*/]\S*){_ADDRESS}\s+0x(?P<size>[0-9a-f]+)(?: load address 0x[0-9a-f]+)?\s*")
_PIECE = re.compile(rf" (?P<name>\S+){_ADDRESS}\s+0x(?P<size>[0-9a-f]+) (?P<file>\S.*)")
_FILL = re.compile(rf" \*fill\*{_ADDRESS}\s+0x(?P<size>[0-9a-f]+)(?:\s.*)?")
_BYTES = re.compile(rf"{_ADDRESS}\s+0x(?P<size>[0-9a-f]+) (?P<word>BYTE|SHORT|LONG|QUAD|SQUAD) .*")
_MOVE = re.compile(rf"{_ADDRESS}\s+\. = (?P<expression>.*)")
_BEFORE = re.compile(r"\s+0x(?P<size>[0-9a-f]+) \(size before relaxing\)")
_NAME = re.compile(r" ?[^\s*]\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes of an input section: `file` as ld names it (`kernel/fork.o`, `linker stubs`), or "" for bytes that the
    linker script spells out."""

    name: str
    file: str
    address: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Bytes that belong to no input section; `move` is the expression that the script assigned to `.`, or "" where an
    input section's own alignment asked for them."""

    move: str
    address: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSection:
    """A section of the linked file. The sizes of `parts` are as ld prints them; once it is settled, they sum to
    `size`."""

    name: str
    address: int
    size: int
    parts: tuple[Piece | Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMap:
    """A link: its output sections in order. `path` is the map's, for errors."""

    path: str
    sections: tuple[OutputSection, ...]


def read(path: Path) -> LinkMap:
    """The map in a file. Raises SourceError when it can't be read or is no map of GNU ld."""
    try:
        return parse(read_regular(path, _LARGEST).decode("utf-8", "replace"), path=str(path))
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}", path=str(path)) from None


def opened(path: Path) -> tuple[str, ...]:
    """The files that the linker of this map opened, as it was given them. Raises SourceError when it can't be read."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}", path=str(path)) from None
    return tuple(dict.fromkeys(line.removeprefix("LOAD ") for line in lines if line.startswith("LOAD ")))


def parse(text: str, *, path: str) -> LinkMap:
    """The map in a text; `path` names it in errors. Raises SourceError as `read` does."""
    lines = text.splitlines()
    if _HEAD not in lines:
        raise SourceError("is no link map of GNU ld", path=path)
    start = lines.index(_HEAD) + 1
    name, address, size = "", 0, 0
    parts: list[Piece | Gap] = []
    sections: list[OutputSection] = []
    move = ""

    def close() -> None:
        if name:
            sections.append(OutputSection(name=name, address=address, size=size, parts=tuple(parts)))
        parts.clear()

    for line in _joined(lines[start:]):
        if line and not line[0].isspace():
            # Another output section, or a line about the whole link (LOAD, OUTPUT), which ends the one before as well.
            close()
            found = _OUTPUT.fullmatch(line)
            name, address, size = (found["name"], int(found["address"], 16), int(found["size"], 16)) if found else _NONE
            move = ""
        elif found := _MOVE.fullmatch(line):
            move = found["expression"]
        elif found := _FILL.fullmatch(line):
            parts.append(Gap(move=move, address=int(found["address"], 16), size=int(found["size"], 16)))
            move = ""
        elif found := _BYTES.fullmatch(line):
            parts.append(
                Piece(name=found["word"], file="", address=int(found["address"], 16), size=int(found["size"], 16))
            )
            move = ""
        elif (found := _PIECE.fullmatch(line)) and not _BEFORE.fullmatch(line):
            parts.append(
                Piece(
                    name=found["name"],
                    file=found["file"],
                    address=int(found["address"], 16),
                    size=int(found["size"], 16),
                )
            )
            move = ""
    close()
    return LinkMap(path=path, sections=tuple(sections))


_NONE = ("", 0, 0)


def _joined(lines: list[str]) -> Iterator[str]:
    """The lines, with those put together again that ld broke behind a long name."""
    broken = ""
    for line in lines:
        joined = f"{broken} {line.lstrip()}" if broken and line.startswith(" " * 16) else ""
        if joined and (_OUTPUT.fullmatch(joined) or _PIECE.fullmatch(joined)):
            yield joined
            broken = ""
            continue
        if broken:
            yield broken
        broken = line if _NAME.fullmatch(line) else ""
        if not broken:
            yield line
    if broken:
        yield broken


def settle(link: LinkMap, names: Container[str]) -> LinkMap:
    """The link with only the sections in `names`, each covered by its parts.

    These must be sections that are loaded: others are merged without an account of it (.gnu.attributes, .comment).
    Raises SourceError where the parts of one do not cover it one by one.
    """
    return replace(
        link, sections=tuple(_settled(section, link.path) for section in link.sections if section.name in names)
    )


def _settled(section: OutputSection, path: str) -> OutputSection:
    ends = [*(part.address for part in section.parts[1:]), section.address + section.size][: len(section.parts)]
    settled: list[Piece | Gap] = []
    at = section.address
    for part, end in zip(section.parts, ends, strict=True):
        # ld prints a wrong size for a section whose strings all went to others (binutils 2.40, bfd/merge.c: SEC_EXCLUDE
        # without a new size). It moves nothing, so what comes next stands at the same place.
        kept = part if part.address + part.size <= end or part.address != end else replace(part, size=0)
        if kept.size and kept.address != at:
            raise SourceError(f"{section.name}: a part at {kept.address:#x}, where {at:#x} was expected", path=path)
        at += kept.size
        settled.append(kept)
    if at != section.address + section.size:
        message = f"{section.name}: its parts end at {at:#x}, the section at {section.address + section.size:#x}"
        raise SourceError(message, path=path)
    return replace(section, parts=tuple(settled))
