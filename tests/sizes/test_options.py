"""Rule: a table that was written is read again as it was; what is none is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.model.estimate import Interval
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.sizes.classes import CLASSES
from analyzer.sizes.options import load, parse, render

BYTES = st.integers(-(10**9), 10**9)
WEIGHTS = st.builds(
    OptionWeight,
    symbol=st.text(),
    before=st.sampled_from("nmy"),
    value=st.sampled_from("nmy"),
    follows=st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=3).map(tuple),
    content=st.builds(Interval, low=BYTES, value=BYTES, high=BYTES),
    classes=st.dictionaries(st.sampled_from(CLASSES), BYTES),
    objects=st.integers(0, 999),
    alone=st.booleans(),
    builds=st.integers(1, 9),
)
TABLES = st.builds(
    OptionTable,
    config=st.text(),
    tree=st.text(),
    arch=st.text(),
    compiler=st.text(),
    content=BYTES,
    builds=st.integers(1, 99),
    weights=st.lists(WEIGHTS, unique_by=lambda one: one.symbol).map(
        lambda some: tuple(sorted(some, key=lambda one: one.symbol))
    ),
    missing=st.lists(st.text()).map(tuple),
    failed=st.lists(st.tuples(st.text(), st.text())).map(tuple),
)


@given(table=TABLES)
def test_what_was_written_is_read(table: OptionTable) -> None:
    assert parse(render(table).encode(), path="table") == table


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "table:1: not a table of options: no head line"),
        ('{"kweigh-gates":1}\n{}\n', "table:1: "),
        ('{"kweigh-options":1}\n{"config":"x"}\n', "table:2: not a table of options: Object missing required field"),
        ('{"kweigh-options":1}\nnone\n', "table:2: "),
    ],
)
def test_what_is_none_is_refused(text: str, where: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text.encode(), path="table")
    assert caught.value.line().startswith(where)


def test_an_option_that_is_none(tmp_path: Path) -> None:
    table = OptionTable(config="c", tree="t", arch="a", compiler="gcc", content=1, builds=1, weights=())
    (tmp_path / "one.jsonl").write_text(render(table) + '{"symbol": 3}\n')
    with pytest.raises(SourceError, match="not a table of options") as caught:
        load(tmp_path)
    assert "one.jsonl:3" in caught.value.line()
    (tmp_path / "one.jsonl").write_text(render(table))
    assert load(tmp_path) == (table,)
    assert load(tmp_path / "none") == ()
