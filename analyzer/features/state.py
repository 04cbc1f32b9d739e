"""Where each feature of a set stands in one config.

Enters: a `ResolvedConfig` and a `FeatureSet`. Leaves: one `FeatureState` per feature, in the order of the set. Must
hold: the symbol that stands for a feature is found by looking at what the tree defines, never by a version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.analysis import FeatureState

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.feature import Feature, FeatureSet


def features_of(config: ResolvedConfig, feature_set: FeatureSet) -> tuple[FeatureState, ...]:
    """The value and reason of every feature of `feature_set` in `config`, in the order of the set."""
    return tuple(_state(config, feature) for feature in feature_set.features)


def _state(config: ResolvedConfig, feature: Feature) -> FeatureState:
    name = next((name for name in feature.symbols if name in config.model.symbols), None)
    if name is None:
        return FeatureState(feature=feature)
    symbol = config.model.symbols[name]
    return FeatureState(feature=feature, symbol=symbol, value=config.values[name], reason=config.reasons[name])
