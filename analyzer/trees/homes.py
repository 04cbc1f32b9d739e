"""Where Kconfig files define a symbol, for names that the architecture at hand lacks or that may mean something else.

Enters: a tree and a symbol's name. Leaves: the Kconfig files below arch/ that define it. Must hold: found by looking
for the line that begins the entry; nothing is parsed, and a file that cannot be read defines nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from analyzer import links
from analyzer.errors import SourceError
from analyzer.noted import note
from analyzer.trees.architectures import files
from analyzer.trees.texts import read_within

ENTRY = re.compile(r"^[^\S\n]*(?:menu)?config\s+(\w+)\s*(?:#.*)?$", re.MULTILINE)


def homes(root: Path, name: str) -> tuple[str, ...]:
    """The Kconfig files under arch/ that have an entry `config name`, relative to `root`, sorted."""
    return entries(root).get(name, ())


def entries(root: Path) -> Mapping[str, tuple[str, ...]]:
    """Every name that a Kconfig file under arch/ has an entry of, with these files, relative to `root`, sorted."""
    found: dict[str, dict[str, None]] = {}
    for path in _kconfigs(root):
        for name in ENTRY.findall(text_of(root, path)):
            found.setdefault(name, {})[path] = None
    return {name: tuple(paths) for name, paths in found.items()}


def _kconfigs(root: Path) -> Iterator[str]:
    found: list[str] = []
    for folder, _, names in links.walk(root / "arch"):
        note(folder)
        found += (f"{folder}/{name}" for name in names if name.startswith("Kconfig"))
    top = root / "arch"
    for path in sorted(map(Path, found)):
        if path.parent != top:
            yield path.relative_to(root).as_posix()


def is_defined(root: Path, name: str) -> bool:
    """Whether any Kconfig file of the tree has an entry of `name`."""
    return bool(defined(root, (name,)))


def defined(root: Path, names: Collection[str]) -> frozenset[str]:
    """Those of `names` that any Kconfig file of the tree has an entry of."""
    found: set[str] = set()
    for path in files(root) if names else ():
        if is_kconfig(path):
            found.update(name for name in ENTRY.findall(text_of(root, path)) if name in names)
    return frozenset(found)


def is_kconfig(path: str) -> bool:
    """Whether a file is called as Kconfig files are."""
    return path.rpartition("/")[2].startswith("Kconfig")


def text_of(root: Path, path: str) -> str:
    """The text of a file; nothing where it can't be read."""
    try:
        return read_within(root, path)
    except SourceError:
        return ""
