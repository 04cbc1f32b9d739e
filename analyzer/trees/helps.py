"""The help texts of Kconfig entries, which conf skips and people search.

Enters: a tree and a Kconfig file. Leaves: of each entry the lines of its help. Must hold: found by looking at lines
alone; a text ends where lexer.l ends it, at the first line that is indented less than its first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.trees.texts import read_within

_ENTRY = re.compile(r"\s*(?:menu)?config\s+\w+")
_OTHER = re.compile(r"\s*(?:choice|endchoice|menu|endmenu|if|endif|source|comment|mainmenu)\b")
_HELP = re.compile(r"\s*(?:---)?help(?:---)?\s*(?:#.*)?$")


def helps(root: Path, path: str) -> Mapping[int, tuple[tuple[int, str], ...]]:
    """The help of each entry of a file, by the line of the entry: lines with their numbers, blank ones left out. A file
    that cannot be read has none."""
    try:
        lines = read_within(root, path).split("\n")
    except SourceError:
        return {}
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    entry = at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if _ENTRY.match(line):
            entry = at
        elif _OTHER.match(line):
            entry = 0
        elif _HELP.match(line):
            first, text = -1, []
            while at < len(lines):
                bare = lines[at].expandtabs()
                indent = len(bare) - len(bare.lstrip())
                if bare.strip():
                    first = indent if first < 0 else first
                    if indent < first or not indent:
                        break
                    text.append((at + 1, bare.strip()))
                at += 1
            if entry:
                found[entry] = tuple(text)
    return found
