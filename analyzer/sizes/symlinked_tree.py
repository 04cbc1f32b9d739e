"""A tree in which some files read otherwise, without a copy and without touching the tree.

Enters: a tree, new texts for some of its files, a folder. Leaves: a folder of links that builds as the tree does. Must
hold: only the folders on the way to a changed file are real ones; everything else is a link into the tree.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath


def symlinked_tree(tree: Path, overlay: Mapping[str, str], scratch: Path) -> Path:
    """The folder, made anew below `scratch`. Equal overlays have equal names, so that builds of it are used again."""
    digest = hashlib.sha256(repr(sorted(overlay.items())).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    top = scratch.absolute() / f"tree-{digest}"
    shutil.rmtree(top, ignore_errors=True)
    real = {PurePosixPath()}
    for path in overlay:
        real.update(PurePosixPath(path).parents)
    for folder in sorted(real, key=lambda one: len(one.parts)):
        (top / folder).mkdir(parents=True)
        for entry in (tree / folder).iterdir():
            relative = folder / entry.name
            if relative not in real and str(relative) not in overlay:
                (top / relative).symlink_to(tree.resolve() / relative)
    for path, text in overlay.items():
        (top / path).write_text(text, "utf-8", "surrogateescape")
    return top
