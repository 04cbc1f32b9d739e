"""Rule: what conf writes is read back value for value, and anything else is an error with its line."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.judge.values import parse

WRITTEN = """\
#
# Automatically generated file; DO NOT EDIT.
# Linux/x86 6.1.0 Kernel Configuration
#
CONFIG_CC_VERSION_TEXT="gcc (Debian) 12.2.0"

#
# General setup
#
CONFIG_64BIT=y
CONFIG_E1000=m
# CONFIG_WERROR is not set
CONFIG_LOCALVERSION=""
CONFIG_NR_CPUS=64
CONFIG_PHYSICAL_START=0x1000000
CONFIG_CMDLINE="a=\\"b c\\" d\\\\e"
# end of General setup
"""


def test_every_kind_of_line() -> None:
    assert dict(parse(WRITTEN)) == {
        "CC_VERSION_TEXT": "gcc (Debian) 12.2.0",
        "64BIT": "y",
        "E1000": "m",
        "WERROR": "n",
        "LOCALVERSION": "",
        "NR_CPUS": "64",
        "PHYSICAL_START": "0x1000000",
        "CMDLINE": 'a="b c" d\\e',
    }


def test_the_answer_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        parse("CONFIG_A=y\n")["A"] = "n"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("CONFIG_A=y\nA=y\n", "case.config:2: not a line of a .config"),
        ("CONFIG_A\n", "case.config:1: not a line of a .config"),
        (" CONFIG_A=y\n", "case.config:1: not a line of a .config"),
        ('CONFIG_A="open\n', "case.config:1: a text without its closing quote"),
        ('CONFIG_A="ends\\"\n', "case.config:1: a text without its closing quote"),
        ('CONFIG_A="one" two\n', "case.config:1: a text without its closing quote"),
        ("CONFIG_A=y\n# CONFIG_A is not set\n", "case.config:2: CONFIG_A has a value already"),
    ],
)
def test_a_line_that_conf_would_not_write(text: str, line: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text, name="case.config")
    assert caught.value.line() == line


NAMES = st.text(string.ascii_letters + string.digits + "_", min_size=1)
TEXTS = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))
NUMBERS = st.integers().map(str) | st.integers(min_value=0).map(hex)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@given(
    st.dictionaries(NAMES, st.sampled_from("nmy") | NUMBERS),
    st.dictionaries(NAMES, TEXTS),
)
def test_what_is_written_is_read(plain: dict[str, str], texts: dict[str, str]) -> None:
    lines = [
        f"# CONFIG_{name} is not set" if value == "n" else f"CONFIG_{name}={value}" for name, value in plain.items()
    ]
    lines += [f'CONFIG_{name}="{_escaped(text)}"' for name, text in texts.items() if name not in plain]
    assert dict(parse("\n".join(lines))) == texts | plain
