"""Random makefiles for GNU make and us.

Enters: nothing. Leaves: Hypothesis strategies for makefiles without rules. Must hold: make accepts every one of them: a
variable refers only to variables that come before it in `NAMES`, so none refers to itself.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

NAMES = ("r-a", "r-b", "r-c", "r-d")
_TEXTS = ("", "a.o", "b.c  x/", "dir/%", "%.o", " y ", "(p,q)", "$$", "a=b", "é", "m", "{", "2", "%")
_ONE = ("sort", "strip", "dir", "notdir", "suffix", "basename", "firstword", "lastword", "words", "value", "origin")
_TWO = ("filter", "filter-out", "findstring", "addprefix", "addsuffix", "join", "call")
_MORE = ("subst", "patsubst", "if", "or", "and", "foreach")


@cache
def values(known: tuple[str, ...], depth: int = 2) -> st.SearchStrategy[str]:
    """Texts with references to `known` variables and calls of functions."""
    plain = st.sampled_from(_TEXTS)
    if not known:
        return plain
    names = st.sampled_from((*known, "CONFIG_Y", "nothing"))
    reference = st.one_of(
        names.map("$({})".format), names.map("${{{}}}".format), names.map("$({}:.o=.c)".format),
        names.map("$({}:%.c=x%y)".format),
    )  # fmt: skip
    if not depth:
        return st.one_of(plain, reference)
    inner = values(known, depth - 1)
    calls = st.one_of(
        st.builds("$({} {})".format, st.sampled_from(_ONE), inner),
        st.builds("$({} {},{})".format, st.sampled_from(_TWO), inner, inner),
        st.builds("$({} {},{},{})".format, st.sampled_from(_MORE), inner, inner, inner),
        st.builds("$(word {},{})".format, st.sampled_from("123"), inner),
        st.builds("$(foreach v,{},<$(v)>)".format, inner),
        st.builds("$(call {},{},$(1))".format, names, inner),
    )
    return st.lists(st.one_of(plain, reference, calls), max_size=3).map("".join)


@st.composite
def _assignments(draw: st.DrawFn) -> str:
    at = draw(st.integers(0, len(NAMES) - 1))
    operator = draw(st.sampled_from(("=", ":=", "?=", "+=", "+=", "::=")))
    value = draw(values(NAMES[:at]))
    name = draw(st.sampled_from((NAMES[at], NAMES[at].replace("-", "$(dash)"))))
    if draw(st.booleans()):
        return f"{name} {operator} {value}"
    lines = draw(st.lists(values(NAMES[:at]), max_size=2))
    return "\n".join((f"define {name} {operator}", *lines, "endef"))


def _conditions() -> st.SearchStrategy[str]:
    sides = values(NAMES, 1)
    return st.one_of(
        st.builds("{} ({},{})".format, st.sampled_from(("ifeq", "ifneq")), sides, sides),
        st.builds("{} {}".format, st.sampled_from(("ifdef", "ifndef")), st.sampled_from((*NAMES, "nothing"))),
        st.builds("ifeq \"{}\" '{}'".format, st.sampled_from(("a.o", "$(r-a)")), st.sampled_from(("a.o", "$(r-b)"))),
    )


def _blocks(depth: int) -> st.SearchStrategy[str]:
    if not depth:
        return st.lists(_assignments(), max_size=3).map("\n".join)
    inner = _blocks(depth - 1)
    chosen = st.one_of(
        st.builds("{}\n{}\nelse\n{}\nendif".format, _conditions(), inner, inner),
        st.builds("{}\n{}\nelse {}\n{}\nendif".format, _conditions(), inner, _conditions(), inner),
        inner,
    )
    return st.lists(chosen, max_size=2).map("\n".join)


makefiles = _blocks(2).map("dash := -\n{}\n".format)
"""Makefiles that set some of `NAMES`."""
