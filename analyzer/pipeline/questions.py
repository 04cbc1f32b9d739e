"""Questions about one config.

Enters: an open tree and resolved configs. Leaves: values of the model. Must hold: each function is the order of
stages for one command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analyzer import configs, deps, features, trees
from analyzer.errors import UsageError
from analyzer.model.analysis import Analysis
from analyzer.model.config import Assignment, ConfigSource, ResolvedConfig
from analyzer.model.expr import Location
from analyzer.model.feature import FeatureSet
from analyzer.model.find import Hit
from analyzer.model.graph import Cycle, EdgeKind, Explanation, Neighbourhood, UnmetDependency
from analyzer.model.kconfig import Symbol
from analyzer.pipeline.opening import OpenTree


def look_at(config: ResolvedConfig, feature_set: FeatureSet) -> Analysis:
    """All that is known about one config."""
    return Analysis(
        config=config,
        feature_set=feature_set,
        features=features.features_of(config, feature_set),
        unmet=deps.find_unmet(config),
    )


def analyze(config: ResolvedConfig, feature_set: str) -> Analysis:
    """What `config` selects of a feature set, and why, and what its symbols were measured to weigh; with the DMA
    features what mapping calls do. Raises UsageError for a listed symbol that the tree does not define."""
    from analyzer.pipeline.measured import beside

    analysis = look_at(config, features.load(feature_set))
    defined = config.model.symbols
    for state in analysis.features if not analysis.feature_set.origin else ():
        # Symbols that somebody listed, other than those of a file, are all meant to be there.
        if state.symbol is None:
            name = state.feature.name
            raise UsageError(f"{name} is not defined in {config.tree.label}", hint=deps.hint(name, defined))
    symbols = features.standing(analysis.feature_set, defined)
    analysis = replace(analysis, gates=beside(config.tree, defined, symbols, "*"))
    if analysis.feature_set.name == "dma":
        from analyzer.pipeline import mapping

        analysis = replace(analysis, mapping=mapping.run(config))
    return analysis


def why(
    opened: OpenTree, symbols: Sequence[str], config: ResolvedConfig
) -> tuple[tuple[Explanation, ...], Mapping[str, Hit]]:
    """The chain behind the value of each symbol, and what would change it; and the type, prompt and menu of each.
    Raises UsageError for an unknown symbol."""
    from analyzer.pipeline.find import option_of

    def resolve_with(wanted: Mapping[str, str]) -> ResolvedConfig:
        return opened.resolved(with_settings(config, wanted, place="proposal"))

    def homes(name: str) -> Sequence[str]:
        return trees.homes(opened.tree.root, name)

    names = tuple(dict.fromkeys(named(opened, symbol) for symbol in symbols))
    found = tuple(deps.explain(config, name, resolve_with=resolve_with, homes=homes) for name in names)
    return found, {name: option_of(config, name) for name in names}


def with_settings(config: ResolvedConfig, wanted: Mapping[str, str], *, place: str) -> ConfigSource:
    """What `config` was made of, with further lines behind it; `place` is where reasons say that they stand."""
    return laid_on(config.source, config.model.symbols, wanted, place=place)


def laid_on(
    source: ConfigSource, symbols: Mapping[str, Symbol], wanted: Mapping[str, str], *, place: str
) -> ConfigSource:
    """`source` with further lines behind its own, as `with_settings` has them."""
    where = Location(path=place, line=0)
    lines = tuple(
        Assignment(name=name, value=configs.value_text(symbols[name], value), location=where)
        for name, value in wanted.items()
    )
    return replace(source, assignments=(*source.assignments, *lines))


def bare(symbol: str) -> str:
    """A symbol as users type it, with or without the prefix of config files."""
    return symbol.removeprefix("CONFIG_")


def named(opened: OpenTree, symbol: str) -> str:
    """The symbol that a user means, by its name or by that of a feature, which the tree may call otherwise; that is
    noted for the report."""
    name = bare(symbol)
    here = features.meant(name, opened.model.symbols)
    if here:
        opened.shelf.inputs.meant[name] = here
    return here or name


def unmet(opened: OpenTree, config: ResolvedConfig) -> tuple[tuple[UnmetDependency, ...], tuple[Cycle, ...]]:
    """Selects that force a symbol against its dependencies, and dependency loops."""
    return deps.find_unmet(config), deps.find_cycles(opened.model)


def graph(
    opened: OpenTree, symbol: str, config: ResolvedConfig, *, depth: int, kinds: Sequence[EdgeKind]
) -> Neighbourhood:
    """The neighbourhood of a symbol. Raises UsageError when it is unknown."""
    return deps.neighbourhood(config, deps.connect(opened.model), named(opened, symbol), depth=depth, kinds=kinds)
