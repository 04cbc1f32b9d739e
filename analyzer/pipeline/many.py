"""Questions over many architectures and configs.

Enters: a request and what to look at. Leaves: reports. Must hold: what fails for one architecture or config is a value
in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from analyzer import configs, features, reports, series, trees
from analyzer.errors import AnalyzerError, InputError, UsageError, nearest
from analyzer.model.analysis import FeatureState, Matrix, MatrixRow
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.feature import FeatureSet
from analyzer.model.gate import GateMeasurement
from analyzer.model.report import Report
from analyzer.pipeline.cells import Tally, measurements, no_tally, with_lacks, with_weight
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent


def matrix(
    request: TreeRequest,
    arches: Sequence[str],
    names: Sequence[str],
    feature_set: str,
    tally: Tally = no_tally,
    progress: Progress = silent,
) -> Report:
    """A feature set over architectures and configs, as a report."""
    return reports.matrix(gather(request, arches, names, features.load(feature_set), tally, progress))


def gather(
    request: TreeRequest,
    arches: Sequence[str],
    names: Sequence[str],
    feature_set: FeatureSet,
    tally: Tally = no_tally,
    progress: Progress = silent,
) -> Matrix:
    """A feature set over architectures and configs, every cell with its reason.

    `arches` and `names` may hold globs; without any, all architectures of the bundled tree (a real one: this machine's)
    and tinyconfig with defconfig. What fails for one row is that row's error. Raises InputError when nothing could be
    resolved, UsageError for symbols that were listed and are in none of the architectures.
    """
    rows: list[MatrixRow] = []
    measured: list[GateMeasurement] = []
    known: set[str] = set()
    label = "bundled tree"
    for found in resolved(request, chosen_arches(request, arches), lambda _, s: chosen_configs(s, names), progress):
        if isinstance(found, MatrixRow):
            rows.append(found)
            continue
        opened = found.opened
        label = label_of(opened)
        known.update(opened.model.symbols if not feature_set.origin else ())
        gates = measurements(opened.tree, features.standing(feature_set, opened.model.symbols))
        for name, config in found.configs:
            if isinstance(config, str):
                rows.append(MatrixRow(arch=opened.tree.arch, config=name, error=config))
                continue
            here = [one for one in gates if one.config == name]
            measured += here
            states = tuple(with_weight(state, here) for state in states_of(config, feature_set))
            rows.append(MatrixRow(arch=opened.tree.arch, config=name, features=states, mapping=tally(config)))
    if not any(row.features for row in rows):
        raise InputError(rows[0].error if rows else "no architecture and config to look at")
    if not feature_set.origin:
        for feature in feature_set.features:
            if feature.name not in known:
                raise UsageError(f"no symbol {feature.name} in {label}", hint=nearest(feature.name, known))
    return Matrix(tree=label, feature_set=feature_set, rows=tuple(rows), gates=tuple(measured))


def states_of(config: ResolvedConfig, feature_set: FeatureSet) -> tuple[FeatureState, ...]:
    """The states of a feature set, with the failing parts of what is unmet."""
    return tuple(with_lacks(config, state) for state in features.features_of(config, feature_set))


def label_of(opened: OpenTree) -> str:
    """What a report over many architectures calls the tree."""
    return f"Linux {opened.tree.version}" if opened.tree.kind == "linux" else "bundled tree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The configs of one architecture by name: resolved, or the line that says why not."""

    opened: OpenTree
    configs: tuple[tuple[str, ResolvedConfig | str], ...]


def resolved(
    request: TreeRequest,
    arches: Sequence[str],
    choose: Callable[[str, configs.Shelf], Sequence[str]],
    progress: Progress = silent,
) -> Iterator[Resolved | MatrixRow]:
    """Architecture by architecture the configs that `choose` names (given ARCH and the shelf), all resolved in one
    pass; a row with an error where an architecture cannot be read."""
    for done, arch in enumerate(arches):
        progress(f"resolving: {arch}", done, len(arches))
        try:
            opened = open_tree(replace(request, arch=arch))
        except AnalyzerError as error:
            yield MatrixRow(arch=arch, config="*", error=error.line())
            continue
        yield Resolved(opened=opened, configs=tuple(_resolved(opened, choose(arch, opened.shelf))))
    progress("resolved", len(arches), len(arches))


def _resolved(opened: OpenTree, names: Sequence[str]) -> Iterator[tuple[str, ResolvedConfig | str]]:
    sources: dict[str, ConfigSource | str] = {}
    for name in names:
        try:
            sources[name] = opened.shelf.load(name)
        except AnalyzerError as error:
            sources[name] = error.line()
    found = [source for source in sources.values() if isinstance(source, ConfigSource)]
    done = iter(configs.resolve_all(opened.tree, opened.model, opened.program, found))
    for name, source in sources.items():
        yield name, source if isinstance(source, str) else next(done)


def _architectures(request: TreeRequest) -> Mapping[str, str]:
    if request.root is None:
        return trees.bundled_architectures(trees.bundled_root())
    return trees.architectures(request.root)


def known_arches(request: TreeRequest) -> tuple[str, ...]:
    """Every ARCH of the tree."""
    return tuple(_architectures(request))


def chosen_arches(request: TreeRequest, wanted: Sequence[str]) -> tuple[str, ...]:
    """The architectures that `wanted` names; globs match those of the tree. Without any: all of the bundled tree, one
    of a real one."""
    if not wanted and request.root is not None:
        return (request.arch or trees.locate(request.root, None, trees.NO_COMPILERS).arch,)
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
    paths = trees.files(tree.root)
    if tree.kind == "bundled":
        # Its root is also that of a checkout of kweigh.
        paths = tuple(path for path in paths if path.startswith(("arch/", "kconfig/")))
    rows = series.match(
        found,
        paths,
        [o.model for o in opened],
        features.load(feature_set),
        series.bundled_path if tree.kind == "bundled" else str,
    )
    return reports.series(found, rows, tree="the bundled tree" if tree.kind == "bundled" else f"Linux {tree.version}")
