"""Rule: an estimate gives back what was measured, adds up, and never knows more for having seen less.

Enters: small ledgers made here. Leaves: verdicts. Must hold: sizes follow from a law that the test knows, so that an
estimate can be right or wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.estimate import MeasuredBuild, Wanted, WantedObject, total
from analyzer.model.size import Observation, Recipe, SectionClass
from analyzer.sizes.estimate import FromLedger
from tests.sizes.measured import ORIGIN

SYMBOLS = ("NET", "PCI", "SMP", "TTY")
EXTRA = 500
"""Bytes that linking adds in every build made here."""


def observed(path: str, on: Sequence[str], size: int, *, flags: str = "gcc") -> Observation:
    """An object that depends on every symbol."""
    symbols = tuple((name, "y" if name in on else "n") for name in SYMBOLS)
    return Observation(
        origin=ORIGIN, path=path, recipe=Recipe(flags=flags, symbols=symbols), classes={"text": size}, symbols=()
    )


def law(on: Sequence[str]) -> int:
    """What an object weighs: each symbol adds something of its own, SMP and NET together something more."""
    return 1000 + 100 * ("NET" in on) + 50 * ("PCI" in on) - 30 * ("TTY" in on) + 3 * ({"NET", "SMP"} <= set(on))


def planned(paths: Iterable[str]) -> dict[str, WantedObject]:
    return {path: WantedObject(path=path, library=path.startswith("lib/"), source=10_000) for path in paths}


def build(on: Sequence[str], sizes: Mapping[str, int]) -> MeasuredBuild:
    """A build of objects of these sizes, with what linking adds."""
    classes: dict[SectionClass, int] = {"text": sum(sizes.values()), "data": EXTRA}
    return MeasuredBuild(values=dict.fromkeys(on, "y"), classes=classes, objects=planned(sizes))


def wanted(on: Sequence[str], *paths: str) -> Wanted:
    objects = tuple(WantedObject(path=path, source=10_000) for path in paths)
    return Wanted(origin=ORIGIN, values=dict.fromkeys(on, "y"), objects=objects)


def singles(*ways: Sequence[str]) -> FromLedger:
    """What is learnt from builds of one object, each with these symbols on."""
    return FromLedger([observed("a.o", on, law(on)) for on in ways], [build(on, {"a.o": law(on)}) for on in ways])


def test_what_was_built_weighs_what_it_weighed() -> None:
    found = singles((), ("NET",), ("NET", "SMP")).estimate(wanted(("NET", "SMP"), "a.o"))
    assert (found.total.value, found.total.width) == (law(("NET", "SMP")) + EXTRA, 0)
    assert found.neighbour is not None
    assert (found.neighbour.content, found.neighbour.differing) == (law(("NET", "SMP")) + EXTRA, ())
    assert found.classes == {"text": law(("NET", "SMP")), "data": EXTRA}


def test_effects_that_were_measured_apart_are_summed() -> None:
    (term,) = singles((), ("NET",), ("PCI",), ("TTY",)).estimate(wanted(("NET", "PCI", "TTY"), "a.o")).objects
    assert (term.bytes.value, term.provenance, term.differing) == (law(("NET", "PCI", "TTY")), "nearest", ())
    assert 0 < term.bytes.width < 200


def test_an_effect_is_taken_back_where_the_symbol_is_off() -> None:
    (term,) = singles(("NET", "PCI"), ("NET",)).estimate(wanted((), "a.o")).objects
    assert (term.bytes.value, term.differing) == (law(("NET",)), ("NET",))
    (term,) = (
        singles(("NET", "PCI"), ("NET",), ("PCI", "TTY"), ("TTY", "PCI", "NET")).estimate(wanted((), "a.o")).objects
    )
    assert (term.bytes.value, term.differing) == (law(()), ())


def test_what_no_observation_has_is_named() -> None:
    (term,) = singles((), ("NET",)).estimate(wanted(("NET", "SMP"), "a.o")).objects
    assert (term.bytes.value, term.differing) == (law(("NET",)), ("SMP",))
    assert term.bytes.low < law(("NET", "SMP")) < term.bytes.high


def test_what_nobody_measured_is_a_term_with_its_options() -> None:
    asked = Wanted(
        origin=ORIGIN,
        values={},
        objects=(
            WantedObject(path="a.o", source=10_000),
            WantedObject(path="b.o", source=10_000, options=("NET",)),
            WantedObject(path="c.o", options=("PCI",)),
        ),
    )
    found = singles(()).estimate(asked)
    assert [(t.label, t.options) for t in found.those("unmeasured")] == [("b.o", ("NET",)), ("c.o", ("PCI",))]
    assert all(0 < term.bytes.value < term.bytes.high for term in found.those("unmeasured"))
    assert found.total.value - sum(found.classes.values()) == total(t.bytes for t in found.those("unmeasured")).value


def test_density_is_that_of_what_options_turn_on() -> None:
    """Ten objects of NET that weigh a fifth of their source, and one that every config has and that weighs nothing."""
    some = {f"net/{number}.o": 2000 for number in range(10)}
    builds = [build((), {"a.o": 10}), build(("NET",), {"a.o": 10, **some})]
    seen = [observed("a.o", (), 10), observed("a.o", ("NET",), 10)]
    found = FromLedger([*seen, *(observed(path, ("NET",), 2000) for path in some)], builds)
    *_, term = found.estimate(wanted(("NET",), "a.o", "net/more.o")).objects
    assert (term.provenance, term.bytes.value) == ("unmeasured", 2000)


def test_a_librarys_object_that_no_build_took_weighs_nothing() -> None:
    ledger = FromLedger([observed("a.o", (), 1000)], [build((), {"a.o": 1000, "lib/b.o": 0})])
    asked = WantedObject(path="lib/b.o", library=True, source=10_000)
    for paths, width in (("a.o",), 0), (("a.o", "new.o"), 1000):
        objects = (*wanted((), *paths).objects, asked)
        *_, term = ledger.estimate(Wanted(origin=ORIGIN, values={"X": "y"}, objects=objects)).objects
        assert (term.label, term.bytes.value, term.bytes.width) == ("lib/b.o", 0, width)


def test_flags_that_nothing_tells_apart_are_a_doubt() -> None:
    two = [observed("a.o", (), 1000, flags="gcc -Os"), observed("a.o", (), 1300, flags="gcc -O2")]
    (term,) = FromLedger(two, []).estimate(wanted((), "a.o")).objects
    assert (term.provenance, term.bytes.low <= 1000, term.bytes.high >= 1300) == ("nearest", True, True)


def test_a_symbol_that_may_change_every_flag_is_a_doubt() -> None:
    """fixdep lists no symbol that only a makefile names: a.o looks the same with STACKPROTECTOR."""
    builds = [build((), {"a.o": 1000}), build(("HARMLESS",), {"a.o": 1000})]
    ledger = FromLedger([observed("a.o", (), 1000)], builds, flags=frozenset({"STACKPROTECTOR", "HARMLESS"}))
    (term,) = ledger.estimate(wanted(("STACKPROTECTOR",), "a.o")).objects
    assert (term.provenance, term.differing, term.bytes.high > 1000) == ("nearest", ("STACKPROTECTOR",), True)
    (term,) = ledger.estimate(wanted(("HARMLESS",), "a.o")).objects
    assert (term.provenance, term.bytes.width) == ("measured", 0)


def test_what_linking_may_write_is_a_doubt() -> None:
    ledger = FromLedger([observed("a.o", (), 1000)], [build((), {"a.o": 1000})], flags=frozenset({"UNWINDER_ORC"}))
    (same,) = ledger.estimate(wanted((), "a.o")).tables
    (other,) = ledger.estimate(wanted(("UNWINDER_ORC",), "a.o")).tables
    assert (same.bytes.width, same.bytes.value) == (0, EXTRA)
    assert (other.bytes.value, other.bytes.high > EXTRA + 900) == (EXTRA, True)


def test_sums_do_not_hold_with_lto() -> None:
    assert "LTO" in singles(()).estimate(wanted(("LTO_CLANG",), "a.o")).limits
    assert singles(()).estimate(wanted((), "a.o")).limits == ""


WAYS = st.lists(st.sets(st.sampled_from(SYMBOLS)).map(lambda on: tuple(sorted(on))), unique=True, min_size=1)
SIZES = st.integers(0, 20_000)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Observation], list[MeasuredBuild], Wanted]:
    """Builds of up to three objects of any size, and a config of up to four objects."""
    observations: list[Observation] = []
    builds: list[MeasuredBuild] = []
    for on in draw(WAYS):
        sizes = {path: draw(SIZES) for path in draw(st.sets(st.sampled_from(("a.o", "fs/b.o", "lib/c.o"))))}
        observations += [observed(path, on, size) for path, size in sizes.items()]
        builds.append(build(on, sizes))
    values = dict.fromkeys(sorted(draw(st.sets(st.sampled_from(SYMBOLS)))), "y")
    paths = draw(st.sets(st.sampled_from(("a.o", "fs/b.o", "lib/c.o", "d.o")), min_size=1))
    objects = tuple(
        WantedObject(path=path, library=path.startswith("lib/"), source=draw(st.none() | st.integers(0, 90_000)))
        for path in sorted(paths)
    )
    return observations, builds, Wanted(origin=ORIGIN, values=values, objects=objects)


@given(ledgers())
def test_an_exact_observation_has_no_width(given_: tuple[list[Observation], list[MeasuredBuild], Wanted]) -> None:
    observations, builds, asked = given_
    here = tuple((name, asked.values.get(name, "n")) for name in SYMBOLS)
    exact = {one.path: one.classes["text"] for one in observations if one.recipe.symbols == here}
    for term in FromLedger(observations, builds).estimate(asked).objects:
        if term.label in exact:
            assert (term.bytes.value, term.bytes.width, term.provenance) == (exact[term.label], 0, "measured")


@given(ledgers())
def test_terms_sum_to_the_total(given_: tuple[list[Observation], list[MeasuredBuild], Wanted]) -> None:
    observations, builds, asked = given_
    found = FromLedger(observations, builds).estimate(asked)
    assert [term.label for term in found.objects] == [one.path for one in asked.objects]
    terms = [*found.objects, *found.tables]
    assert sum(term.bytes.value for term in terms) == found.total.value
    assert found.total.low <= found.total.value <= found.total.high
    for term in terms:
        assert term.classes is None or sum(term.classes.values()) == term.bytes.value
        assert (term.classes is None) == (term.provenance == "unmeasured")
        assert term.bytes.low <= term.bytes.value <= term.bytes.high


@given(ledgers(), st.data())
def test_seeing_less_never_narrows(
    given_: tuple[list[Observation], list[MeasuredBuild], Wanted], data: st.DataObject
) -> None:
    """Of a library that has no observation, a build says that it was left out; so those stay."""
    observations, builds, asked = given_
    less = [one for one in observations if one.path.startswith("lib/") or not data.draw(st.booleans())]
    fewer = [one for one in builds if not data.draw(st.booleans())]
    flags = frozenset(data.draw(st.sets(st.sampled_from(("A", "B", "SMP")))))
    whole = FromLedger(observations, builds, flags=flags).estimate(asked)
    for some, those in ((less, builds), (observations, fewer), (less, fewer)):
        found = FromLedger(some, those, flags=flags).estimate(asked)
        assert found.total.width >= whole.total.width
        for before, after in zip(whole.objects, found.objects, strict=True):
            assert after.bytes.width >= before.bytes.width
