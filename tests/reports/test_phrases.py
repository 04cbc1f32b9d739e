"""Rule: a reason is one line that names every place, or counts what it leaves out.

Enters: reasons of every kind. Leaves: nothing. Must hold: no kind of reason lacks its words.
"""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.config import Reason, ReasonKind
from analyzer.model.expr import Location
from analyzer.model.graph import spoken
from analyzer.model.kconfig import choice_key
from analyzer.reports.words.phrases import because, cited, plain, value
from tests.reports.build_chains import at
from tests.reports.build_configs import cause

PLACE = at("Kconfig", 7)

WORDS: dict[ReasonKind, tuple[Reason, str]] = {
    "selected": (
        Reason(
            kind="selected",
            location=PLACE,
            causes=(cause("A", "select X if B", PLACE), cause("", "CONFIG_X=m", at("some.config", 3))),
        ),
        "selected by A if B (Kconfig:7), CONFIG_X=m (some.config:3)",
    ),
    "user": (Reason(kind="user", location=at("some.config", 3)), "set (some.config:3)"),
    "fill": (Reason(kind="fill", location=at("allnoconfig", 0)), "nobody set it, so allnoconfig decides"),
    "default": (
        Reason(kind="default", location=PLACE, causes=(cause("", "default y if B", PLACE),)),
        "default y if B (Kconfig:7)",
    ),
    "implied": (
        Reason(kind="implied", location=PLACE, causes=(cause("A", "imply X", PLACE),)),
        "implied by A (Kconfig:7)",
    ),
    "choice": (
        Reason(kind="choice", location=PLACE, causes=(cause("PICK", "default PICK", PLACE),)),
        "the choice picks PICK (Kconfig:7)",
    ),
    "range": (Reason(kind="range", location=PLACE, causes=(cause("", "range 2 12", PLACE),)), "range 2 12 (Kconfig:7)"),
    "unmet": (
        Reason(kind="unmet", location=PLACE, causes=(cause("", "depends on B", PLACE), cause("", "if C", at("K", 1)))),
        "a dependency is not met: depends on B (Kconfig:7), if C (K:1)",
    ),
    "off": (Reason(kind="off", location=PLACE), "it has no prompt that shows, and nothing selects it (Kconfig:7)"),
    "environment": (Reason(kind="environment", location=PLACE), "given by the environment (Kconfig:7)"),
}


@pytest.mark.parametrize("kind", get_args(ReasonKind))
def test_every_kind_of_reason_has_its_words(kind: ReasonKind) -> None:
    reason, words = WORDS[kind]
    assert reason.kind == kind
    assert plain(because(reason)) == words


def test_a_choice_that_picks_nothing() -> None:
    assert plain(because(Reason(kind="choice", location=PLACE))) == "the choice decides (Kconfig:7)"


def test_many_causes_are_counted_and_one_more_is_not_worth_it() -> None:
    def phrase(number: int) -> str:
        causes = tuple(cause(f"S{i}", "select X", at("K", i + 1)) for i in range(number))
        return plain(because(Reason(kind="selected", location=PLACE, causes=causes), most=2))

    assert phrase(2) == "selected by S0 (K:1), S1 (K:2)"
    assert phrase(3) == "selected by S0 (K:1), S1 (K:2), S2 (K:3)"
    assert phrase(4) == "selected by S0 (K:1), S1 (K:2) and 2 more"


@pytest.mark.parametrize(
    ("text", "shown", "role"),
    [("y", "y", "on"), ("m", "m", "module"), ("n", "n", "off"), ("", '""', "off"), ("17", "17", "on")],
)
def test_values_play_their_parts(text: str, shown: str, role: str) -> None:
    assert (value(text).text, value(text).role) == (shown, role)


def test_off_for_want_of_a_selector_names_the_selectors() -> None:
    reason = Reason(kind="off", location=PLACE, causes=(cause("PPC", "select X if PPC64", PLACE),))
    assert plain(because(reason)) == "off; would be selected by PPC if PPC64 (Kconfig:7)"


def test_a_choice_is_called_by_its_place() -> None:
    place = at("lib/Kconfig.kasan", 52)
    assert plain(cited(choice_key(place), place)) == "in the choice (lib/Kconfig.kasan:52)"
    assert spoken(f"A && {choice_key(place)}=n") == "A && the choice at lib/Kconfig.kasan:52=n"
    titled = choice_key(place, "KASAN mode")
    assert plain(cited(titled, place)) == 'in the choice "KASAN mode" (lib/Kconfig.kasan:52)'
    assert spoken(f"A && {titled}=n") == 'A && the choice "KASAN mode" at lib/Kconfig.kasan:52=n'


def test_a_long_prompt_of_a_choice_is_cut() -> None:
    place = Location(path="Kconfig", line=3)
    assert spoken(choice_key(place, "p" * 61)) == f'the choice "{"p" * 59}…" at Kconfig:3'
    assert spoken(choice_key(place, 'a "b" <c>')) == 'the choice "a "b" <c>" at Kconfig:3'
    assert spoken("A < B") == "A < B"
