"""Rule: an estimate gives back what was measured, adds up, and finds what options do alone and together.

Enters: small ledgers made here. Leaves: verdicts. Must hold: sizes follow from a law that the test knows, so that an
estimate can be right or wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.elf import SectionClass
from analyzer.model.estimate import Estimate, MeasuredBuild, Wanted, WantedObject, total
from analyzer.sizes.estimate import FromBuilds
from analyzer.sizes.estimate_object import Lessons, Objects
from tests.sizes.measured import ORIGIN

SYMBOLS = ("NET", "PCI", "SMP", "TTY")
EXTRA = 500
"""Bytes that linking adds in every build made here."""
Build = tuple[Sequence[str], Mapping[str, int]]
"""The symbols that are on, and what each object weighs."""


def turns(base: Sequence[str], on: Sequence[str]) -> frozenset[tuple[str, str]]:
    return frozenset((name, "y" if name in on else "n") for name in set(base) ^ set(on))


class From:
    """What is learnt from builds whose objects depend on every symbol of SYMBOLS."""

    def __init__(self, builds: Sequence[Build], *, flags: frozenset[str] = frozenset()) -> None:
        self.base = builds[0][0] if builds else ()
        made = [_build(on, sizes, turns(self.base, on)) for on, sizes in builds]
        paths = {path for _, sizes in builds for path in sizes}
        objects = Objects(reads=dict.fromkeys(paths, frozenset(SYMBOLS)), names={})
        lessons = Lessons(made, objects, {}, flags)
        self._estimator = FromBuilds(lessons, dict.fromkeys(paths, 10_000), flags=flags)

    def estimate(self, asked: Wanted) -> Estimate:
        return self._estimator.estimate(replace(asked, turns=turns(self.base, [*asked.values])))


def _build(on: Sequence[str], sizes: Mapping[str, int], turned: frozenset[tuple[str, str]]) -> MeasuredBuild:
    """A build of objects of these sizes, with what linking adds."""
    classes: dict[SectionClass, int] = {"text": sum(sizes.values()), "data": EXTRA}
    parts: dict[str, Mapping[SectionClass, int]] = {path: {"text": size} for path, size in sizes.items()}
    return MeasuredBuild(values=dict.fromkeys(on, "y"), classes=classes, parts=parts, turns=turned)


def law(on: Sequence[str]) -> int:
    """What an object weighs: each symbol adds something of its own, SMP and NET together something more."""
    return 1000 + 100 * ("NET" in on) + 50 * ("PCI" in on) - 30 * ("TTY" in on) + 3 * ({"NET", "SMP"} <= set(on))


def wanted(on: Sequence[str], *paths: str) -> Wanted:
    objects = tuple(WantedObject(path=path, source=10_000) for path in paths)
    return Wanted(origin=ORIGIN, values=dict.fromkeys(on, "y"), objects=objects)


def singles(*ways: Sequence[str]) -> From:
    """What is learnt from builds of one object, each with these symbols on."""
    return From([(on, {"a.o": law(on)}) for on in ways])


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
    found = singles(("NET", "PCI"), ("NET",), ("PCI",)).estimate(wanted((), "a.o"))
    (term,) = found.objects
    assert (term.bytes.value, term.differing) == (law(()), ())
    assert term.bytes.width > 0


def test_what_two_options_do_together_is_taken_from_a_build_of_both() -> None:
    """NET and SMP add three bytes more than each alone, which shows in a build of both, whatever else it has that does
    nothing to the object."""
    some = singles((), ("NET",), ("SMP",), ("NET", "SMP", "USB"), ("USB",))
    (term,) = some.estimate(wanted(("NET", "SMP", "TTY"), "a.o")).objects
    assert term.bytes.value == law(("NET", "SMP"))
    assert term.differing == ("TTY",)


def test_what_a_broad_option_does_is_expected_of_objects_that_no_build_has_it_with() -> None:
    """With SMP every object is a tenth larger; more.o came with NET, and never with SMP."""
    usual = {f"{number}.o": 1000 for number in range(20)}
    builds = [((), usual), (("SMP",), dict.fromkeys(usual, 1100)), (("NET",), {**usual, "more.o": 3000})]
    *_, term = From(builds).estimate(wanted(("NET", "SMP"), *usual, "more.o")).objects
    assert (term.label, term.bytes.value, term.differing) == ("more.o", 3300, ("SMP",))
    assert term.bytes.low <= 3200
    assert term.bytes.high >= 3400


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
    found = From([((), {"a.o": 10}), (("NET",), {"a.o": 10, **some})])
    *_, term = found.estimate(wanted(("NET",), "a.o", "net/more.o")).objects
    assert (term.provenance, term.bytes.value) == ("unmeasured", 2000)


def test_a_librarys_object_that_no_build_took_weighs_nothing() -> None:
    ledger = From([((), {"a.o": 1000})])
    asked = WantedObject(path="lib/b.o", library=True, source=10_000)
    for paths, width in (("a.o",), 0), (("a.o", "new.o"), 1000):
        objects = (*wanted((), *paths).objects, asked)
        *_, term = ledger.estimate(Wanted(origin=ORIGIN, values={"X": "y"}, objects=objects)).objects
        assert (term.label, term.bytes.value, term.bytes.width) == ("lib/b.o", 0, width)


def test_builds_that_nothing_tells_apart_are_a_doubt() -> None:
    (term,) = From([((), {"a.o": 1000}), (("OTHER",), {"a.o": 1300})]).estimate(wanted(("THIRD",), "a.o")).objects
    assert (term.provenance, term.bytes.low <= 1000, term.bytes.high >= 1300) == ("nearest", True, True)


def test_a_build_of_the_very_config_leaves_no_doubt() -> None:
    """Though others that its lists and flags do not tell apart weigh more, and another took a library's object."""
    builds = [(("MORE",), {"a.o": 1300, "lib/b.o": 90}), ((), {"a.o": 1000}), (("OTHER",), {"a.o": 1400})]
    itself = wanted((), "a.o")
    library = WantedObject(path="lib/b.o", library=True, source=1000)
    found = From(builds).estimate(replace(itself, objects=(*itself.objects, library)))
    assert (found.total.value, found.total.width) == (1000 + EXTRA, 0)


def test_a_symbol_that_may_change_every_flag_is_a_doubt() -> None:
    """fixdep lists no symbol that only a makefile names: a.o looks the same with STACKPROTECTOR."""
    builds = [((), {"a.o": 1000}), (("HARMLESS",), {"a.o": 1000})]
    ledger = From(builds, flags=frozenset({"STACKPROTECTOR", "HARMLESS"}))
    (term,) = ledger.estimate(wanted(("STACKPROTECTOR",), "a.o")).objects
    assert (term.provenance, term.differing, term.bytes.high > 1000) == ("nearest", ("STACKPROTECTOR",), True)
    (term,) = ledger.estimate(wanted(("HARMLESS",), "a.o")).objects
    assert (term.provenance, term.bytes.width) == ("measured", 0)


def test_what_linking_may_write_is_a_doubt() -> None:
    ledger = From([((), {"a.o": 1000})], flags=frozenset({"UNWINDER_ORC"}))
    (same,) = ledger.estimate(wanted((), "a.o")).tables
    (other,) = ledger.estimate(wanted(("UNWINDER_ORC",), "a.o")).tables
    assert (same.bytes.width, same.bytes.value) == (0, EXTRA)
    assert (other.bytes.value, other.bytes.high > EXTRA + 900) == (EXTRA, True)


def test_an_empty_ledger_has_priors_alone() -> None:
    found = From([]).estimate(wanted((), "a.o"))
    assert [term.provenance for term in (*found.objects, *found.tables)] == ["unmeasured"] * 2
    assert found.neighbour is None


def test_sums_do_not_hold_with_lto() -> None:
    assert "LTO" in singles(()).estimate(wanted(("LTO_CLANG",), "a.o")).limits
    assert singles(()).estimate(wanted((), "a.o")).limits == ""


WAYS = st.lists(st.sets(st.sampled_from(SYMBOLS)).map(lambda on: tuple(sorted(on))), unique=True, min_size=1)
SIZES = st.integers(0, 20_000)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Build], Wanted]:
    """Builds of up to three objects of any size, and a config of up to four objects."""
    builds: list[Build] = []
    for on in draw(WAYS):
        sizes = {path: draw(SIZES) for path in draw(st.sets(st.sampled_from(("a.o", "fs/b.o", "lib/c.o"))))}
        builds.append((on, sizes))
    values = dict.fromkeys(sorted(draw(st.sets(st.sampled_from(SYMBOLS)))), "y")
    paths = draw(st.sets(st.sampled_from(("a.o", "fs/b.o", "lib/c.o", "d.o")), min_size=1))
    objects = tuple(
        WantedObject(path=path, library=path.startswith("lib/"), source=draw(st.none() | st.integers(0, 90_000)))
        for path in sorted(paths)
    )
    return builds, Wanted(origin=ORIGIN, values=values, objects=objects)


@given(ledgers())
def test_what_a_build_has_is_given_back(given_: tuple[list[Build], Wanted]) -> None:
    builds, asked = given_
    exact = {path: size for on, sizes in builds if set(on) == set(asked.values) for path, size in sizes.items()}
    for term in From(builds).estimate(asked).objects:
        if term.label in exact:
            assert (term.bytes.value, term.bytes.width, term.provenance) == (exact[term.label], 0, "measured")


@given(ledgers())
def test_terms_sum_to_the_total(given_: tuple[list[Build], Wanted]) -> None:
    builds, asked = given_
    found = From(builds).estimate(asked)
    assert [term.label for term in found.objects] == [one.path for one in asked.objects]
    terms = [*found.objects, *found.tables]
    assert sum(term.bytes.value for term in terms) == found.total.value
    assert found.total.low <= found.total.value <= found.total.high
    for term in terms:
        assert term.classes is None or sum(term.classes.values()) == term.bytes.value
        assert (term.classes is None) == (term.provenance == "unmeasured")
        assert term.bytes.low <= term.bytes.value <= term.bytes.high


@given(WAYS, st.sets(st.sampled_from(SYMBOLS)), st.dictionaries(st.sampled_from(SYMBOLS), st.integers(-90, 90)))
def test_effects_that_only_add_up_are_found_exactly(
    ways: list[tuple[str, ...]], on: set[str], gains: dict[str, int]
) -> None:
    """Where each option was built alone, whatever else was built."""
    builds = [(), *((name,) for name in SYMBOLS), *ways]
    found = From([(each, {"a.o": 1000 + sum(gains.get(name, 0) for name in each)}) for each in builds])
    (term,) = found.estimate(wanted(sorted(on), "a.o")).objects
    assert term.bytes.value == 1000 + sum(gains.get(name, 0) for name in on)
    assert term.differing == ()
