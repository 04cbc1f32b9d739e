"""Rule: measurements of gates come back from text as they went in, and a damaged file is one error with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.model.elf import SymbolChange
from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from analyzer.sizes.classes import CLASSES
from analyzer.sizes.gates import load, parse, render

TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
SIZE = st.integers(0, 1 << 40)
WEIGHTS = st.builds(
    Weight,
    classes=st.dictionaries(st.sampled_from(CLASSES), SIZE),
    loaded=SIZE,
    file=SIZE,
    objects=SIZE,
    device=SIZE,
)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
VARIANTS = st.builds(
    GateVariant,
    forced=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    follows=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=2).map(tuple),
    added=TEXTS,
    removed=TEXTS,
    weight=st.none() | WEIGHTS,
    reason=TEXT,
    changes=st.lists(
        st.builds(SymbolChange, name=TEXT, before=st.none() | SIZE, after=st.none() | SIZE), max_size=3
    ).map(tuple),
)
MEASUREMENTS = st.builds(
    GateMeasurement,
    arch=TEXT,
    config=TEXT,
    tree=TEXT,
    compiler=TEXT,
    command=TEXT,
    values=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=2).map(tuple),
    base=st.none() | WEIGHTS,
    variants=st.lists(VARIANTS, max_size=2).map(tuple),
    reason=TEXT,
)


@given(st.lists(MEASUREMENTS, max_size=3))
def test_there_and_back(found: list[GateMeasurement]) -> None:
    text = render(found)
    again = parse(text, path="gates")
    assert len(again) == len(found)
    assert all(one in again for one in found)
    assert render(again) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{}\n", 1),
        ("nothing\n", 1),
        ('{"kweigh-gates": 1}\n[]\n', 2),
        ('{"kweigh-gates": 1}\n{"arch": "arm"}\n', 2),
        ('{"kweigh-gates": 1}\n' + "[" * 100_000 + "\n", 2),
    ],
)
def test_damage(text: str, line: int) -> None:
    with pytest.raises(SourceError) as error:
        parse(text, path="gates")
    assert (error.value.path, error.value.lineno) == ("gates", line)


def test_files(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == ()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="can't be read"):
        load(tmp_path / "binary")
