"""Tells a CONFIG from a SYMBOL by what it is.

Enters: a word of a command line, the tree's root. Leaves: its `Kind`. Must hold: a name of the tree's, or of a file
that is there, is a CONFIG; where the tree defines a symbol of that name as well nothing is guessed, but for what the
tree serves as `…config`: no kernel calls a symbol so, and to look takes longer than most answers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from analyzer import trees
from analyzer.configs.targets import TARGETS, is_served
from analyzer.documents import is_there

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
    top = root or trees.bundled_root()
    if word.endswith("config") and is_served(top, word):
        return "config"
    if is_there(word) or is_served(top, word):
        return "either" if trees.is_defined(top, word) else "config"
    return "config" if word.islower() or word.endswith("config") else "symbol"
