"""Rule: what is said to explain a name gives the name its value when it is replayed, and nothing in it is superfluous.

Enters: made-up functions from sets of changes to values. Leaves: nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.deps import causes
from analyzer.deps.causes import Replay, find_causes

Rule = Callable[[frozenset[int]], bool]


def replay_of(rules: Mapping[str, Rule], count: int, runs: list[int] | None = None) -> Replay:
    """A replay in which each name has its value where its rule says so."""

    def replay(made: Mapping[int, int], lanes: int) -> Mapping[str, int]:
        if runs is not None:
            runs.append(lanes)
        sets = [frozenset(c for c in range(count) if made.get(c, 0) >> lane & 1) for lane in range(lanes)]
        return {name: sum(rule(s) << lane for lane, s in enumerate(sets)) for name, rule in rules.items()}

    return replay


def told(rules: Mapping[str, Rule], count: int) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    return [(f.changes, f.names) for f in find_causes(count, list(rules), replay_of(rules, count))]


def test_few_causes_cover_what_each_explains_alone() -> None:
    rules: dict[str, Rule] = {
        "p": lambda s: 1 in s,
        "q": lambda s: 1 in s or 0 in s,
        "r": lambda s: 1 in s or 2 in s,
        "s": lambda s: 2 in s,
    }
    assert told(rules, 4) == [((1,), ("p", "q", "r")), ((2,), ("s",))]


def test_what_none_explains_alone_gets_all_that_it_needs() -> None:
    rules: dict[str, Rule] = {
        "p": lambda s: 3 in s,
        "q": lambda s: {3, 5} <= s,
        "r": lambda s: ({3, 5} <= s and 4 not in s) or {4, 6, 7} <= s,
        "s": lambda s: {0, 6, 7} <= s,
    }
    assert told(rules, 8) == [((3,), ("p",)), ((3, 5), ("q", "r")), ((0, 6, 7), ("s",))]


def test_what_all_together_do_not_explain_is_left_out() -> None:
    rules: dict[str, Rule] = {"p": lambda s: 0 in s, "q": lambda _: False, "r": lambda s: 0 in s and 1 not in s}
    assert told(rules, 2) == [((0,), ("p",))]
    assert told(rules, 0) == []


def test_a_row_longer_than_the_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "LANES", 4)
    runs: list[int] = []
    rules: dict[str, Rule] = {"p": lambda s: {3, 17} <= s, "q": lambda s: 11 in s, "r": lambda s: {2, 17, 19} <= s}
    found = find_causes(20, list(rules), replay_of(rules, 20, runs))
    assert [(f.changes, f.names) for f in found] == [((11,), ("q",)), ((2, 17, 19), ("r",)), ((3, 17), ("p",))]
    assert max(runs) <= 4


@given(
    st.integers(1, 9).flatmap(
        lambda count: st.tuples(
            st.just(count),
            # Each name: sets of which any suffices, and changes that undo it.
            st.lists(
                st.tuples(
                    st.lists(st.frozensets(st.integers(0, count - 1), min_size=1, max_size=4), min_size=1, max_size=3),
                    st.frozensets(st.integers(0, count - 1), max_size=1),
                ),
                min_size=1,
                max_size=6,
            ),
        )
    )
)
def test_claims_hold_and_nothing_in_them_can_go(
    drawn: tuple[int, list[tuple[list[frozenset[int]], frozenset[int]]]],
) -> None:
    count, rows = drawn

    def rule(sets: list[frozenset[int]], against: frozenset[int]) -> Rule:
        return lambda s: any(needed <= s for needed in sets) and (not against & s or len(s) == count)

    rules = {f"n{i}": rule(*row) for i, row in enumerate(rows)}
    found = find_causes(count, list(rules), replay_of(rules, count))
    assert sorted(name for f in found for name in f.names) == sorted(rules)
    for each in found:
        changes = frozenset(each.changes)
        for name in each.names:
            assert rules[name](changes)
        if len(changes) > 1:
            # Needed by at least one of those that it explains; the others found it there.
            assert all(any(not rules[n](changes - {c}) for n in each.names) for c in changes)
