"""Which architectures and configs a command that looks at many is about.

Enters: a request, the names and globs that the user gave. Leaves: names. Must hold: nothing is left out in silence: a
name or glob that stands for nothing is an error that names it; a glob means an architecture's own configs, as make
knows them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from analyzer import configs, kbuild, trees
from analyzer.errors import UsageError, nearest
from analyzer.model.tree import SourceTree
from analyzer.pipeline import makefiles
from analyzer.pipeline.opening import TreeRequest
from analyzer.trees.architectures import srcarch_of
from analyzer.trees.compilers import NO_COMPILERS


def architectures(request: TreeRequest) -> Mapping[str, str]:
    """Every ARCH of the tree, with its SRCARCH."""
    if request.root is None or trees.is_bundled(request.root):
        return trees.bundled_architectures(request.root or trees.bundled_root())
    return trees.architectures(request.root)


def chosen_arches(request: TreeRequest, wanted: Sequence[str]) -> tuple[str, ...]:
    """The architectures that `wanted` names; globs match those of the tree. Without any: all of the bundled tree, one
    of a real one. Raises UsageError for one that stands for none."""
    if not wanted and request.root is not None and not trees.is_bundled(request.root):
        return (request.arch or trees.locate(request.root, None, NO_COMPILERS).arch,)
    known = architectures(request)
    found: dict[str, None] = {}
    for pattern in wanted or ("*",):
        if not is_glob(pattern):
            where = "the bundled tree" if request.root is None else str(request.root)
            srcarch_of(pattern, known, where)
            found[pattern] = None
            continue
        matching = [arch for arch in trees.distinct(known) if fnmatchcase(arch, pattern)]
        if not matching:
            raise UsageError(f"no architecture matches {pattern}", hint="known: " + " ".join(known))
        found.update(dict.fromkeys(matching))
    return tuple(found)


def chosen_configs(shelf: configs.Shelf, wanted: Sequence[str]) -> tuple[str, ...]:
    """The configs that `wanted` names; globs match the architecture's own files and targets. Without any: tinyconfig
    and defconfig."""
    found: dict[str, None] = {}
    for pattern in wanted or ("tinyconfig", "defconfig"):
        found.update(dict.fromkeys(_matching(shelf, pattern) if is_glob(pattern) else (pattern,)))
    return tuple(found)


def own_configs(shelf: configs.Shelf) -> tuple[str, ...]:
    """What the tree brings for the architecture, but for what is another's of the same folder: make lists
    i386_defconfig for x86_64 too, where it gives a kernel of 64 bits."""
    foreign = _defaults_of_others(shelf.tree)
    return tuple(name for name in shelf.names() if name not in foreign)


def check_configs(request: TreeRequest, arches: Sequence[str], wanted: Sequence[str]) -> None:
    """Raises UsageError for a glob that matches a config of none of `arches`."""
    idle = [pattern for pattern in wanted if is_glob(pattern)]
    seen: set[str] = set()
    for arch in arches if idle else ():
        tree = trees.locate(request.root, arch, NO_COMPILERS)
        shelf = configs.Shelf(tree=tree, default="", recipes=trees.recipes(tree))
        idle = [pattern for pattern in idle if not _matching(shelf, pattern)]
        seen.update(shelf.names())
        if not idle:
            return
    for pattern in idle:
        names = sorted(seen)
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        hint = nearest(pattern, names) or f"it has {', '.join(names[:_SHOWN])}{more}"
        raise UsageError(f"no config of {_named(arches)} matches {pattern}", hint=hint)


def is_glob(pattern: str) -> bool:
    """Whether a name is a pattern."""
    return any(char in pattern for char in "*?[")


def matches(name: str, pattern: str, *, is_file: bool) -> bool:
    """Whether a glob means a config. A file `defconfig` (`is_file`; elsewhere that is a target, which stands for one of
    the others) is one of all `*_defconfig`: that of an architecture which has no name for its board."""
    return fnmatchcase(name, pattern) or (is_file and name == "defconfig" and fnmatchcase("_defconfig", pattern))


def _matching(shelf: configs.Shelf, pattern: str) -> list[str]:
    return [name for name in own_configs(shelf) if matches(name, pattern, is_file=True)]


def _named(arches: Sequence[str]) -> str:
    return ", ".join(arches) if len(arches) <= _FEW else f"{len(arches)} architectures"


_FEW, _SHOWN = 6, 8


def _defaults_of_others(tree: SourceTree) -> frozenset[str]:
    """What `make defconfig` takes for the other ARCH of the same folder (i386 beside x86_64, sparc32 beside sparc64).

    The folder's own ARCH (x86, sparc, parisc) asks which of them is meant, so that all are its own.
    """
    if tree.arch == tree.srcarch:
        return frozenset()
    root = None if tree.kind == "bundled" else tree.root
    known = architectures(TreeRequest(root=root))
    mine = _default(tree)
    others = {_default(_as(tree, arch)) for arch, srcarch in known.items() if srcarch == tree.srcarch}
    return frozenset(others - {mine, ""})


def _as(tree: SourceTree, arch: str) -> SourceTree:
    """The tree as another of its architectures."""
    return replace(tree, arch=arch, environment={**tree.environment, "ARCH": arch})


def _default(tree: SourceTree) -> str:
    """KBUILD_DEFCONFIG; of a machine that is no other than the folder says, so that the answer is the same on all."""
    exported: kbuild.Exports = makefiles.exported(tree, lambda _command, _where: "", machine=tree.srcarch)
    return exported.values.get("KBUILD_DEFCONFIG", "")
