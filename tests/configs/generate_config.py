"""Random configs, for Hypothesis.

Enters: the names and types of a tree's symbols. Leaves: a strategy for the text of a config:
answers in any order, some twice, some that the type does not allow, and lines that are no answer at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

INTS = ("0", "1", "2", "5", "7", "10", "-3", "100")
HEXES = ("0x0", "0x5", "0x10", "a", "0xFF", "0X1f", "10")
TEXTS = ('""', '"text"', '"5"', '"y"', '"a b"', '"0x10"', '"a\\"b"')
ANSWERS: Mapping[str, Sequence[str]] = {
    "bool": ("y", "y", "n"),
    "tristate": ("y", "m", "n"),
    "int": INTS,
    "hex": HEXES,
    "string": TEXTS,
}
SHORT = ("y", "m", "n", "yes", "Y", "", "5", "-5", "05", "0x", "x", '"open', '"a"b', "1 ")
ODD = (*SHORT, "99999999999999999999", "0xffffffffffffffffff")
NO_ANSWERS = (
    "CONFIG_NOWHERE=y",
    "# a comment",
    "",
    "CONFIG_",
    "CONFIG_S1",
    "not a line",
    "#CONFIG_S1 is not set",
    "CONFIG_S1 =y",
    "# CONFIG_S1 is not set, is it",
    "# CONFIG_S2 is not set ",
)


@st.composite
def answers(draw: st.DrawFn, symbol: tuple[str, str]) -> str:
    """A line for one symbol, mostly one that its type allows."""
    name, type_ = symbol
    allowed = ANSWERS.get(type_, ("y",))
    value = draw(st.sampled_from(ODD if draw(st.integers(0, 19)) == 19 else allowed))
    if value == "n" and draw(st.integers(0, 2)):
        return f"# CONFIG_{name} is not set"
    return f"CONFIG_{name}={value}"


@st.composite
def configs(draw: st.DrawFn, symbols: Sequence[tuple[str, str]]) -> str:
    """A config for a tree with these symbols (name and type)."""
    lines = [draw(answers(symbol)) for symbol in symbols if draw(st.booleans())]
    lines = draw(st.permutations(lines))
    if draw(st.integers(0, 5)) == 5:
        lines = [draw(st.sampled_from(NO_ANSWERS)), *lines]
    if symbols and draw(st.integers(0, 4)) == 4:
        lines = [*lines, draw(answers(draw(st.sampled_from(symbols))))]
    return "".join(f"{line}\n" for line in lines)
