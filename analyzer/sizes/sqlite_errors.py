"""What SQLite complains of, as errors that a user can act on.

Enters: the block of code that asks SQLite, and the file that it asks. Leaves: an AnalyzerError in the place of what
SQLite or the system raised. Must hold: one line, which names the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.errors import AnalyzerError, SourceError, ToolchainError


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into an error that a user can act on."""
    try:
        yield
    except AnalyzerError:
        raise
    except sqlite3.Error as error:
        raise _translated(error, path) from error
    except UnicodeDecodeError as error:
        raise SourceError("is a damaged ledger: it has a text that is none", path=str(path)) from error
    except OSError as error:
        raise ToolchainError(f"{path} cannot be written: {error.strerror or error}") from error


def _translated(error: sqlite3.Error, path: Path) -> AnalyzerError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ToolchainError(f"{path} is in use by another process", hint="nothing was recorded; try again")
    if code == sqlite3.SQLITE_FULL:
        return ToolchainError(f"{path} cannot grow: the disk is full", hint="what was recorded before is kept")
    if code == sqlite3.SQLITE_READONLY:
        return ToolchainError(f"{path} cannot be written: it was opened to read, or its file is read-only")
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return ToolchainError(f"{path} cannot be used: {error}")
    return SourceError(f"is a damaged ledger, or none: {error}", path=str(path))
