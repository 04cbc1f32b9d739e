"""Rule: a long run of blanks or of empty lines costs no more than its length, in whatever file it stands.

Enters: expressions of the rooms that read files of a tree, and texts with a run in each place where blanks may stand.
Leaves: nothing. Must hold: an expression that tries each part of a run anew takes minutes here (tests/kbuild/
test_hostile.py has the makefiles).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

import pytest

RUN = 200_000


def _in(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"analyzer.{module}"), name)


ASKED: list[tuple[Callable[[str], object], str]] = [
    (_in("series.edits", "_SELECT").fullmatch, " select A if B{}x"),
    (_in("series.edits", "_SELECT").fullmatch, " select A{}x"),
    (_in("series.edits", "_SELECT").fullmatch, "{}select A if B{}#"),
    (_in("series.edits", "_ENTRY").fullmatch, "{}config A{}x"),
    (_in("series.edits", "_LIST").fullmatch, "{}obj-y{}x"),
    (_in("trees.homes", "ENTRY").search, "{}x"),
    (_in("trees.homes", "ENTRY").search, "config A{}x"),
    (_in("trees.mentions", "_ASKED").search, "{}select{}"),
    (_in("trees.mentions", "_MADE").search, "{}x"),
    (_in("trees.mentions", "_MADE").search, "{}#{}define{}x"),
    (_in("trees.mentions", "_MADE").search, "{}export{}CONFIG_A{}x"),
    (lambda text: [*_in("trees.mentions", "_TOKEN").finditer(text)], "CONFIG_A{}#x"),
    (lambda text: [*_in("trees.mentions", "_TOKEN").finditer(text)], "CONFIG_A/*{}/*{}/*x"),
    (lambda text: [*_in("trees.mentions", "_lines")(text, "a.c")], "{}#{}if{}IS_ENABLED({}CONFIG_A{}"),
    (_in("trees.architectures", "_SRCARCH").search, "ifeq ($(ARCH),x86){}x"),
    (_in("trees.architectures", "_SRCARCH").search, "ifeq ($(ARCH),x86)\n SRCARCH{}:= x86{}x"),
    (lambda text: _in("trees.nearby", "_OUTPUT").search(text.encode()), "KBUILD_OUTPUT :={}/a{}x$"),
    (_in("toolchain.policy", "_DIRECTIVE").search, "{}x"),
    (_in("judge.library", "_MODULES").search, "{}x"),
    (_in("sizes.inputs", "_DEPENDS").search, "{}x"),
    (_in("sizes.probes", "_INCLUDES").search, "{}x"),
    (_in("kbuild.link", "_TERM").split, "a{}b{}&&{}c"),
    (_in("kbuild.link", "_TEST").fullmatch, "[ a{}b"),
    (lambda text: _in("kbuild.lines", "_JOINT").sub(" ", text), "a{}x\\\n{}b"),
]


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\r"])
@pytest.mark.parametrize(("asked", "text"), ASKED, ids=lambda value: value if isinstance(value, str) else "")
def test_blanks(asked: Callable[[str], object], text: str, blank: str) -> None:
    asked(text.replace("{}", blank * RUN))


def test_what_they_find_is_what_it_was() -> None:
    assert _in("kbuild.lines", "_JOINT").sub(" ", "a \t\\\n  \\\n b\\\nc") == re.sub(
        r"[ \t]*\\\n[ \t]*", " ", "a \t\\\n  \\\n b\\\nc"
    )
    for text, name in (
        ("\tselect A", "A"),
        ("\timply A if B # why", "A"),
        ("\tselect A # if B", "A"),
        ("\tselect A  ", "A"),
        ("\tselect A B", None),
    ):
        found = _in("series.edits", "_SELECT").fullmatch(text)
        assert (found and found[1]) == name
    for line, folder in (
        (b"KBUILD_OUTPUT := /a b \t", b"/a b"),
        (b"KBUILD_OUTPUT=/", b"/"),
        (b"KBUILD_OUTPUT=/$x", None),
    ):
        place = _in("trees.nearby", "_OUTPUT").search(line)
        assert (place and place[1]) == folder
    assert _in("trees.homes", "ENTRY").findall("\n\n  config A\nmenuconfig B # b\nconfigs C\n") == ["A", "B"]
