"""Rule: a grid loses no cell, whatever its shape and the width of the page.

Enters: grids of cells that each occur once. Leaves: nothing. Must hold: both forms of drawing are reached.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from analyzer.model.report import Grid, GridColumn, GridRow, Span
from analyzer.reports.terminal.grid import draw_grid


def grid(arches: int, configs: int, features: int, *, ragged: bool) -> Grid:
    """A grid whose cells are `<feature.column>`; ragged: the last architecture has one config more."""
    columns = [GridColumn(title=f"config{c}", group=f"arch{a}") for a in range(arches) for c in range(configs)]
    if ragged:
        columns.append(GridColumn(title="odd", group=f"arch{arches - 1}"))
    rows = (
        GridRow(
            title=f"feature{f}", group=f"group{f // 2}", cells=tuple(Span(f"<{f}.{i}>") for i in range(len(columns)))
        )
        for f in range(features)
    )
    return Grid(columns=tuple(columns), rows=tuple(rows))


@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 30), st.booleans(), st.integers(40, 200))
def test_every_cell_is_drawn_once(arches: int, configs: int, features: int, ragged: bool, width: int) -> None:
    whole = grid(arches, configs, features, ragged=ragged)
    lines = [line.plain for line in draw_grid(whole, width)]
    text = " ".join(lines)
    for row in whole.rows:
        for cell in row.cells:
            assert text.count(cell.text) == 1
        assert row.title in text
    assert all(column.group in text and column.title in text for column in whole.columns)
    assert max(cell_len(line) for line in lines) <= width


def test_equal_configs_stand_side_by_side_where_they_fit() -> None:
    lines = [line.plain.rstrip() for line in draw_grid(grid(2, 2, 2, ragged=False), 80)]
    assert lines == [
        "each: config0, config1",
        "            arch0        arch1",
        "group0",
        "  feature0  <0.0> <0.1>  <0.2> <0.3>",
        "  feature1  <1.0> <1.1>  <1.2> <1.3>",
    ]


def test_columns_that_differ_have_letters() -> None:
    lines = [line.plain.rstrip() for line in draw_grid(grid(2, 1, 2, ragged=True), 80)]
    assert lines == [
        "a arch0 config0  b arch1 config0  c arch1 odd",
        "            a     b     c",
        "group0",
        "  feature0  <0.0> <0.1> <0.2>",
        "  feature1  <1.0> <1.1> <1.2>",
    ]


@given(st.integers(1, 6), st.integers(1, 40), st.integers(1, 8), st.booleans(), st.integers(40, 200))
def test_a_row_stays_a_row(arches: int, configs: int, features: int, ragged: bool, width: int) -> None:
    whole = grid(arches, configs, features, ragged=ragged)
    lines = [line.plain for line in draw_grid(whole, width)]
    for row in whole.rows:
        own = [line for line in lines if line.strip().startswith(f"{row.title} ")]
        assert all(sum(cell.text in line for line in own) == 1 for cell in row.cells)
    # No part has the rows of another, in another order.
    titles = [line.split()[0] for line in lines if line.strip().startswith("feature")]
    assert titles == [row.title for row in whole.rows] * (len(titles) // len(whole.rows))


def test_letters_go_on_behind_z() -> None:
    text = "\n".join(line.plain for line in draw_grid(grid(1, 30, 1, ragged=False), 80))
    assert "z arch0 config25" in text
    assert "aa arch0 config26" in text
    assert "ad arch0 config29" in text
