"""An architecture as it is after a change, and which of its entries mean something else.

Enters: it before, the request afterwards, which files differ of those that it rests on. Leaves: `Later`. Must hold:
where only Kconfig files differ that stand alone, only these are read (`configs/splice.py`); all else is read anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from analyzer import configs
from analyzer.configs.changed import called_alike, changed
from analyzer.configs.part import may_loop, users
from analyzer.configs.splice import spliced
from analyzer.pipeline.opening import OpenTree, TreeRequest, open_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The tree afterwards, its choices called as before; the symbols and choices whose entries differ; `same_configs`
    where no file of a config does. `files` are the Kconfig files that may differ, those of one side only among them."""

    opened: OpenTree
    changed: frozenset[str]
    same_configs: bool
    files: frozenset[str] = frozenset()


def users_of(opened: OpenTree) -> Mapping[str, tuple[str, ...]]:
    """What hangs on each name, kept."""
    return opened.keeper.kept("users of names", lambda: dict(users(opened.model)))


def afterwards(opened: OpenTree, request: TreeRequest, differing: Collection[str], *, edited: bool = False) -> Later:
    """The tree of `request`, which differs from `opened` in the files `differing`, and in those of configs where they
    are `edited`. Raises what opening it raises."""
    if not differing and request.root is not None:
        tree = replace(opened.tree, root=request.root)
        later = replace(opened, tree=tree, shelf=replace(opened.shelf, tree=tree))
        return Later(opened=later, changed=frozenset(), same_configs=not edited)
    alone = all(path in opened.model.files for path in differing)
    if alone and request.root is not None:
        tree = replace(opened.tree, root=request.root)
        found = spliced(opened.model, opened.tree, tree, differing)
        if found is not None:
            model, mine = found
            names = frozenset(changed(opened.model, model, mine))
            if not names or not may_loop(users_of(opened), model, names):
                shelf = replace(opened.shelf, tree=tree)
                # Nothing of it is kept: the old model's cache would be taken for its own.
                programs = configs.Programs(model)
                later = replace(opened, tree=tree, model=model, programs=programs, shelf=shelf)
                return Later(opened=later, changed=names, same_configs=not edited, files=frozenset(differing))
    later = open_tree(request)
    model = called_alike(opened.model, later.model)
    if model is not later.model:
        later = replace(later, model=model, programs=configs.Programs(model))
    files = frozenset(path for path in differing if path in opened.model.files or path in model.files)
    files |= frozenset(opened.model.files) ^ frozenset(model.files)
    names = frozenset(changed(opened.model, model))
    return Later(opened=later, changed=names, same_configs=alone and not edited, files=files)
