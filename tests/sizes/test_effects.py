"""Rule: whatever options do to parts, effects and rest sum to what each build gained; an option has none where a build
with it gained nothing; and where each part hangs on one option that two builds with few others in common have, the
effects are those that were put in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.sizes.effects import Hint, Trial, tell_apart

OPTIONS = [f"O{number}" for number in range(12)]
EFFECTS = st.dictionaries(
    st.tuples(st.sampled_from(OPTIONS), st.integers(0, 5)), st.integers(-300, 300).filter(bool), max_size=20
)
TURNED = st.lists(st.frozensets(st.sampled_from(OPTIONS), max_size=6), max_size=8)


def trials(turned: list[frozenset[str]], effects: dict[tuple[str, int], int]) -> list[Trial[int]]:
    found = []
    for names in turned:
        gains: dict[int, int] = {}
        for (name, part), gain in effects.items():
            if name in names:
                gains[part] = gains.get(part, 0) + gain
        found.append(Trial(turned=names, gains={part: gain for part, gain in gains.items() if gain}))
    return found


@given(turned=TURNED, effects=EFFECTS, likely=st.dictionaries(st.sampled_from(OPTIONS), st.integers(1, 2)))
def test_effects_and_rest_sum_to_every_gain(
    turned: list[frozenset[str]], effects: dict[tuple[str, int], int], likely: dict[str, int]
) -> None:
    built = trials(turned, effects)
    told = tell_apart(built, lambda part: Hint(likely=likely))
    for number, trial in enumerate(built):
        for part in range(6):
            explained = sum(e.gain for name, e in told.found.get(part, {}).items() if name in trial.turned)
            assert explained + told.rest.get(part, {}).get(number, 0) == trial.gains.get(part, 0)


@given(turned=TURNED, effects=EFFECTS)
def test_no_effect_where_a_build_gained_nothing(
    turned: list[frozenset[str]], effects: dict[tuple[str, int], int]
) -> None:
    built = trials(turned, effects)
    for part, found in tell_apart(built).found.items():
        for name in found:
            assert all(trial.gains.get(part) for trial in built if name in trial.turned)


ROWS = [frozenset(OPTIONS[start : start + 4]) for start in (0, 4, 8)]
COLUMNS = [frozenset(OPTIONS[start::4]) for start in range(4)]


@given(owners=st.dictionaries(st.integers(0, 30), st.tuples(st.sampled_from(OPTIONS), st.integers(1, 999))))
def test_two_rounds_tell_every_option_that_is_alone_in_a_part(owners: dict[int, tuple[str, int]]) -> None:
    effects = {(name, part): gain for part, (name, gain) in owners.items()}
    told = tell_apart(trials([*ROWS, *COLUMNS], effects))
    assert {(name, part): e.gain for part, found in told.found.items() for name, e in found.items()} == effects
    assert all(e.confirmed == 2 and not e.rivals for found in told.found.values() for e in found.values())
    assert not told.rest


def test_two_options_of_one_part_are_told_apart_by_the_builds_with_one_of_them() -> None:
    effects = {("O0", 0): 100, ("O1", 0): 7}
    told = tell_apart(trials([*ROWS, *COLUMNS], effects))
    assert {name: e.gain for name, e in told.found[0].items()} == {"O0": 100, "O1": 7}


def test_what_the_source_names_comes_before_what_it_does_not() -> None:
    built = [Trial(turned=frozenset({"O0", "O1"}), gains={"part": 8})]
    for name in ("O0", "O1"):
        (found,) = tell_apart(built, {"part": Hint(likely={name: 1})}.__getitem__).found.values()
        assert [*found] == [name]
        assert not found[name].rivals
    (found,) = tell_apart(built).found.values()
    ((_, effect),) = found.items()
    assert effect.gain == 8
    assert len(effect.rivals) == 1


def test_what_explains_more_builds_comes_first() -> None:
    turned = [frozenset({"O0", "O1"}), frozenset({"O0", "O1", "O2"}), frozenset({"O0", "O2"}), frozenset({"O3"})]
    built = [Trial(turned=names, gains={"part": -10} if "O0" in names else {}) for names in turned]
    told = tell_apart(built).found["part"]
    assert {name: (effect.gain, effect.confirmed) for name, effect in told.items()} == {"O0": (-10, 3)}


def test_of_two_that_nothing_tells_apart_the_one_that_fewer_parts_see() -> None:
    built = [Trial(turned=frozenset({"O0", "O1"}), gains={"part": 8})]
    for common, name in (({"O0": 400, "O1": 3}, "O1"), ({"O0": 3, "O1": 400}, "O0")):
        (found,) = tell_apart(built, common=common).found.values()
        assert [*found] == [name]
        assert len(found[name].rivals) == 1
