"""Rules: two things of different kind speak for a successor, and it is ahead of every other; what denies, another
device, a test, and one of two siblings are none; what is built tells most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.deps.rename_evidence import Told
from analyzer.deps.renames import Renames
from analyzer.deps.similarity import Texts, words
from analyzer.model.expr import Location
from analyzer.model.upgrade import Successor, Trace

HELP = frozenset(["this", "frobnicates", "gizmos", "behind", "the", "second", "bridge", "very", "slowly"])
PLACE = Location(path="Kconfig", line=1)


def trace(name: str, prompt: str = "", *, objects: Sequence[str] = (), said: frozenset[str] = frozenset()) -> Trace:
    return Trace(
        name=name,
        type="bool",
        prompt=prompt,
        location=replace(PLACE, path=f"{name.lower()}/Kconfig"),
        help=said,
        objects=dict.fromkeys(objects, Location(path="Makefile", line=1)),
    )


def told(*traces: Trace) -> Told:
    needs = {path: (one.name,) for one in traces for path in one.objects}
    return Told(symbols={one.name: one for one in traces}, needs=needs)


MANY = [trace(f"ANY{chr(65 + at)}", f"some{at} thing{at}") for at in range(20)]


def successor(
    old: Trace,
    *new: Trace,
    before: Sequence[Trace] = (),
    moves: Mapping[str, Sequence[tuple[str, float]]] | None = None,
) -> Successor | None:
    return Renames(told(old, *before, *MANY), told(*new, *MANY), moves or {}).of(old.name)


def test_same_prompt_and_help() -> None:
    found = successor(trace("OLD_X", "Gizmo", said=HELP), trace("NEW_Y", "Gizmo", said=HELP))
    assert found is not None
    assert (found.became, {one.kind for one in found.evidence}) == (("NEW_Y",), {"prompt", "help"})


def test_one_thing_alone_is_not_enough() -> None:
    assert successor(trace("OLD_X", "Gizmo"), trace("NEW_Y", "Gizmo")) is None


def test_two_that_are_alike_are_none() -> None:
    heirs = [trace(name, "Gizmo", said=HELP) for name in ("NEW_Y", "NEW_Z")]
    assert successor(trace("OLD_X", "Gizmo", said=HELP), *heirs) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("DISABLE_GIZMO", "GIZMO"),  # says the opposite
        ("GIZMO_V41", "GIZMO_V40"),  # another device
        ("GIZMO_LIB", "GIZMO_LIB_KUNIT_TEST"),  # its test
        ("GIZMO_RED", "GIZMO_BLUE"),  # beside RED and BLUE, which both were there
    ],
)
def test_what_speaks_against(old: str, new: str) -> None:
    beside = [trace("CAR_RED", "The red one"), trace("CAR_BLUE", "The blue one")]
    assert successor(trace(old, "Gizmo", said=HELP), trace(new, "Gizmo", said=HELP), before=beside) is None


def test_what_is_built_elsewhere_is_another() -> None:
    old, new = (trace(name, "Gizmo", objects=[f"{name}.o"]) for name in ("GIZMO_X", "GIZMO_Y"))
    assert successor(old, new) is None
    found = successor(old, new, moves={"GIZMO_X.o": [("GIZMO_Y.o", 0.8)]})
    assert found is not None
    assert found.evidence[0].kind == "source" or "80%" in found.evidence[1].text


def test_what_was_there_before_merges_what_it_builds_now() -> None:
    whole = trace("WHOLE", "All of it")
    found = successor(
        trace("PART", "Some of it", objects=["part.o"]), replace(whole, objects={"part.o": PLACE}), before=[whole]
    )
    assert found is not None
    assert (found.kind, found.became) == ("merged", ("WHOLE",))


def test_what_it_built_already_before_says_nothing() -> None:
    whole = trace("WHOLE", "All of it", objects=["part.o"])
    assert successor(trace("PART", "Some of it", objects=["part.o"]), whole, before=[whole]) is None


TEXT = st.lists(st.sampled_from("abcdefgh"), max_size=6).map(tuple)


@given(texts=st.lists(TEXT, min_size=1, max_size=8), one=TEXT, other=TEXT)
def test_likeness(texts: list[tuple[str, ...]], one: tuple[str, ...], other: tuple[str, ...]) -> None:
    found = Texts(set(text) for text in texts)
    assert 0 <= found.alike(one, other) == found.alike(other, one) <= 1
    assert found.alike(one, one) == pytest.approx(1 if one else 0)


def test_words() -> None:
    assert words("MFD_RK8XX_I2C") == words("mfd rk8xx, (I2C): mfd") == ("mfd", "rk8xx", "i2c")
