"""Rule: a line of a config counts exactly when conf_set_sym_val() of the kernel's confdata.c takes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.configs.answers import accept, parse_value
from analyzer.configs.dotconfig import assignments
from analyzer.model.expr import Location, SymbolType
from analyzer.model.kconfig import Definition, Symbol
from tests.configs.small import DIALECTS, small

HERE = Location(path="Kconfig", line=1)


def _symbol(type_: SymbolType) -> Symbol:
    return Symbol(name="A", type=type_, definitions=(Definition(location=HERE),))


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        ("bool", "y", "y"),
        ("bool", "n", "n"),
        ("bool", "m", None),
        ("bool", "yes", "y"),
        ("bool", "nonsense", "n"),
        ("bool", "Y", None),
        ("bool", "", None),
        ("bool", " y", None),
        ("bool", '"y"', None),
        ("tristate", "m", "m"),
        ("tristate", "module", "m"),
        ("tristate", "1", None),
        ("int", "0", "0"),
        ("int", "12", "12"),
        ("int", "-12", "-12"),
        ("int", "-0", "-0"),
        ("int", "012", None),
        ("int", "+1", None),
        ("int", "1 ", None),
        ("int", "0x1", None),
        ("int", "", None),
        ("int", "-", None),
        ("int", "\u0663", None),
        ("hex", "0x1F", "0x1F"),
        ("hex", "0X1f", "0X1f"),
        ("hex", "1f", "1f"),
        ("hex", "0x", None),
        ("hex", "", None),
        ("hex", "-1", None),
        ("hex", "0x1g", None),
        ("string", '"text"', "text"),
        ("string", '""', ""),
        ("string", '"a \\"b\\" \\\\c \\d"', 'a "b" \\c d'),
        ("string", '"cut" here', "cut"),
        ("string", '"open', None),
        ("string", '"open\\"', None),
        ("string", "bare", None),
        ("string", "", None),
        ("unknown", "y", None),
    ],
)
def test_value(type_: SymbolType, written: str, value: str | None) -> None:
    assert parse_value(_symbol(type_), written) == value


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"])))
def test_any_text_goes_through_quotes(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert parse_value(_symbol("string"), quoted) == text


@given(st.sampled_from(["bool", "tristate", "int", "hex", "string", "unknown"]), st.text())
def test_any_value_is_taken_or_not(type_: SymbolType, written: str) -> None:
    value = parse_value(_symbol(type_), written)
    assert value is None or type_ == "string" or written.startswith(value)


def test_what_does_not_count_is_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text('config A\n\tbool "a"\n\nconfig B\n\tint "b"\n\nconfig C\n\tbool "c"\n')
    text = b"CONFIG_A=y\nCONFIG_NOWHERE=y\nCONFIG_C=y\nCONFIG_B=x\n# CONFIG_A is not set\nCONFIG_A=m\n"
    found, _ = assignments(text, "config", DIALECTS["lenient"])
    accepted = accept(small(tmp_path, DIALECTS["menu"]).model, found)
    # In the order of the last answers, which choices go by.
    assert [(name, value, a.location.line) for name, (value, a) in accepted.values.items()] == [
        ("C", "y", 3),
        ("A", "n", 5),
    ]
    assert [a.location.line for a in accepted.ignored] == [2]
    assert [a.location.line for a in accepted.rejected] == [4, 6]
