"""Small trees that can be asked as the command line asks a real one.

Enters: a folder with a file Kconfig. Leaves: an `OpenTree`. Must hold: nothing of the machine comes in, and files are
named relative to the folder.
"""

from __future__ import annotations

from pathlib import Path

from analyzer.configs import Programs, Shelf
from analyzer.pipeline import OpenTree
from analyzer.pipeline.asking import Allowed
from analyzer.pipeline.keeping.trees import Keeper
from tests.configs.small import DIALECTS, DialectName, NoShell, small


def opened(folder: Path, dialect: DialectName = "legacy") -> OpenTree:
    """The tree in `folder`."""
    it = small(folder, DIALECTS[dialect])
    shelf = Shelf(tree=it.tree, default="", recipes={})
    return OpenTree(
        tree=it.tree,
        model=it.model,
        programs=Programs(it.model),
        shelf=shelf,
        answers=NoShell(),
        keeper=Keeper(tree=it.tree, allowed=Allowed(), folder=None),
    )
