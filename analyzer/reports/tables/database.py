"""Draws a report as a database: a Parquet file, or one of DuckDB.

Enters: a `Report`. Leaves: the bytes of the file, with the records as one table, `records`. Must hold: every record is
there, of the types that its columns have; nothing is fetched and nothing but a temporary folder is written.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analyzer.model.report import ColumnType, Records, Report

_UNPAIRED = re.compile(r"[\ud800-\udfff]")
_SQL_TYPES: dict[ColumnType, str] = {"text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN"}
ALONE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""DuckDB would fetch what it finds missing."""


def draw_tables(report: Report, to: Literal["parquet", "duckdb"]) -> bytes:
    """The records of `report` as a file. Bytes that were no UTF-8 are U+FFFD in it.

    Raises UsageError where DuckDB is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415 (an extra)
    except ImportError:
        raise UsageError(f"the format {to} needs DuckDB", hint="pip install 'kweigh[tables]'") from None
    with TemporaryDirectory(prefix="kweigh-") as folder:
        path = Path(folder) / f"records.{to}"
        with duckdb.connect(":memory:" if to == "parquet" else str(path), config=ALONE) as database:
            fill(database, report.records)
            if to == "parquet":
                database.table("records").write_parquet(str(path))
        return path.read_bytes()


def fill(database: DuckDBPyConnection, records: Records) -> None:
    """Put all records into a table `records`."""
    types = records.types or _all_text(records)
    kinds = [_SQL_TYPES[kind] for kind in types]
    names = [f'"{name}"' for name in records.columns]
    database.execute(f"CREATE TABLE records ({', '.join(map(' '.join, zip(names, kinds, strict=True)))})")
    if records.rows:
        # Column by column: a statement per record would take a hundred times as long.
        columns = zip(types, zip(*records.rows, strict=True), strict=True)
        lists = ", ".join(f"unnest(?::{kind}[])" for kind in kinds)
        values = [[_value(text, kind) for text in column] for kind, column in columns]
        database.execute(f"INSERT INTO records SELECT {lists}", values)


def _all_text(records: Records) -> tuple[ColumnType, ...]:
    return tuple("text" for _ in records.columns)


def _value(text: str, kind: ColumnType) -> str | int | bool | None:
    match kind:
        case "text":
            return _UNPAIRED.sub("\ufffd", text)
        case "integer":
            return int(text) if text else None
        case "boolean":
            return text == "true" if text else None
