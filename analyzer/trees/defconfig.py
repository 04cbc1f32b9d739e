"""What `make defconfig` starts from.

Enters: a located tree with what its makefiles export. Leaves: the name that the architecture gives as KBUILD_DEFCONFIG,
and its file. Must hold: what cannot be known is an error that says what it hangs on, not a guess. Source: the
`defconfig:` rule of scripts/kconfig/Makefile.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.errors import SourceError
from analyzer.model.tree import SourceTree
from analyzer.trees.texts import is_file_within


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultConfig:
    """The default config: `name` as `make <name>` takes it; `path` its file relative to the tree's root, or None when
    the name is a target of the architecture's Makefile that merges files (`ppc64le_defconfig`, `32r2el_defconfig`).
    """

    name: str
    path: str | None


def default_config(tree: SourceTree) -> DefaultConfig:
    """What `make defconfig` takes: the exported KBUILD_DEFCONFIG, `defconfig` where the makefiles set none.

    Raises SourceError when they set it to something that nobody answered.
    """
    if (question := tree.unanswered.get("KBUILD_DEFCONFIG")) is not None:
        path = f"arch/{tree.srcarch}/Makefile"
        raise SourceError(f"KBUILD_DEFCONFIG hangs on {question}", path=path, hint="name a config")
    name = tree.environment.get("KBUILD_DEFCONFIG", "").strip() or "defconfig"
    path = f"arch/{tree.srcarch}/configs/{name}"
    return DefaultConfig(name=name, path=path if is_file_within(tree.root, path) else None)
