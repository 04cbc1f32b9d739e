"""Names for the completion of a command line.

Enters: a request. Leaves: names. Must hold: quick, so that a shell does not stall; no Kconfig file is read but to find
symbols, and no compiler is asked but for those.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer import configs, features, query, trees
from analyzer.configs.targets import TARGETS
from analyzer.pipeline.opening import TreeRequest, open_tree
from analyzer.trees.compilers import NO_COMPILERS


def arch_names(request: TreeRequest) -> tuple[str, ...]:
    """Every ARCH of the tree."""
    if request.root is None:
        return tuple(trees.bundled_architectures(trees.bundled_root()))
    return tuple(trees.architectures(request.root))


def config_names(request: TreeRequest) -> tuple[str, ...]:
    """The targets, and the configs that the tree brings for the architecture."""
    tree = trees.locate(request.root, request.arch, NO_COMPILERS)
    shelf = configs.Shelf(tree=tree, default="", recipes=trees.recipes(tree))
    return (*TARGETS, *shelf.names())


def feature_set_names(_request: TreeRequest) -> tuple[str, ...]:
    """The built-in feature sets."""
    return features.built_in()


def query_words(request: TreeRequest) -> tuple[str, ...]:
    """What a query can begin with."""
    return (*query.FIRST, *symbol_names(request))


def symbol_names(request: TreeRequest) -> tuple[str, ...]:
    """Every symbol of the tree. Quick only where the compiled tree is kept, so callers limit the time."""
    return tuple(open_tree(replace(request, shell="confined")).model.symbols)
