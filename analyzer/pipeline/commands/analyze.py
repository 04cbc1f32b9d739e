"""One config, looked at.

Enters: a resolved config and a feature set. Leaves: an `Analysis`. Must hold: nothing is built.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer import deps, features
from analyzer.errors import UsageError
from analyzer.model.analysis import Analysis
from analyzer.model.config import ResolvedConfig
from analyzer.model.feature import FeatureSet


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
    from analyzer.pipeline.bytes.measured import beside

    analysis = look_at(config, features.load(feature_set))
    defined = config.model.symbols
    for state in analysis.features if not analysis.feature_set.origin else ():
        # Symbols that somebody listed, other than those of a file, are all meant to be there.
        if state.symbol is None:
            name = state.feature.name
            raise UsageError(f"{name} is not defined in {config.tree.label}", hint=deps.hint(name, defined))
    symbols = features.defined_symbols(analysis.feature_set, defined)
    analysis = replace(analysis, gates=beside(config.tree, defined, symbols, "*"))
    if analysis.feature_set.name == "dma":
        from analyzer.pipeline.commands import model

        analysis = replace(analysis, mapping=model.run(config))
    return analysis
