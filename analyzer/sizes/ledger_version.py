"""Which version of ledgers a file is, and how it becomes one of the newest.

Enters: an open connection, the path that errors name. Leaves: the version. Must hold: a file that is no ledger is never
written to; one that is made newer becomes so as a whole or not at all.
"""

from __future__ import annotations

import sqlite3
from importlib.resources import files
from pathlib import Path

from analyzer.errors import SourceError
from analyzer.sizes.ledger_checksums import check_checksums, write_checksums

VERSION = 5
FIRST = 1
"""The oldest version that is read; it lacks what `builds` and `symbols` tell, all before the third lack seals and all
before the fourth boots and before the fifth verdicts, until somebody writes to them."""
BOOTS = 4
VERDICTS = 5
_OURS = 0x6B776731  # PRAGMA application_id, so that no other program's database is taken for a ledger


def prepare(connection: sqlite3.Connection, path: Path) -> int:
    """Make the ledger one of the newest version; leaves that. Raises SourceError for what is no ledger."""
    # Before anything is written: what is there may be something else.
    if connection.execute("PRAGMA schema_version").fetchone()[0]:
        check(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return VERSION
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been faster.
        there = connection.execute("PRAGMA user_version").fetchone()[0]
        for version in range(there + 1, VERSION + 1):
            schema = files("analyzer.sizes").joinpath(f"ledger-{version}.sql").read_text("utf-8")
            for statement in schema.split(";\n"):
                connection.execute(statement)
        write_checksums(connection)
        connection.execute(f"PRAGMA application_id = {_OURS}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        undo(connection)
        raise
    return VERSION


def check(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a ledger. Raises SourceError for what is none, or none that is read here."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != _OURS:
        raise SourceError("is no ledger of kweigh", path=str(path))
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if not FIRST <= version <= VERSION:
        hint = f"this kweigh reads versions up to {VERSION}"
        raise SourceError(f"is a ledger of version {version}", path=str(path), hint=hint)
    check_checksums(connection, path, version)
    return version


def undo(connection: sqlite3.Connection) -> None:
    """Give up what was begun."""
    # SQLite has already undone the transaction after some errors, a full disk among them.
    if connection.in_transaction:
        connection.execute("ROLLBACK")
