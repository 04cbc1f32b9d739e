"""Questions over many architectures and configs.

Enters: a request and what to look at. Leaves: values of the model. Must hold: what fails for one architecture or
config is a value in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer import configs, deps, features
from analyzer.errors import AnalyzerError, InputError, UsageError
from analyzer.model.analysis import ArchCells, FeatureState, Matrix, MatrixRow
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.feature import FeatureSet
from analyzer.model.gate import GateMeasurement
from analyzer.model.tree import SourceTree
from analyzer.pipeline.choosing import check_configs, chosen_arches, chosen_configs
from analyzer.pipeline.commands.matrix_cells import Tally, measurements, no_tally, with_lacks, with_weight
from analyzer.pipeline.opening import FoundTree, OpenTree, Progress, TreeRequest, find_tree, open_tree, silent


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
    resolved, UsageError for symbols that were listed and are in none of the architectures, and for names and globs that
    match nothing.
    """
    rows: list[MatrixRow] = []
    measured: list[GateMeasurement] = []
    known: set[str] = set()
    label = "bundled tree"
    chosen = chosen_arches(request, arches)
    check_configs(request, chosen, names)
    for done, arch in enumerate(chosen):
        progress(f"resolving: {arch}", done, len(chosen))
        try:
            found = find_tree(replace(request, arch=arch))
            cells = cells_of(found, names, feature_set, tally)
        except AnalyzerError as error:
            rows.append(MatrixRow(arch=arch, config="*", error=error.line()))
            continue
        label = label_of(found.tree)
        known.update(cells.defined)
        gates = measurements(found.tree, features.defined_symbols(feature_set, cells.defined))
        for row in cells.rows:
            here = [one for one in gates if one.config == row.config]
            measured += here
            rows.append(replace(row, features=tuple(with_weight(state, here) for state in row.features)))
    progress("resolved", len(chosen), len(chosen))
    if not any(row.features for row in rows):
        raise InputError(rows[0].error if rows else "no architecture and config to look at")
    for feature in feature_set.features if not feature_set.origin else ():
        if known.isdisjoint(feature.symbols):
            every = [one for one in resolved(request, chosen, lambda _arch, _shelf: ()) if isinstance(one, Resolved)]
            hint = deps.hint(feature.name, {name for one in every for name in one.opened.model.symbols})
            raise UsageError(f"no symbol {feature.name} in {label}", hint=hint)
    return Matrix(tree=label, feature_set=feature_set, rows=tuple(rows), gates=tuple(measured))


def cells_of(found: FoundTree, names: Sequence[str], feature_set: FeatureSet, tally: Tally) -> ArchCells:
    """A feature set over the configs of one tree, read only where these cells are not kept. Raises what opening a tree
    raises."""
    shelf = found.shelf
    sources = _sources(shelf, chosen_configs(shelf, names))
    asked = f"cells of {feature_set!r} in {sources!r}, {'' if tally is no_tally else 'played'}"
    return found.keeper.kept(asked, lambda: _cells(found, sources, feature_set, tally))


def _cells(
    found: FoundTree, sources: Mapping[str, ConfigSource | str], feature_set: FeatureSet, tally: Tally
) -> ArchCells:
    opened = found.open()
    symbols = {symbol for feature in feature_set.features for symbol in (feature.name, *feature.symbols)}
    rows = tuple(
        MatrixRow(arch=found.tree.arch, config=name, error=config)
        if isinstance(config, str)
        else MatrixRow(
            arch=found.tree.arch, config=name, features=states_of(config, feature_set), mapping=tally(config)
        )
        for name, config in _resolved(opened, sources, symbols)
    )
    return ArchCells(rows=rows, defined=frozenset(symbols & opened.model.symbols.keys()))


def states_of(config: ResolvedConfig, feature_set: FeatureSet) -> tuple[FeatureState, ...]:
    """The states of a feature set, with the failing parts of what is unmet."""
    return tuple(with_lacks(config, state) for state in features.features_of(config, feature_set))


def label_of(tree: SourceTree) -> str:
    """What a report over many architectures calls the tree."""
    return f"Linux {tree.version}" if tree.kind == "linux" else "bundled tree"


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
        sources = _sources(opened.shelf, choose(arch, opened.shelf))
        yield Resolved(opened=opened, configs=tuple(_resolved(opened, sources)))
    progress("resolved", len(arches), len(arches))


def _sources(shelf: configs.Shelf, names: Sequence[str]) -> Mapping[str, ConfigSource | str]:
    """Configs by name, each as it was written, or the line that says why not."""
    sources: dict[str, ConfigSource | str] = {}
    for name in names:
        try:
            sources[name] = shelf.load(name)
        except AnalyzerError as error:
            sources[name] = error.line()
    return sources


def _resolved(
    opened: OpenTree, sources: Mapping[str, ConfigSource | str], names: Collection[str] = ()
) -> Iterator[tuple[str, ResolvedConfig | str]]:
    found = [source for source in sources.values() if isinstance(source, ConfigSource)]
    done = iter(configs.resolve_all(opened.tree, opened.model, opened.programs, found, names))
    for name, source in sources.items():
        yield name, source if isinstance(source, str) else next(done)
