"""The files of a series beside the files of a tree.

Enters: a `Series`, the tree's paths, its Kconfig models and a feature set. Leaves: one `SeriesRow` per file. Must hold:
a file without a counterpart has a reason, and a Kconfig file that no model read is not said to define nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from itertools import takewhile
from pathlib import PurePosixPath

from analyzer.model.feature import FeatureSet
from analyzer.model.kconfig import Definition, KconfigModel, Symbol
from analyzer.model.series import Counterpart, DefinedSymbol, FeatureSelect, FileChange, FileRole, Series, SeriesRow
from analyzer.series.roles import role

_SHOWN = 5


def bundled_path(path: str) -> str:
    """Where the bundled tree keeps the counterpart of a kernel file: arch/ likewise, all else below kconfig/."""
    return path if path.startswith("arch/") else f"kconfig/{path}"


def match(
    series: Series,
    tree_paths: Collection[str],
    models: Sequence[KconfigModel],
    features: FeatureSet,
    to_tree: Callable[[str], str] = str,
) -> tuple[SeriesRow, ...]:
    """One row per file of `series`, in its order.

    `tree_paths` are all files of the tree, relative to it; `to_tree` turns a kernel path into the tree's
    (`bundled_path` for the bundled tree, by default the path itself). `models` are the tree's Kconfig models, one for
    each architecture looked at: arch/alpha/Kconfig is read for ARCH=alpha only. Pure; raises nothing.
    """
    tree = _Tree(tree_paths)
    symbols = _Symbols(models, features)
    return tuple(_row(change, tree, symbols, to_tree) for change in series.files)


def entry_of(models: Sequence[KconfigModel], path: str, line: int) -> str:
    """The symbol whose entry a line of a tree's Kconfig file is in, or comes right after; "" where there is none."""
    lines = [
        (definition.location.line, symbol.name)
        for model in models
        for symbol in model.symbols.values()
        for definition in symbol.definitions
        if definition.location.path == path and definition.location.line <= line
    ]
    return max(lines)[1] if lines else ""


class _Tree:
    """The tree's paths, by what they are asked for."""

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = frozenset(paths)
        self.by_name: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            self.by_name.setdefault(PurePosixPath(path).name, []).append(path)

    @cached_property
    def roles(self) -> frozenset[FileRole]:
        """What kinds of files the tree has at all."""
        return frozenset(role(path) for path in self.paths)

    def ending(self, suffix: str) -> tuple[str, ...]:
        """Files that end in `suffix`, which begins with a slash; in order."""
        return tuple(p for p in self.by_name.get(PurePosixPath(suffix).name, ()) if f"/{p}".endswith(suffix))

    def nearest(self, path: str) -> tuple[str, ...]:
        """The file of the same name that shares the most folders with `path`; of many that share none, none is near."""
        same_name = self.by_name.get(PurePosixPath(path).name)
        if not same_name:
            return ()
        best = min(same_name, key=lambda other: _distance(path, other))
        return (best,) if len(same_name) == 1 or _common(path, best) else ()


def _common(path: str, other: str) -> int:
    """How many leading folders two paths share."""
    pairs = zip(path.split("/")[:-1], other.split("/")[:-1], strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _distance(path: str, other: str) -> tuple[int, int, str]:
    """Sorts nearer files first: more common leading folders, then fewer folders beyond them."""
    return -_common(path, other), other.count("/"), other


class _Symbols:
    """What the models define, by file, and which symbols the features stand for."""

    def __init__(self, models: Sequence[KconfigModel], features: FeatureSet) -> None:
        self.features = _features_of_symbols(features, models)
        self.readers: dict[str, list[str]] = {}
        self.by_file: dict[str, list[tuple[Symbol, Definition]]] = {}
        for model in models:
            for path in model.files:
                self.readers.setdefault(path, []).append(model.environment.get("ARCH", ""))
            for symbol in model.symbols.values():
                for definition in symbol.definitions:
                    self.by_file.setdefault(definition.location.path, []).append((symbol, definition))

    def defined(self, path: str) -> tuple[DefinedSymbol, ...]:
        """The symbols that a file defines, in the order of its lines; what several models read is given once."""
        found = {
            DefinedSymbol(name=symbol.name, location=definition.location, features=self.features.get(symbol.name, ()))
            for symbol, definition in self.by_file.get(path, ())
        }
        return tuple(sorted(found, key=lambda s: (s.location.line, s.name)))

    def selects(self, path: str) -> tuple[FeatureSelect, ...]:
        """The `select` lines of a file whose target stands for a feature, in the order of its lines."""
        found = {
            FeatureSelect(symbol=symbol.name, target=line.target, condition=line.condition, location=line.location)
            for symbol, definition in self.by_file.get(path, ())
            for line in definition.selects
            if line.target in self.features
        }
        return tuple(sorted(found, key=lambda s: (s.location.line, s.symbol, s.target)))


def _row(change: FileChange, tree: _Tree, symbols: _Symbols, to_tree: Callable[[str], str]) -> SeriesRow:
    counterpart = _counterpart(change, tree, to_tree)
    what = role(change.path)
    if what != "Kconfig" or counterpart.path is None:
        return SeriesRow(change=change, role=what, counterpart=counterpart)
    return SeriesRow(
        change=change,
        role=what,
        counterpart=counterpart,
        read_for=tuple(dict.fromkeys(symbols.readers.get(counterpart.path, ()))),
        symbols=symbols.defined(counterpart.path),
        selects=symbols.selects(counterpart.path),
    )


def _features_of_symbols(features: FeatureSet, models: Sequence[KconfigModel]) -> dict[str, tuple[str, ...]]:
    """Symbol names to the features that they stand for: of each feature, the first symbol that a model defines."""
    found: dict[str, tuple[str, ...]] = {}
    for feature in features.features:
        symbol = next((name for name in feature.symbols if any(name in model.symbols for model in models)), None)
        if symbol is not None:
            found[symbol] = (*found.get(symbol, ()), feature.name)
    return found


def _counterpart(change: FileChange, tree: _Tree, to_tree: Callable[[str], str]) -> Counterpart:
    if change.abbreviated:
        candidates = tree.ending(f"/{change.path.lstrip('.').lstrip('/')}")
        reason = (
            f"the path is abbreviated, so it can't be matched surely; files of the tree that end so: {len(candidates)}"
        )
        return Counterpart(kind="abbreviated", path=None, reason=reason, nearest=candidates[:_SHOWN])
    path = to_tree(change.path)
    if path in tree.paths:
        return Counterpart(kind="found", path=path)
    old_path = to_tree(change.old_path) if change.old_path is not None and change.kind == "renamed" else ""
    if old_path in tree.paths:
        return Counterpart(kind="old path", path=old_path, reason=f"in the tree under its old path, {old_path}")
    if change.kind in {"added", "copied"}:
        return Counterpart(kind="new", path=None, reason="added by the series, not in the tree")
    if role(change.path) not in tree.roles:
        reason = f"the tree keeps no files of this kind ({role(change.path)})"
        return Counterpart(kind="not kept", path=None, reason=reason)
    nearest = tree.nearest(path)
    if change.kind == "removed":
        return Counterpart(kind="removed", path=None, reason="removed by the series, not in the tree", nearest=nearest)
    return Counterpart(kind="gone", path=None, reason="not in the tree: moved or removed", nearest=nearest)
