"""Random damage to Kconfig files, for Hypothesis.

Enters: the text of a Kconfig file. Leaves: a strategy for the same with some lines lost, doubled, moved, added or
misspelled. What comes out may be refused, or be a file that means something else.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

LINES = (
    'bool "more"',
    "tristate",
    "int",
    'string "text" if S1',
    'prompt "p" if S2 && m',
    'prompt "p" if',
    "prompt p",
    "default y",
    "default S1 if S2",
    "default",
    "def_bool n if !S1",
    "def_int 5",
    "depends on S1",
    "depends on S1 if S2",
    "depends on (S1 || S2 = m) if !S3",
    "depends on",
    "depends S1",
    "visible if S1",
    "visible",
    "select S3",
    'select "S3"',
    "imply S4 if S1=y",
    "range 1 5",
    "range S1",
    "help",
    "help\n  text",
    "---help---",
    "optional",
    "modules",
    "transitional",
    "option modules",
    "option allnoconfig_y",
    "option defconfig_list",
    "option",
    "config NEW",
    "menuconfig NEW\n\tbool",
    "config S1",
    "choice",
    'choice\n\tprompt "c"',
    "choice NAME",
    "endchoice",
    "endmenu",
    "endif",
    "if S1",
    "if",
    'menu "m"',
    "menu m",
    'comment "c"',
    'mainmenu "main"',
    'source "nowhere"',
    'source "Kconfig"',
    "a = b",
    "a := $(a)",
    "$(warning-if,y,said)",
    "$(error-if,y,stop)",
    "$(nothing)",
    "$(filename",
    "bool $(a)",
    "rsource x",
    "# a comment",
    "word",
    "",
)
CHARACTERS = "\"'$()!&|=<>\\#\t %;-"


def _at(draw: st.DrawFn, lines: list[str]) -> int:
    return draw(st.integers(0, len(lines) - 1))


def _lose(draw: st.DrawFn, lines: list[str]) -> None:
    del lines[_at(draw, lines)]


def _double(draw: st.DrawFn, lines: list[str]) -> None:
    at = _at(draw, lines)
    lines.insert(at, lines[at])


def _move(draw: st.DrawFn, lines: list[str]) -> None:
    line = lines.pop(_at(draw, lines))
    lines.insert(draw(st.integers(0, len(lines))), line)


def _add(draw: st.DrawFn, lines: list[str]) -> None:
    line = draw(st.sampled_from(LINES))
    lines.insert(_at(draw, lines), f"\t{line}" if draw(st.booleans()) else line)


def _misspell(draw: st.DrawFn, lines: list[str]) -> None:
    at = _at(draw, lines)
    place = draw(st.integers(0, len(lines[at])))
    keeps = draw(st.integers(0, 1))
    lines[at] = lines[at][:place] + draw(st.sampled_from(CHARACTERS)) + lines[at][place + keeps :]


def _join(draw: st.DrawFn, lines: list[str]) -> None:
    at = _at(draw, lines)
    lines[at] = draw(st.sampled_from((f"{lines[at]} \\", f"{lines[at]}\\", lines[at].lstrip(), f"  {lines[at]}")))


WAYS: tuple[Callable[[st.DrawFn, list[str]], None], ...] = (_lose, _double, _move, _add, _add, _misspell, _join)


@st.composite
def damaged(draw: st.DrawFn, kconfig: str) -> str:
    """The text with one to three things wrong."""
    lines = kconfig.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        draw(st.sampled_from(WAYS))(draw, lines)
        lines = lines or [""]
    text = "\n".join(lines)
    return text.rstrip("\n") if draw(st.integers(0, 9)) == 9 else f"{text}\n"
