"""Rule: whatever is needed and whatever needs what, the search ends with a set of which no line can go alone, asks
about no config twice, and says of each line how that is known.

Enters: problems of Hypothesis' making.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, log2

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.shrink import Asked, Judged
from analyzer.shrink.search import Search
from tests.shrink.ddmin import ddmin
from tests.shrink.problems import Problem

NAMES = [f"L{number:02}" for number in range(14)]


@st.composite
def needs(draw: st.DrawFn) -> dict[str, list[str]]:
    count = draw(st.integers(1, len(NAMES)))
    return {
        name: draw(st.lists(st.sampled_from(NAMES[:place]), max_size=2, unique=True)) if place else []
        for place, name in enumerate(NAMES[:count])
    }


@st.composite
def monotone(draw: st.DrawFn) -> tuple[dict[str, list[str]], Asked]:
    found = draw(needs())
    return found, frozenset(draw(st.lists(st.sampled_from(sorted(found)), max_size=6)))


WEIGHTS = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 100_000))
CHANCES = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1))


@settings(max_examples=30)
@given(monotone(), WEIGHTS, CHANCES)
def test_what_is_needed_is_left_and_proved(
    drawn: tuple[dict[str, list[str]], Asked], weights: dict[str, int], chances: dict[str, float]
) -> None:
    lines, wanted = drawn
    problem = Problem(lines, lambda found: found >= wanted, weights)
    search = problem.search(weights, chances)
    least = Problem(lines, lambda found: True).true(frozenset(lines))
    for name in sorted(least, reverse=True):
        if Problem(lines, lambda _: True).true(least - {name}) >= wanted:
            least = Problem(lines, lambda _: True).true(least - {name})
    assert search.best == least
    proofs = search.proofs()
    assert proofs.keys() == search.best
    for name, proof in proofs.items():
        assert proof.kind == "test"
        assert problem.true(search.best - {name}) in problem.asked


@settings(max_examples=30)
@given(monotone())
def test_the_number_of_tests_is_bound(drawn: tuple[dict[str, list[str]], Asked]) -> None:
    lines, wanted = drawn
    problem = Problem(lines, lambda found: found >= wanted)
    search = problem.search()
    left = len(search.best)
    # Each line that is left is found by halving, and proved; the rest goes in groups.
    assert len(problem.asked) <= 2 * left * (ceil(log2(len(lines))) + 2) + ceil(log2(len(lines) + 1)) + 2


@settings(max_examples=30)
@given(needs(), st.randoms(use_true_random=False), WEIGHTS)
def test_it_ends_with_a_minimum_whatever_is_good(
    lines: dict[str, list[str]], chance: object, weights: dict[str, int]
) -> None:
    answers: dict[Asked, bool] = {}
    everything = Problem(lines, lambda _: True).true(frozenset(lines))

    def good(found: Asked) -> bool:
        return answers.setdefault(found, found == everything or hash((chance, found)) % 3 == 0)

    problem = Problem(lines, good, weights)
    search = problem.search(weights)
    assert good(search.best)
    for name in search.best:
        without = problem.true(search.best - {name})
        assert without in problem.asked
        assert not good(without) or problem.size(without) > problem.size(search.best)


@settings(max_examples=30)
@given(monotone(), st.integers(0, 20))
def test_it_goes_on_where_it_was(drawn: tuple[dict[str, list[str]], Asked], most: int) -> None:
    lines, wanted = drawn
    whole = Problem(lines, lambda found: found >= wanted).search()
    broken = Problem(lines, lambda found: found >= wanted).search(most=most)
    told = {step.key: step.judged for step in broken.steps}
    problem = Problem(lines, lambda found: found >= wanted)
    again = Search(frozenset(lines), {}, {}, problem.resolve)
    while (asked := again.following()) is not None:
        left = problem.resolve([asked])[0]
        assert left is not None
        again.tell(told[left.key] if left.key in told else problem.judge(asked))
    assert again.best == whole.best
    assert again.steps == whole.steps


def test_what_is_to_be_kept_is_never_asked_away() -> None:
    problem = Problem({"A": [], "B": ["A"], "C": []}, lambda _: True, keep=frozenset({"B"}))
    search = problem.search()
    assert search.best == {"A", "B"}
    assert {name: proof.kind for name, proof in search.proofs().items()} == {"A": "keep", "B": "keep"}
    assert all("B" in asked for asked in problem.asked)


def test_a_line_that_saves_stays() -> None:
    problem = Problem({"A": [], "SMALL": [], "B": []}, lambda found: "A" in found, {"A": 10, "SMALL": -500, "B": 7})
    search = problem.search({"SMALL": -500})
    proofs = search.proofs()
    assert search.best == {"A", "SMALL"}
    assert (proofs["SMALL"].kind, proofs["SMALL"].gain) == ("size", -500)
    assert (proofs["A"].kind, proofs["A"].gain) == ("test", 10)


def test_a_good_one_is_never_told_as_a_failure() -> None:
    """Wherever a search stops: without SAVES it was good and larger, and then another line went."""
    weights = {"SAVES": -50, "A": 10, "B": 20, "C": 30}
    for most in range(1, 12):
        problem = Problem(dict.fromkeys(weights, ()), lambda lines: "A" in lines, weights)
        search = problem.search(weights=dict.fromkeys(weights, 1.0), chances={"SAVES": 0.001}, most=most)
        assert all(proof.reason for proof in search.proofs().values() if proof.kind == "earlier")


def test_what_is_not_good_at_first_ends_at_once() -> None:
    problem = Problem({"A": []}, lambda _: False)
    search = problem.search()
    assert (len(problem.asked), search.size, search.following()) == (1, None, None)


def test_a_budget_that_ends_leaves_lines_untried() -> None:
    lines: Mapping[str, list[str]] = {name: [] for name in NAMES}
    search = Problem(lines, lambda found: "L07" in found).search(most=3)
    assert {proof.kind for proof in search.proofs().values()} <= {"untried", "earlier", "test"}
    assert search.size is not None


def test_fewer_tests_than_ddmin() -> None:
    lines = {f"G{group}.{number}": [f"G{group}.0"] if number else [] for group in range(12) for number in range(12)}
    wanted = frozenset({"G3.4", "G7.0", "G9.11"})
    ours = Problem(lines, lambda found: found >= wanted)
    best = ours.search(chances=dict.fromkeys(lines, 5 / len(lines))).best
    plain = Problem(lines, lambda found: found >= wanted)
    known: dict[Asked, Judged] = {}

    def good(asked: Asked) -> bool:
        true = plain.true(asked)
        if true not in known:
            known[true] = plain.judge(asked)
        return known[true].good

    assert plain.true(ddmin(list(lines), good)) == best
    assert 2 * len(ours.asked) <= len(known)
