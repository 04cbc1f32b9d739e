"""Hands the records of a report on to libraries of tables.

Enters: `Records`. Leaves: an Arrow stream, a pandas DataFrame. Must hold: every record is there, of the types that its
columns have; what takes it reads DuckDB's own memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.errors import UsageError
from analyzer.reports.tables.database import ALONE, fill

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

    from analyzer.model.report import Records


def stream(records: Records, schema: object = None) -> object:
    """What `__arrow_c_stream__` gives (the Arrow PyCapsule interface). Raises UsageError without DuckDB."""
    return _table(records, "Arrow").__arrow_c_stream__(schema)


def frame(records: Records) -> Any:
    """A pandas DataFrame. Raises UsageError without DuckDB or pandas."""
    table = _table(records, "a DataFrame")
    import duckdb  # noqa: PLC0415 (an extra)

    try:
        return table.df()
    except (ImportError, duckdb.InvalidInputException):
        # Which of both, and of what words, is another thing in each version of DuckDB.
        raise UsageError("a DataFrame needs pandas", hint="pip install pandas") from None


def _table(records: Records, what: str) -> DuckDBPyRelation:
    try:
        import duckdb  # noqa: PLC0415 (an extra)
    except ImportError:
        raise UsageError(f"{what} needs DuckDB", hint="pip install 'kweigh[tables]'") from None
    database = duckdb.connect(":memory:", config=ALONE)
    fill(database, records)
    return database.table("records")
