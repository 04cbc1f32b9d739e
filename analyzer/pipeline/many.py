"""Questions over many architectures and configs.

Enters: a request and what to look at. Leaves: reports. Must hold: what fails for one architecture or config is a value
in the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from analyzer import configs, features, reports, series, trees
from analyzer.errors import AnalyzerError, InputError, UsageError
from analyzer.model.analysis import Matrix, MatrixRow
from analyzer.model.config import ConfigSource
from analyzer.model.feature import FeatureSet
from analyzer.model.report import Report
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent


def matrix(
    request: TreeRequest,
    arches: Sequence[str],
    names: Sequence[str],
    feature_set: str,
    progress: Progress = silent,
) -> Report:
    """A feature set over architectures and configs.

    `arches` and `names` may hold globs; without any, all architectures of the bundled tree (a real one: this machine's)
    and tinyconfig with defconfig. What fails for one row is that row's error.
    """
    found = features.load(feature_set)
    chosen = chosen_arches(request, arches)
    rows: list[MatrixRow] = []
    label = "bundled tree"
    for done, arch in enumerate(chosen):
        progress(f"matrix: {arch}", done, len(chosen))
        try:
            opened = open_tree(replace(request, arch=arch))
        except AnalyzerError as error:
            rows.append(MatrixRow(arch=arch, config="*", error=error.line()))
            continue
        if opened.tree.kind == "linux":
            label = f"Linux {opened.tree.version}"
        rows.extend(_rows(opened, names, found))
    progress("matrix", len(chosen), len(chosen))
    if not any(row.features for row in rows):
        raise InputError(rows[0].error if rows else "no architecture and config to look at")
    return reports.matrix(Matrix(tree=label, feature_set=found, rows=tuple(rows)))


def _rows(opened: OpenTree, names: Sequence[str], feature_set: FeatureSet) -> Iterator[MatrixRow]:
    """One row per config, all resolved in one pass."""
    sources: dict[str, ConfigSource | AnalyzerError] = {}
    for name in chosen_configs(opened.shelf, names):
        try:
            sources[name] = opened.shelf.load(name)
        except AnalyzerError as error:
            sources[name] = error
    found = [source for source in sources.values() if isinstance(source, ConfigSource)]
    resolved = iter(configs.resolve_all(opened.tree, opened.model, opened.program, found))
    for name, source in sources.items():
        if isinstance(source, AnalyzerError):
            yield MatrixRow(arch=opened.tree.arch, config=name, error=source.line())
        else:
            states = features.features_of(next(resolved), feature_set)
            yield MatrixRow(arch=opened.tree.arch, config=name, features=states)


def _architectures(request: TreeRequest) -> Mapping[str, str]:
    if request.root is None:
        return trees.bundled_architectures(trees.bundled_root())
    return trees.architectures(request.root)


def chosen_arches(request: TreeRequest, wanted: Sequence[str]) -> tuple[str, ...]:
    """The architectures that `wanted` names; globs match those of the tree. Without any: all of the bundled tree, one
    of a real one."""
    if not wanted and request.root is not None:
        return (request.arch or trees.locate(request.root).arch,)
    known = _architectures(request)
    found: dict[str, None] = {}
    for pattern in wanted or ("*",):
        matching = [arch for arch in trees.distinct(known) if fnmatchcase(arch, pattern)]
        if not matching and _is_glob(pattern):
            raise UsageError(f"no architecture matches {pattern}", hint="known: " + " ".join(known))
        found.update(dict.fromkeys(matching if _is_glob(pattern) else [pattern]))
    return tuple(found)


def chosen_configs(shelf: configs.Shelf, wanted: Sequence[str]) -> tuple[str, ...]:
    """The configs that `wanted` names; globs match the tree's own files. Without any: tinyconfig and defconfig."""
    found: dict[str, None] = {}
    for pattern in wanted or ("tinyconfig", "defconfig"):
        if _is_glob(pattern):
            found.update(dict.fromkeys(name for name in shelf.names() if fnmatchcase(name, pattern)))
        else:
            found[pattern] = None
    return tuple(found)


def _is_glob(pattern: str) -> bool:
    return any(char in pattern for char in "*?[")


def read_series(request: TreeRequest, path: Path, feature_set: str, progress: Progress = silent) -> Report:
    """The files of a diffstat, mail or diff beside those of a tree. Raises InputError when the file cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(series.MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    found = series.read(series.decode(data, str(path)), str(path))
    opened: list[OpenTree] = []
    known = _architectures(request)
    touched = tuple(
        arch for arch in trees.distinct(known) if any(f.path.startswith(f"arch/{known[arch]}/") for f in found.files)
    )
    for done, arch in enumerate(touched or (request.arch,)):
        progress(f"series: {arch or 'tree'}", done, len(touched))
        opened.append(open_tree(replace(request, arch=arch)))
    tree = opened[0].tree
    rows = series.match(
        found,
        trees.files(tree.root),
        [o.model for o in opened],
        features.load(feature_set),
        series.bundled_path if tree.kind == "bundled" else str,
    )
    return reports.series(found, rows, tree="the bundled tree" if tree.kind == "bundled" else f"Linux {tree.version}")
