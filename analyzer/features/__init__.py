"""The room of feature sets: TOML files in, `FeatureSet` and the state of each feature in a config out.

Enters: the name of a built-in set, a path or symbols; a `ResolvedConfig`. Leaves: `FeatureSet`, `FeatureState`. Must
hold: nothing here knows a feature; all of them are data.
"""

from typing import TYPE_CHECKING

from analyzer.lazy_imports import import_lazily

if TYPE_CHECKING:
    from analyzer.features.read import built_in, load, of_symbols
    from analyzer.features.state import defined_symbols, features_of, meant

__all__ = ["built_in", "defined_symbols", "features_of", "load", "meant", "of_symbols"]

import_lazily(__name__)
