"""Rule: a database holds the records of a report, of their types.

Enters: reports. Leaves: files in a temporary folder. Must hold: what comes back is what went in; no number or truth is
a text; nothing is written where DuckDB is missing.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.errors import UsageError
from analyzer.model.report import ColumnType, Records
from analyzer.reports.tables.database import draw_tables
from tests.reports.build import reports

REPORTS = reports()
READER = duckdb.connect(":memory:")
"""One for all: it takes as long to make one as to write and read a report."""


def _back(data: bytes, to: str, folder: Path) -> tuple[list[tuple[str, str]], list[tuple[object, ...]]]:
    """The columns with their types, and the rows, in the order of the file."""
    path = folder / f"back.{to}"
    path.write_bytes(data)
    if to == "duckdb":
        READER.execute(f"ATTACH {str(path)!r} AS back (READ_ONLY)")
    try:
        found = READER.sql(f"SELECT * FROM {'back.records' if to == 'duckdb' else repr(str(path))}")
        return list(zip(found.columns, map(str, found.types), strict=True)), found.fetchall()
    finally:
        if to == "duckdb":
            READER.execute("DETACH back")


def _meant(text: str, kind: ColumnType) -> object:
    if kind == "text":
        return "".join("\ufffd" if 0xD800 <= ord(char) < 0xE000 else char for char in text)
    return None if not text else int(text) if kind == "integer" else {"true": True, "false": False}[text]


DISTINCT = tuple({report.records.columns: name for name, report in REPORTS.items()}.values())
"""A report for each set of columns: a database takes 30 ms."""


@pytest.mark.parametrize(
    ("name", "to"), [*((name, "parquet") for name in REPORTS), *((name, "duckdb") for name in DISTINCT)]
)
def test_every_report_comes_back(name: str, to: Literal["parquet", "duckdb"], tmp_path: Path) -> None:
    records = REPORTS[name].records
    kinds: tuple[ColumnType, ...] = records.types or tuple("text" for _ in records.columns)
    columns, rows = _back(draw_tables(REPORTS[name], to), to, tmp_path)
    sql = {"text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN"}
    assert columns == [(name, sql[kind]) for name, kind in zip(records.columns, kinds, strict=True)]
    assert rows == [tuple(map(_meant, row, kinds)) for row in records.rows]


@pytest.mark.parametrize("name", DISTINCT)
def test_every_column_can_be_asked_for_without_quotes(name: str, tmp_path: Path) -> None:
    """No name is a word of SQL, and none has a space: `select COLUMN from records` works, by every name."""
    columns = REPORTS[name].records.columns
    path = tmp_path / "records.duckdb"
    path.write_bytes(draw_tables(REPORTS[name], "duckdb"))
    with duckdb.connect(str(path), read_only=True) as database:
        for column in columns:
            assert database.sql(f"select {column} from records").columns == [column]
            assert database.sql(f"select r.{column} as {column} from records r where {column} is null").columns


def test_typed_reports_have_no_number_as_text() -> None:
    for name in ("matrix", "query", "query count"):
        records = REPORTS[name].records
        assert "integer" in records.types
        assert len(records.types) == len(records.columns)


_ROWS = st.lists(
    st.tuples(
        st.text(max_size=8),
        st.integers(-(1 << 63), (1 << 63) - 1).map(str) | st.just(""),
        st.sampled_from(["true", "false", ""]),
    ),
    max_size=4,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ROWS)
def test_any_records_come_back(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    types: tuple[ColumnType, ...] = ("text", "integer", "boolean")
    records = Records(columns=("select", "of what", "on"), rows=tuple(rows), types=types)
    _, back = _back(draw_tables(replace(REPORTS["matrix"], records=records), "parquet"), "parquet", tmp_path)
    assert back == [tuple(map(_meant, row, types)) for row in rows]


def test_without_duckdb_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UsageError) as refused:
        draw_tables(REPORTS["matrix"], "parquet")
    assert refused.value.line() == "the format parquet needs DuckDB (pip install 'kweigh[tables]')"
