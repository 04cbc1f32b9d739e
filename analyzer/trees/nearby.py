"""Which tree a folder belongs to, and which ARCH a .config was made for.

Enters: a folder of the user's, or the text of a .config. Leaves: a `Place`, an ARCH. Must hold: nothing is run; a
makefile is looked at only as far as Kbuild itself writes one. Sources: `outputmakefile` of the top Makefile and
scripts/mkmakefile (up to 5.x), `mainmenu` of the root Kconfig.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.documents import is_file, is_link
from analyzer.errors import AnalyzerError, InputError
from analyzer.noted import note
from analyzer.trees.locate import check_is_linux
from analyzer.trees.texts import is_file_within, read_within

_GENERATED = re.compile(
    rb"(?:[ \t]*(?:\#[^\n]*|(?:export[ \t]+)?\w+[ \t]*:?=[^\n]*)?\n)*include[ \t]+(?P<top>/[^\n$]*)/Makefile[ \t]*\n*"
)
_OUTPUT = re.compile(rb"^(?:export[ \t]+)?KBUILD_OUTPUT[ \t]*:?=[ \t]*(/(?:[^\n$]*[^ \t\n$])?)[ \t]*$", re.MULTILINE)
_LONGEST = 4096
"""Bytes; the makefile of a build folder has 200."""

_HEADER = re.compile(r"^# [^/\n]+/(?P<arch>\w+) .*Configuration$", re.MULTILINE)
_SET = re.compile(r"^CONFIG_(\w+)=y$", re.MULTILINE)
_ENTRY = re.compile(r"^(?:menu)?config[ \t]+(\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source tree, and the folder in which it is built (O=) where that is another one."""

    root: Path
    output: Path | None = None


def nearest_tree(here: Path, last: Path | None = None) -> Place | None:
    """The nearest source tree or build folder that `here` is, or lies in; the search ends at `last`, which is none.

    Raises InputError where the nearest is a build folder whose source tree is not there.
    """
    for folder in (here, *here.parents):
        if folder == last:
            return None
        if is_linux(folder):
            return Place(root=folder)
        if (found := built_in(folder)) is not None:
            return found
    return None


def at(folder: Path) -> Place:
    """What a folder that somebody named is. Raises InputError, naming what is missing, when it is neither a source tree
    nor a build folder of one."""
    root = folder.absolute()
    if not is_linux(root) and (found := built_in(root)) is not None:
        return found
    check_is_linux(root)
    return Place(root=root)


def is_linux(folder: Path) -> bool:
    """Whether `folder` is the top of a Linux source tree."""
    try:
        check_is_linux(folder)
    except InputError:
        return False
    return True


def built_in(folder: Path) -> Place | None:
    """The tree that was built in `folder`: by the makefile that Kbuild writes there, which does nothing but include the
    tree's, or by the link `source`.

    None where there is neither. Raises InputError where the makefile names a folder that is no source tree.
    """
    text = _start_of(folder / "Makefile")
    link = folder / "source"
    note(link)
    made = _GENERATED.fullmatch(text) if len(text) <= _LONGEST else None
    if made is None:
        is_built = is_link(link) and is_linux(link.resolve())
        return Place(root=link.resolve(), output=folder) if is_built else None
    top = _path(made["top"])
    # A folder of a module of its own (MO=) names the one in which the kernel was built.
    output = _OUTPUT.search(text)
    place = Place(root=top, output=_path(output[1]) if output else folder)
    if is_linux(top):
        return place
    if is_link(link) and is_linux(link.resolve()):
        return Place(root=link.resolve(), output=place.output)
    try:
        check_is_linux(top)
    except InputError as error:
        raise InputError(
            f"{folder} was built from a tree that is not there: {error.message}", hint="--tree DIR names another"
        ) from None
    return place


def _start_of(path: Path) -> bytes:
    try:
        if not is_file(path):
            return b""
        with path.open("rb") as file:
            return file.read(_LONGEST + 1)
    except OSError:
        return b""


def _path(raw: bytes) -> Path:
    return Path(raw.decode("utf-8", "surrogateescape"))


def arch_of(text: str, root: Path, known: Mapping[str, str]) -> str | None:
    """The ARCH for which a .config was made, as `known` (see `architectures`) spells it; None where it does not tell.

    conf writes it into the header (`# Linux/arm64 6.1.0 Kernel Configuration`, the tree's mainmenu). Where that was
    cut off, the symbols tell: those that the Kconfig of one architecture alone defines, such as ARM64.
    """
    header = _HEADER.search(text[:_LONGEST])
    if header is not None:
        return header["arch"] if header["arch"] in known else None
    names = set(_SET.findall(text))
    own = {srcarch: _entries(root, srcarch) & names for srcarch in dict.fromkeys(known.values())}
    votes = {
        srcarch: len(mine.difference(*(other for name, other in own.items() if name != srcarch)))
        for srcarch, mine in own.items()
    }
    first, second = (*sorted(votes.values(), reverse=True)[:2], 0, 0)[:2]
    if first == second:
        return None
    srcarch = max(votes, key=lambda name: votes[name])
    wide = [arch for arch, folder in known.items() if folder == srcarch and arch.endswith("64")]
    return wide[0] if wide and "64BIT" in names else srcarch


def _entries(root: Path, srcarch: str) -> frozenset[str]:
    """The symbols that arch/X/Kconfig defines."""
    path = f"arch/{srcarch}/Kconfig"
    try:
        return frozenset(_ENTRY.findall(read_within(root, path))) if is_file_within(root, path) else frozenset()
    except AnalyzerError:
        return frozenset()
