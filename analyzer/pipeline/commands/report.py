"""Everything on one page: many configs, and one of them in detail.

Enters: a request, which architectures and configs, a ledger. Leaves: an `Overview`. Must hold: nothing is built;
what fails for one architecture or config is a row with its error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer import configs, deps, features, trees
from analyzer.errors import InputError, ToolchainError, UsageError
from analyzer.model.analysis import Matrix, MatrixRow
from analyzer.model.build import BuildPlan
from analyzer.model.config import ResolvedConfig
from analyzer.model.feature import FeatureSet
from analyzer.model.gate import GateMeasurement
from analyzer.model.graph import ValuedEdge
from analyzer.model.known import Missing
from analyzer.model.overview import MeasuredImage, MeasuredObject, Overview, Part
from analyzer.pipeline.build import planning
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.measured import beside
from analyzer.pipeline.choosing import check_configs, chosen_arches, chosen_configs
from analyzer.pipeline.commands import gate, model
from analyzer.pipeline.commands.matrix import label_of, resolved, states_of
from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest, open_tree, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the page is about: `arches` and `names` as for a matrix, `config` in detail on the architecture `detail`
    (None: this machine's, where it is among them, else the first), bytes from `ledger`. `remarks_on` are the options of
    the command line that name the tree, as a person would repeat them."""

    arches: Sequence[str]
    names: Sequence[str]
    config: str
    detail: str | None
    features: str
    ledger: Path
    words: str


def overview(request: TreeRequest, wanted: Wanted, progress: Progress = silent) -> Overview:
    """All that a page tells. Raises InputError where no config can be resolved, UsageError for listed symbols that are
    nowhere, and what the detailed config raises."""
    feature_set = features.load(wanted.features)
    arches = chosen_arches(request, wanted.arches)
    check_configs(request, arches, wanted.names)
    preferred = wanted.detail or _own(request, arches)

    def names(arch: str, shelf: configs.Shelf) -> tuple[str, ...]:
        chosen = chosen_configs(shelf, wanted.names)
        # What the page is about stands beside what comes unasked; `defconfig` is make's name for one of the files.
        is_there = wanted.names or wanted.config in (*chosen, shelf.default) or arch != preferred
        return chosen if is_there else (*chosen, wanted.config)

    shown: OpenTree | None = None
    toolchains: dict[str, str] = {}
    rows: list[MatrixRow] = []
    gates: list[GateMeasurement] = []
    for found in resolved(request, arches, names, progress):
        if isinstance(found, MatrixRow):
            rows.append(found)
            continue
        arch = found.opened.tree.arch
        defined = found.opened.model.symbols
        gates += beside(found.opened.tree, defined, features.defined_symbols(feature_set, defined), "*")
        # Only the one in detail is kept: all architectures of a real tree take a lot of memory.
        shown = found.opened if arch == preferred or shown is None else shown
        if found.opened.tree.kind == "linux":
            toolchains[arch] = found.opened.tree.answered_by
        for name, config in found.configs:
            if isinstance(config, str):
                rows.append(MatrixRow(arch=arch, config=name, error=config))
            else:
                rows.append(MatrixRow(arch=arch, config=name, features=states_of(config, feature_set)))
    if not any(row.features for row in rows):
        raise InputError(rows[0].error if rows else "no architecture and config to look at")
    if shown is None or (wanted.detail is not None and shown.tree.arch != wanted.detail):
        shown = open_tree(replace(request, arch=wanted.detail))
    for number, feature in enumerate(feature_set.features if not feature_set.origin else ()):
        # Symbols that somebody listed, other than those of a file, are all meant to be there.
        if not any(row.features[number].symbol for row in rows if row.features):
            hint = deps.hint(feature.name, shown.model.symbols)
            raise UsageError(f"no symbol {feature.name} in {label_of(shown.tree)}", hint=hint)
    progress(f"{wanted.config} of {shown.tree.arch} in detail", 0, 1)
    matrix = Matrix(tree=label_of(shown.tree), feature_set=feature_set, rows=tuple(rows))
    return _overview(shown, wanted, matrix, gates, toolchains)


def _overview(
    shown: OpenTree,
    wanted: Wanted,
    matrix: Matrix,
    gates: Sequence[GateMeasurement],
    compilers: Mapping[str, str],
) -> Overview:
    config = shown.resolve(wanted.config)
    detail = ("--detail", wanted.detail) if wanted.detail else ()
    is_dma = matrix.feature_set.name == "dma"
    states = features.features_of(config, matrix.feature_set)
    names = {state.symbol.name for state in states if state.symbol is not None}
    edges = tuple(
        ValuedEdge(edge=edge, value=config.value(edge.condition))
        for edge in deps.connect(shown.model).edges
        if edge.source in names or edge.target in names
    )
    image, unmeasured = _image(config, matrix.feature_set, wanted.ledger, wanted.words)
    toolchains: dict[str, list[str]] = {}
    for arch, identity in compilers.items():
        toolchains.setdefault(identity, []).append(arch)
    return Overview(
        matrix=matrix,
        config=config,
        features=states,
        edges=edges,
        mapping=model.run(config) if is_dma else None,
        gates=tuple(gates),
        image=image,
        ungated=_ungated(shown, wanted, matrix.feature_set) if not any(one.base for one in gates) else None,
        unmeasured=unmeasured,
        toolchains=tuple((identity, tuple(arches)) for identity, arches in toolchains.items()),
        command=_command("report", wanted.config, wanted, *_many(wanted), *detail),
        parts=tuple(_parts(shown, wanted, gates, is_dma=is_dma)),
    )


def _own(request: TreeRequest, arches: Sequence[str]) -> str:
    """This machine's architecture where it is among them, else the first."""
    try:
        own = request.arch or trees.locate(request.root, None, trees.NO_COMPILERS).arch
    except ToolchainError:
        own = ""
    return own if own in arches else arches[0]


def _image(config: ResolvedConfig, feature_set: FeatureSet, path: Path, words: str) -> tuple[MeasuredImage | None, str]:
    """What the ledger knows of exactly this config, or why it knows nothing."""
    label = f"{config.source.name} on {config.tree.label}"
    if config.tree.kind == "bundled":
        takes = Known(words=words).missing(config)
        return None, f"{label} can't be built, so nobody has measured it; of a real tree {takes}"
    known = Known(path, words=words)
    built = known.build(config)
    if built is None or built.weight is None:
        why = f"not built: {built.failure}" if built else known.missing(config)
        return None, f"Nobody has measured {label}; {why}"
    behind = _behind(planning.plan(config), config, feature_set)
    objects = tuple(
        MeasuredObject(path=name, size=sum(one.classes.values()), feature=behind[name])
        for name, one in sorted(known.objects(config).items())
    )
    return MeasuredImage(origin=origin_of(config), content=built.weight.content, objects=objects), ""


def _ungated(shown: OpenTree, wanted: Wanted, feature_set: FeatureSet) -> Missing | None:
    """The builds that would tell what the features weigh; None where the tree defines none of them."""
    symbols = shown.model.symbols
    names = [
        name for name in sorted(features.defined_symbols(feature_set, symbols)) if symbols[name].is_tristate_valued
    ]
    return gate.unknown(names, wanted.config, shown.tree.arch, wanted.words) if names else None


def _behind(plan: BuildPlan, config: ResolvedConfig, feature_set: FeatureSet) -> dict[str, str]:
    """Each object of the image, and the feature that the innermost line about it asks for ("": none)."""
    states = features.features_of(config, feature_set)
    of_symbol = {state.symbol.name: state.feature.name for state in states if state.symbol is not None}
    found: dict[str, str] = {}
    for one in plan.objects:
        if one.goal != "module":
            asked = (name for step in reversed(one.because) for name, _ in step.symbols)
            found[one.path] = next((of_symbol[name] for name in asked if name in of_symbol), "")
    return found


def _parts(shown: OpenTree, wanted: Wanted, gates: Sequence[GateMeasurement], *, is_dma: bool) -> Iterator[Part]:
    arch = ("--arch", shown.tree.arch)
    yield Part(title="Matrix", command=_command("matrix", "", wanted, *_many(wanted)))
    yield Part(title="Dependencies", command=_command("graph SYMBOL", wanted.config, wanted, *arch))
    if shown.tree.kind == "linux":
        yield Part(title="Bytes", command=_command("size", wanted.config, wanted, *arch))
    if gates:
        symbols = dict.fromkeys(symbol for one in gates for symbol, _, _ in one.values)
        yield Part(title="Gates", command=f"kweigh gate {' '.join(symbols)} --functions")
    if is_dma:
        yield Part(title="DMA mapping", command=_command("model", wanted.config, wanted, *arch, "--trace"))


def _many(wanted: Wanted) -> Iterator[str]:
    for arch in wanted.arches:
        yield from ("--arch", _quoted(arch))
    for name in wanted.names:
        yield from ("--configs", _quoted(name))


def _command(name: str, config: str, wanted: Wanted, *options: str) -> str:
    chosen = () if wanted.features == "dma" or name.startswith(("graph", "model")) else ("--features", wanted.features)
    return " ".join(word for word in ("kweigh", name, config, wanted.words, *chosen, *options) if word)


def _quoted(word: str) -> str:
    return f"'{word}'" if any(char in word for char in "*?[ ") else word
