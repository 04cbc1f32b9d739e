"""The architectures of a tree, as make spells them.

Enters: the root of a tree. Leaves: every ARCH it knows and the folder each one stands for. Must hold: found by
looking at arch/ and at the top Makefile, never from a list of ours.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from analyzer import links
from analyzer.documents import is_file
from analyzer.errors import UsageError, nearest
from analyzer.noted import note
from analyzer.trees.bundled import FOLDERS, KCONFIG
from analyzer.trees.texts import is_file_within, read_within

_SRCARCH = re.compile(
    r"^ifeq \(\$\(ARCH\),(?P<arch>\w+)\)[^\S\n]*\n\s*SRCARCH\s*:=\s*(?P<srcarch>\w+)\s*$", re.MULTILINE
)


def architectures(root: Path) -> Mapping[str, str]:
    """Every ARCH of the tree, sorted, with its SRCARCH: the folders under arch/ that have a Kconfig, and the top
    Makefile's other spellings (`ifeq ($(ARCH),x86_64)` … `SRCARCH := x86`) of such a folder.

    Raises SourceError when the Makefile cannot be read.
    """
    note(root / "arch")
    folders = sorted(
        path.name for path in (root / "arch").iterdir() if is_file_within(root, f"arch/{path.name}/Kconfig")
    )
    found = {name: name for name in folders}
    for line in _SRCARCH.finditer(read_within(root, "Makefile")):
        if line["srcarch"] in found:
            found.setdefault(line["arch"], line["srcarch"])
    return dict(sorted(found.items()))


def default_arch(known: Mapping[str, str], machine: str, subarch: str) -> str:
    """The ARCH of this machine: its own name where the tree spells it (x86_64), else make's SUBARCH (arm64, powerpc
    …), else x86_64.

    make itself takes SUBARCH, so `x86` on an x86_64 machine, which is the same kernel with a question more ("64-bit
    kernel").
    """
    i386 = re.sub("i.86", "i386", machine)
    return next((name for name in (machine, i386, subarch) if name in known), "x86_64")


def srcarch_of(arch: str, known: Mapping[str, str], where: str) -> str:
    """The folder under arch/ for `arch`. Raises UsageError, with the nearest name, for an architecture that `where`
    does not have.
    """
    if arch not in known:
        hint = nearest(arch, known) or "known: " + " ".join(known)
        raise UsageError(f"{where} has no architecture {arch!r}", hint=hint)
    return known[arch]


def distinct(known: Mapping[str, str]) -> tuple[str, ...]:
    """The architectures to look at when all are meant: a folder that other spellings refine by its width (x86: i386 and
    x86_64, sparc: sparc32 and sparc64) is shown by those, so that no kernel comes twice; parisc stays beside parisc64.
    """
    wide = {srcarch for arch, srcarch in known.items() if arch != srcarch}
    narrow = {srcarch for arch, srcarch in known.items() if arch in (f"{srcarch}32", "i386")}
    return tuple(arch for arch, srcarch in known.items() if arch != srcarch or srcarch not in wide & narrow)


def files(root: Path) -> tuple[str, ...]:
    """Every file of the tree, relative to `root`, sorted; folders that begin with a dot are left out."""
    found: list[str] = []
    tops = [root / name for name in FOLDERS] if is_file(root / KCONFIG) else [root]
    for folder, folders, names in chain.from_iterable(map(links.walk, tops)):
        note(folder)
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = os.path.relpath(folder, root)
        found.extend(name if below == "." else f"{below}/{name}" for name in names)
    return tuple(sorted(found))
