"""Which architectures define a symbol, for names that the one at hand lacks.

Enters: a tree and a symbol's name. Leaves: the Kconfig files below arch/ that define it. Must hold: found by looking
for the line that begins the entry; nothing is parsed, and a file that cannot be read defines nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.trees.texts import read_within


def homes(root: Path, name: str) -> tuple[str, ...]:
    """The Kconfig files under arch/ that have an entry `config name`, relative to `root`, sorted."""
    entry = re.compile(rf"^\s*(?:menu)?config\s+{re.escape(name)}\s*(?:#.*)?$", re.MULTILINE)
    return tuple(path for path in _kconfigs(root) if entry.search(_text(root, path)))


def _kconfigs(root: Path) -> Iterator[str]:
    for path in sorted((root / "arch").glob("*/**/Kconfig*")):
        yield path.relative_to(root).as_posix()


def _text(root: Path, path: str) -> str:
    try:
        return read_within(root, path)
    except SourceError:
        return ""
