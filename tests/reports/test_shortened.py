"""Rule: who reads along is shown the first rows of a long table, how many there are, and what shows them; a page and
programs get all."""

from __future__ import annotations

import pytest

from analyzer.model.report import Column, Fold, Records, Report, Row, Span, Table
from analyzer.reports import render

ROWS = tuple(Row(cells=((Span(f"row{number}"),),)) for number in range(9))


def _report(most: int) -> Report:
    table = Table(columns=(Column(title="row"),), rows=ROWS, most=most)
    blocks = (table, Fold(title=(Span("more"),), blocks=(table,)))
    return Report(schema="kweigh.unmet/1", title="t", blocks=blocks, data={}, records=Records(columns=(), rows=()))


@pytest.mark.parametrize("format", ["terminal", "markdown"])
@pytest.mark.parametrize(("most", "shown"), [(0, 9), (3, 3), (8, 8), (9, 9), (20, 9)])
def test_the_first_rows_and_what_shows_the_others(format: str, most: int, shown: int) -> None:
    drawn = render(_report(most), format, version="1", rest="--all shows them")  # type: ignore[arg-type]
    assert [number for number in range(9) if f"row{number}" in drawn] == list(range(shown))
    assert drawn.count(f"… and {9 - shown} more (--all shows them).") == (2 if shown < 9 else 0)


@pytest.mark.parametrize("format", ["terminal", "markdown"])
def test_all_rows_where_all_are_asked_for(format: str) -> None:
    drawn = render(_report(3), format, version="1", rest="")  # type: ignore[arg-type]
    assert all(drawn.count(f"row{number}") == 2 for number in range(9))
    assert "…" not in drawn


def test_a_page_has_all() -> None:
    drawn = render(_report(3), "html", version="1", rest="--all shows them")
    assert all(drawn.count(f"row{number}") >= 2 for number in range(9))
