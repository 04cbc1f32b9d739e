"""Where each feature of a set stands in one config.

Enters: a `ResolvedConfig` and a `FeatureSet`. Leaves: one `FeatureState` per feature, in the order of the set. Must
hold: the symbol that stands for a feature is found by looking at what the tree defines, never by a version.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from analyzer.features.read import built_in, load
from analyzer.model.analysis import FeatureState

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.feature import Feature, FeatureSet


def features_of(config: ResolvedConfig, feature_set: FeatureSet) -> tuple[FeatureState, ...]:
    """The value and reason of every feature of `feature_set` in `config`, in the order of the set."""
    return tuple(_state(config, feature) for feature in feature_set.features)


def defined_symbols(feature_set: FeatureSet, defined: Container[str]) -> frozenset[str]:
    """The symbols that stand for the features of the set where a tree defines these."""
    return frozenset(name for feature in feature_set.features if (name := _defined_symbol(feature, defined)))


def meant(name: str, defined: Container[str]) -> str:
    """What a tree calls the feature that goes by `name` in a set that comes along, or by which another tree calls it:
    "" where the tree defines `name` itself, where there is no such feature, or it has more than one symbol here."""
    if name in defined:
        return ""
    every = [feature for known in built_in() for feature in load(known).features]
    named = [feature for feature in every if feature.name == name]
    found = {
        _defined_symbol(feature, defined) for feature in named or every if feature in named or name in feature.symbols
    }
    return found.pop() or "" if len(found) == 1 else ""


def _defined_symbol(feature: Feature, defined: Container[str]) -> str | None:
    """The first symbol of the feature that is defined."""
    return next((name for name in feature.symbols if name in defined), None)


def _state(config: ResolvedConfig, feature: Feature) -> FeatureState:
    name = _defined_symbol(feature, config.model.symbols)
    if name is None:
        return FeatureState(feature=feature)
    symbol = config.model.symbols[name]
    return FeatureState(feature=feature, symbol=symbol, value=config.values[name], reason=config.reasons[name])
