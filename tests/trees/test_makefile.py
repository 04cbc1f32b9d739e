"""Rule: the small makefile reader gives what GNU make gives, or says that it does not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.trees.makefile import Unknown, read


def value(text: str, name: str = "X", **variables: str) -> str:
    """The value of one variable after `text`; no shell command is known."""

    def shell(command: str) -> str:
        raise Unknown(command)

    return read(text, variables, shell).value(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X := a", "a"),
        ("X = a # comment", "a "),
        ("X=a\nX += b", "a b"),
        ("Y = 1\nX := $(Y)\nY = 2", "1"),
        ("Y = 1\nX = $(Y)\nY = 2", "2"),
        ("X ?= a\nX ?= b", "a"),
        ("X := ${A}${MISSING}", "alpha"),
        ("X := $$", "$"),
        ("X := a \\\n  b", "a b"),
        ("X := $(if $(A),yes,no)", "yes"),
        ("X := $(if $(MISSING),yes)", ""),
        ("X := $(filter a% b,alpha beta b)", "alpha b"),
        ("X := $(if $(filter ppc%,$(A)),$(A),ppc64)_defconfig", "ppc64_defconfig"),
        ("ifeq ($(A),alpha)\nX := 1\nelse\nX := 2\nendif", "1"),
        ("ifneq ($(A),alpha)\nX := 1\nelse\nX := 2\nendif", "2"),
        ("ifeq ($(A),a)\nX := 1\nelse ifeq ($(A),alpha)\nX := 2\nelse\nX := 3\nendif", "2"),
        ("ifeq '$(A)' \"alpha\"\nX := 1\nendif", "1"),
        ("ifdef A\n\tX := 1\nendif", "1"),
        ("ifndef A\nX := 1\nelse ifdef B\nX := 2\nelse\nX := 3\nendif", "3"),
        ("ifdef B\nifdef A\nX := 1\nelse\nX := 2\nendif\nendif", ""),
        ("export X := 1", "1"),
        ("override X := 1", "1"),
        ("define BODY\nX := 1\nendef", ""),
        ("target: a\n\tX := 1", ""),
        ("target: a\n\t@echo\nX := 1", "1"),
        ("PRE-$(A) := 1\nX := $(PRE-alpha)", "1"),
        ("include other\nX := 1", "1"),
    ],
)
def test_reads_as_make_does(text: str, expected: str) -> None:
    assert value(text, A="alpha") == expected


@pytest.mark.parametrize(
    "text",
    [
        "X := $(shell date)",
        "X := $(call f,1)",
        "X := $(wildcard *)",
        "Y := $(shell date)\nX := $(Y)",
        "Y := $(shell date)\nX = a $(Y)",
        "ifeq ($(shell date),1)\nX := 1\nendif",
        "ifeq ($(shell date),1)\nelse\nX := 1\nendif",
        "ifeq ($(shell date),1)\nelse ifdef A\nX := 1\nendif",
        "Y := $(shell date)\nifdef Y\nX := 1\nendif",
        "X = $(X)",
        "X := $(A",
        "X != date",
        "X := $(A:a=b)",
        "X := $@",
    ],
)
def test_says_what_it_does_not_know(text: str) -> None:
    with pytest.raises(Unknown):
        value(text, A="alpha")


def test_unknown_stays_where_it_belongs() -> None:
    assert value("Y := $(shell date)\nifeq ($(Y),1)\nZ := 1\nendif\nX := 1") == "1"
    assert value("X := $(shell date)\nX := 1") == "1"


def test_exports_are_noted() -> None:
    makefile = read("export A B\nexport C := 1\nunexport D\n", {}, lambda command: command)
    assert makefile.exported == {"A", "B", "C"}


Program = list[tuple[str, object, object]]


@st.composite
def programs(draw: st.DrawFn, depth: int = 0) -> list[object]:
    """Assignments of X and conditionals on A and B, nested; None ends nothing."""
    statement = st.one_of(
        st.sampled_from(["1", "2", "3"]),
        *(
            []
            if depth > 2
            else [st.tuples(st.sampled_from("AB"), st.sampled_from("01"), programs(depth + 1), programs(depth + 1))]
        ),
    )
    return draw(st.lists(statement, max_size=3))


def write(program: list[object]) -> list[str]:
    """The program as a makefile; a lone conditional in the second branch is written as `else ifeq`."""
    lines: list[str] = []
    for item in program:
        if isinstance(item, tuple):
            name, wanted, then, otherwise = item
            lines += [f"ifeq ($({name}),{wanted})", *write(then)]
            if len(otherwise) == 1 and isinstance(otherwise[0], tuple):
                nested = write(otherwise)
                lines += [f"else {nested[0]}", *nested[1:]]
            else:
                lines += ["else", *write(otherwise), "endif"]
        else:
            lines.append(f"X := {item}")
    return lines


def run(program: list[object], values: dict[str, str], x: str = "") -> str:
    """What X is in the end."""
    for item in program:
        if isinstance(item, tuple):
            name, wanted, then, otherwise = item
            x = run(then if values[name] == wanted else otherwise, values, x)
        else:
            x = str(item)
    return x


@given(programs(), st.sampled_from("01"), st.sampled_from("01"))
def test_nested_conditionals(program: list[object], a: str, b: str) -> None:
    assert value("\n".join(write(program)), A=a, B=b) == run(program, {"A": a, "B": b})
