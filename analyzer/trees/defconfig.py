"""What `make defconfig` starts from.

Enters: a located tree. Leaves: the name that the architecture gives as KBUILD_DEFCONFIG, and its file. Must hold:
what cannot be read is an error with the file's name, not a guess. Source: the `defconfig:` rule of
scripts/kconfig/Makefile.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.errors import SourceError
from analyzer.model.tree import SourceTree
from analyzer.trees import host
from analyzer.trees.environment import arch_makefile
from analyzer.trees.makefile import Unknown
from analyzer.trees.texts import is_file_within


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultConfig:
    """The default config: `name` as `make <name>` takes it; `path` its file relative to the tree's root, or None when
    the name is a target of the architecture's Makefile that merges files (`ppc64le_defconfig`, `32r2el_defconfig`).
    """

    name: str
    path: str | None


def default_config(tree: SourceTree, *, machine: str | None = None) -> DefaultConfig:
    """What `make defconfig` takes: KBUILD_DEFCONFIG of arch/$(SRCARCH)/Makefile on `machine` (this one), `defconfig`
    where it sets none.

    Raises SourceError when the Makefile sets it in a way that this reader does not know.
    """
    makefile = arch_makefile(tree.root, tree.environment, machine or host.machine())
    try:
        name = makefile.value("KBUILD_DEFCONFIG").strip() or "defconfig"
    except Unknown as reason:
        path = f"arch/{tree.srcarch}/Makefile"
        raise SourceError(f"KBUILD_DEFCONFIG cannot be read: {reason}", path=path, hint="name a config") from None
    path = f"arch/{tree.srcarch}/configs/{name}"
    return DefaultConfig(name=name, path=path if is_file_within(tree.root, path) else None)
