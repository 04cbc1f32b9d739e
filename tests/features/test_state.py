"""Rule: the first symbol of a feature that the tree defines stands for it.

Enters: a hand-made config. Leaves: nothing. Must hold: value and reason are the symbol's.
"""

from __future__ import annotations

from analyzer.features import defined_symbols, features_of
from tests.reports.build_configs import FEATURES, REASONS, SYMBOLS, config


def test_states_come_in_the_order_of_the_set_with_value_and_reason() -> None:
    found = features_of(config(), FEATURES)
    assert [state.feature for state in found] == list(FEATURES.features)
    for state in found:
        if state.symbol is not None:
            assert state.value == config().values[state.symbol.name]
            assert state.reason == REASONS[state.symbol.name]


def test_the_second_symbol_counts_where_the_tree_lacks_the_first() -> None:
    (state,) = (s for s in features_of(config(), FEATURES) if s.feature.name == "SYNC")
    assert state.symbol == SYMBOLS["ARCH_HAS_SYNC"]


def test_what_stands_for_a_set_is_what_its_rows_show() -> None:
    shown = {state.symbol.name for state in features_of(config(), FEATURES) if state.symbol}
    assert defined_symbols(FEATURES, SYMBOLS) == shown


def test_a_feature_without_symbol_has_neither_value_nor_reason() -> None:
    (state,) = (s for s in features_of(config(), FEATURES) if s.feature.name == "HELPERS")
    assert (state.symbol, state.value, state.reason, state.is_on) == (None, "", None, False)
