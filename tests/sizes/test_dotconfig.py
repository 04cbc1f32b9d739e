"""Rule: a symbol that is off, n or missing means the same; only what was asked for can be unkept."""

from __future__ import annotations

from analyzer.model.size import Unkept
from analyzer.sizes.dotconfig import unkept, values

TEXT = '#\n# Linux/x86 6.1.192\n#\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=m\nCONFIG_D="x y"\nCONFIG_E=0x10\n'


def test_values() -> None:
    assert values(TEXT + "CONFIG_F=n\nCONFIG_A=m\n") == {"A": "m", "C": "m", "D": '"x y"', "E": "0x10"}


def test_what_did_not_stick() -> None:
    assert unkept(TEXT, TEXT + "CONFIG_NEW=y\n") == ()
    got = 'CONFIG_B=y\nCONFIG_C=y\nCONFIG_D="x y"\n# CONFIG_E is not set\n'
    assert unkept(TEXT, got) == (
        Unkept(symbol="A", asked="y", got="n"),
        Unkept(symbol="B", asked="n", got="y"),
        Unkept(symbol="C", asked="m", got="y"),
        Unkept(symbol="E", asked="0x10", got="n"),
    )
    assert unkept("CONFIG_Z=n\n", "") == ()
