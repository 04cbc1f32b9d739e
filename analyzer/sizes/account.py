"""How an image adds up, to the byte.

Enters: a finished build with the link maps that its `ld` wrote. Leaves: an `Account` each for the content of vmlinux.o,
for the loaded sections of the image and for its file. Must hold: the objects are weighed by their own headers, what
linking adds by the map, the total by the image's headers; that the three agree is checked, never arranged. No row
stands for "the rest".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from analyzer.model.elf import ElfFile, SectionClass
from analyzer.model.size import Account, AccountRow, Built, RowKind
from analyzer.sizes import elf, linkmap
from analyzer.sizes.classes import CLASSES
from analyzer.sizes.inputs import object_path
from analyzer.sizes.limits import no_sum
from analyzer.sizes.linkmap import Gap, LinkMap, Piece
from analyzer.sizes.wrapper import map_of

PAGE = 4096
"""Bytes; an alignment of the linker script of at least this much has a row of its own."""

_RELINKED = "vmlinux.o"
_ALIGN = re.compile(r"\bALIGN \((?:[^()]*, )?0x(?P<step>[0-9a-f]+)\)")
_GENERATED = (
    ("kallsyms", "table of symbols (kallsyms)"),
    ("btf", "type information (BTF)"),
    ("vmlinux.export", "export tables made by modpost"),
    ("version-timestamp", "version and time stamp"),
)
_SYMBOL_TABLES = (".symtab", ".strtab", ".shstrtab", ".symtab_shndx")


class DoesNotClose(Exception):
    """Rows that do not sum to their total: a bug of ours, or a linker that we do not know."""


def content(built: Built) -> Account:
    """The account of vmlinux.o, the objects linked without an image's layout. Raises as `loaded` does."""
    return _sections(built, _RELINKED, "content of vmlinux.o")


def loaded(built: Built) -> Account:
    """The account of the image's allocated sections, NOBITS included (what `size` sums up).

    Raises SourceError for a file that can't be read, DoesNotClose when the rows do not sum to the total.
    """
    return _sections(built, built.image, f"loaded sections of {built.image}")


def file(built: Built) -> Account:
    """The account of the image as a file: what is loaded from it, and what else it carries. Raises as `loaded` does."""
    image = elf.read(built.folder / built.image)
    rows: list[AccountRow] = []
    taken = [(offset, size) for _, offset, size in image.headers]
    rows += [AccountRow(kind="headers", label=label, size=size) for label, _, size in image.headers]
    stored = [section for section in image.sections if section.stored and section.size]
    taken += [(section.offset, section.size) for section in stored]
    rows.append(
        AccountRow(kind="loaded", label="sections loaded from the file", size=sum(s.size for s in stored if s.kind))
    )
    for section in stored:
        if not section.kind:
            kind: RowKind = "symbols" if section.name in _SYMBOL_TABLES else "other"
            rows.append(AccountRow(kind=kind, label=section.name, size=section.size, where=section.name))
    gaps = sum(_holes(taken, image.size))
    rows.append(AccountRow(kind="padding", label="alignment between sections in the file", size=gaps))
    return _closed(f"file {built.image}", image.size, rows)


def _sections(built: Built, name: str, of: str) -> Account:
    image = elf.read(built.folder / name)
    if limits := _limits(built, name):
        rows = [
            AccountRow(kind="linked", label=section.name, size=section.size, where=section.name)
            for section in image.sections
            if section.kind and section.size
        ]
        return _closed(of, image.content, rows, limits=limits)
    return _closed(of, image.content, _rows(built, image, name))


def _limits(built: Built, name: str) -> str:
    on = set(re.findall(r"^CONFIG_(\w+)=y$", built.config, re.MULTILINE))
    if why := no_sum(on):
        return f"{why}: no sum of objects holds, so the linked file is read alone"
    if not _map(built, name).exists():
        return "the linker left no map, so the linked file is read alone"
    return ""


def _map(built: Built, name: str) -> Path:
    """The map of a linked file, or of the one that it was stripped from."""
    own, stripped_from = map_of(built.folder / name), map_of(built.folder / f"{name}.unstripped")
    return own if own.exists() or not stripped_from.exists() else stripped_from


def _rows(built: Built, image: ElfFile, name: str) -> list[AccountRow]:
    """The rows of a linked file: its inputs, and what the link and later programs did to them."""
    told = linkmap.read(_map(built, name))
    link = linkmap.settle(told, {section.name for section in image.sections if section.kind})
    inputs = _Inputs(built.folder, told, link)
    own = frozenset(built.objects)
    rows: list[AccountRow] = []
    if _RELINKED in inputs.files and name != _RELINKED:
        rows += _rows(built, inputs.files[_RELINKED], _RELINKED)
    whole = [found for path, found in inputs.files.items() if path in own]
    sums: Counter[SectionClass] = Counter()
    for found in whole:
        sums.update(found.classes)
    rows += [AccountRow(kind="objects", label=kind, size=sums[kind]) for kind in CLASSES if sums[kind]]
    for path, found in inputs.files.items():
        if path not in own and path != _RELINKED and found.content:
            label = next((text for part, text in _GENERATED if part in path), path)
            rows.append(AccountRow(kind="generated", label=label, size=found.content))
    rows += inputs.changes()
    rows += _gaps(link, inputs)
    rows += _reworked(link, image)
    return rows


class _Inputs:
    """The files of a link by their paths, and what became of their sections.

    `told` is the whole map, `link` the settled sections that are loaded.
    """

    def __init__(self, folder: Path, told: LinkMap, link: LinkMap) -> None:
        self.files: dict[str, ElfFile] = {}
        self.placed: Counter[tuple[str, str]] = Counter()
        self.linkers: Counter[tuple[str, str]] = Counter()
        for path in dict.fromkeys(object_path(piece.file) for section in told.sections for piece in _pieces(section)):
            if path and (folder / path).is_file():
                self.files[path] = elf.read(folder / path)
        for section in link.sections:
            for piece in _pieces(section):
                path = object_path(piece.file)
                if path in self.files:
                    self.placed[path, piece.name] += piece.size
                else:
                    self.linkers[section.name, piece.file or "bytes that the linker script spells out"] += piece.size

    def align(self, piece: Piece) -> int:
        """The alignment in bytes that an input section asks for; 0 for what the linker made."""
        found = self.files.get(object_path(piece.file))
        return max((s.align for s in found.sections if s.name == piece.name), default=0) if found else 0

    def changes(self) -> Iterator[AccountRow]:
        """What linking made of the inputs' sections: dropped, merged, resized, or written anew."""
        changed: dict[RowKind, Counter[str]] = {
            kind: Counter() for kind in ("discarded", "merged", "resized", "linker")
        }
        seen: set[tuple[str, str]] = set()
        for path, found in self.files.items():
            sizes: Counter[str] = Counter()
            for section in found.sections:
                if section.kind:
                    sizes[section.name] += section.size
            mergeable = {section.name for section in found.sections if section.mergeable}
            for name, size in sizes.items():
                seen.add((path, name))
                if (path, name) not in self.placed:
                    changed["discarded"][name] -= size
                elif (difference := self.placed[path, name] - size) != 0:
                    changed["merged" if name in mergeable else "resized"][name] += difference
        for (path, name), size in self.placed.items():
            if (path, name) not in seen:
                changed["linker"][name] += size
        for (name, what), size in self.linkers.items():
            changed["linker"][f"{name}: {what}"] += size
        for kind, sums in changed.items():
            for name, size in sorted(sums.items()):
                if size:
                    yield AccountRow(kind=kind, label=name, size=size)


def _pieces(section: linkmap.OutputSection) -> Iterator[Piece]:
    return (part for part in section.parts if isinstance(part, Piece))


def _gaps(link: LinkMap, inputs: _Inputs) -> Iterator[AccountRow]:
    for section in link.sections:
        padding: Counter[str] = Counter()
        for part, after in zip_longest(section.parts, section.parts[1:]):
            if not isinstance(part, Gap) or not part.size:
                continue
            aligned = _ALIGN.search(part.move)
            step = int(aligned["step"], 16) if aligned else 0
            if step >= PAGE:
                label = f"{section.name}: up to the next {_amount(step)}"
                yield AccountRow(kind="step", label=label, size=part.size, where=section.name, step=step)
            elif aligned or not part.move:
                # Few objects ask for so much that it is worth a row, such as page tables and stacks.
                wanted = inputs.align(after) if isinstance(after, Piece) and not part.move else 0
                padding["alignment" if wanted < PAGE else f"objects aligned to {_amount(wanted)}"] += part.size
            else:
                yield AccountRow(
                    kind="reserved", label=f"{section.name}: . = {part.move}", size=part.size, where=section.name
                )
        for label, size in sorted(padding.items()):
            yield AccountRow(kind="padding", label=f"{section.name}: {label}", size=size, where=section.name)


def _reworked(link: LinkMap, image: ElfFile) -> Iterator[AccountRow]:
    """What the file's sections differ by from what ld wrote."""
    sizes: Counter[str] = Counter()
    for section in image.sections:
        if section.kind:
            sizes[section.name] += section.size
    mapped: Counter[str] = Counter()
    for made in link.sections:
        mapped[made.name] += made.size
    for name, size in sizes.items():
        if size != mapped[name]:
            yield AccountRow(kind="reworked", label=name, size=size - mapped[name], where=name)


def _amount(size: int) -> str:
    return f"{size >> 20} MiB" if size % (1 << 20) == 0 else f"{size >> 10} KiB"


def _holes(taken: list[tuple[int, int]], end: int) -> Iterator[int]:
    """Bytes between the ranges (offset, size), and behind them to `end`. Raises DoesNotClose where two overlap."""
    at = 0
    for offset, size in sorted(taken):
        if offset < at:
            raise DoesNotClose(f"the file's parts overlap at {offset:#x}")
        yield offset - at
        at = offset + size
    yield end - at


def _closed(of: str, total: int, rows: list[AccountRow], *, limits: str = "") -> Account:
    found = sum(row.size for row in rows)
    if found != total:
        raise DoesNotClose(f"{of}: the rows sum to {found:,} bytes, the total is {total:,}")
    return Account(of=of, total=total, rows=tuple(rows), limits=limits)
