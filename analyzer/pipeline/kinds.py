"""Tells a CONFIG from a SYMBOL by what it is.

Enters: a word of a command line, the tree's root. Leaves: its `Kind`. Must hold: a name of the tree's, or of a file
that is there, is a CONFIG; where the tree defines a symbol of that name as well nothing is guessed.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Literal

from analyzer import trees
from analyzer.configs.targets import TARGETS, is_served
from analyzer.documents import is_there
from analyzer.errors import SourceError

Kind = Literal["symbol", "config", "either"]

_SYMBOL = re.compile(r"CONFIG_\w+|\w+=.*", re.DOTALL)
_NAME = re.compile(r"\w+")


def kind_of(word: str, root: Path | None) -> Kind:
    """What `word` is in the tree at `root` (None: the bundled one).

    What is not there is taken for a config where it is named as configs are, in small letters or by a path.
    """
    if _SYMBOL.fullmatch(word):
        return "symbol"
    if word in TARGETS or not _NAME.fullmatch(word):
        return "config"
    if is_there(word) or is_served(root or trees.bundled_root(), word):
        return "either" if _is_defined(word, root) else "config"
    return "config" if word.islower() or word.endswith("config") else "symbol"


def _is_defined(name: str, root: Path | None) -> bool:
    """Whether a Kconfig file has an entry of `name`: files are read only where a name stands for two things."""
    entry = re.compile(rf"^\s*(?:menu)?config\s+{name}\s*(?:#.*)?$", re.MULTILINE)
    top = root or trees.bundled_root()
    for start in (top,) if root is not None else (top / "kconfig", top / "arch"):
        for folder, inside, names in os.walk(start):
            inside[:] = [one for one in inside if not one.startswith(".")]
            for path in (Path(folder, one) for one in names if one.startswith("Kconfig")):
                with suppress(SourceError):
                    if entry.search(trees.read_within(top, path.relative_to(top).as_posix())):
                        return True
    return False
