"""Whether a ledger holds what was written to it.

Enters: an open connection. Leaves: sums in its table `seal`, or SourceError. Must hold: whatever bit of a
file flips, what is read from it is either what was recorded or an error; a file is looked through once for each time
that it was written.

SQLite itself sees to the structure (PRAGMA integrity_check), but a value it takes as it stands. Sums over the columns
of the long tables are SQLite's own work; those over texts are ours.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from analyzer.errors import SourceError

_NUMBERS = {
    "sized": ("weight", "position", "name", "unicode(letter)", "length(letter)", "size & 65535", "size >> 16"),
    "observation": ("id", "origin", "path", "flags", "names", "settings", "weight"),
    "part": ("build", "position", "path", "weight"),
}
_MIXED = ("origin", "weight", "image", "build")
_SINCE = {"boot": 4, "verdict": 5}
"""Tables that came later, and the version that they came with."""
FIRST = 3
"""The version of ledgers that has seals."""

_State = tuple[tuple[int, int, int] | None, ...]
_seen: dict[Path, _State] = {}


def write_checksums(connection: sqlite3.Connection) -> None:
    """Note what the ledger holds, at the end of a transaction that changed it."""
    connection.executemany("INSERT OR REPLACE INTO seal VALUES (?, ?)", _sums(connection).items())


def check_checksums(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Raises SourceError when the ledger at `path` is not what was written; what was looked through and has not been
    written since is not looked through again. Ledgers from before there were seals are checked by SQLite alone."""
    before = _state(path)
    if _seen.get(path) == before:
        return
    connection.execute("BEGIN")
    try:
        found = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0]).splitlines()[0]
        if found == "ok" and connection.execute("PRAGMA foreign_key_check").fetchone():
            found = "a row that others name is gone"
        since = {"seal": FIRST, **_SINCE}
        if found == "ok" and any((version >= first) != _has(connection, table) for table, first in since.items()):
            found = "its version is not what it holds"
        if found == "ok" and version >= FIRST:
            sealed = dict(connection.execute("SELECT name, sum FROM seal"))
            wrong = sorted(name for name, sum_ in _sums(connection).items() if sealed.get(name) != sum_)
            if wrong:
                found = f"what stands in {', '.join(wrong)} is not what was recorded"
    finally:
        with suppress(sqlite3.Error):
            connection.execute("COMMIT")
    if found != "ok":
        raise SourceError(f"is a damaged ledger: {found}", path=str(path), hint="kweigh measure makes another one")
    _seen[path] = before


def _sums(connection: sqlite3.Connection) -> dict[str, str]:
    found = {}
    for table, columns in _NUMBERS.items():
        wanted = ", ".join(f"sum({column})" for column in columns)
        row = connection.execute(f"SELECT count(*), {wanted} FROM {table} NOT INDEXED").fetchone()
        found[table] = " ".join(map(str, row))
    for table in (*_MIXED, *(table for table in _SINCE if _has(connection, table))):
        rows = connection.execute(f"SELECT * FROM {table} NOT INDEXED")
        found[table] = str(sum(zlib.crc32(repr(row).encode("utf-8", "surrogatepass")) for row in rows))
    # The digest of a text is beside it, so it need not be worked out twice to sum up what stands there.
    number = total = 0
    for key, digest, body in connection.execute("SELECT id, digest, body FROM text NOT INDEXED"):
        if blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16).digest() != digest:
            return {**found, "text": "wrong"}
        number, total = number + 1, total + zlib.crc32(digest, key)
    return {**found, "text": f"{number} {total}"}


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return bool(connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = ?", (table,)).fetchone()[0])


def _state(path: Path) -> _State:
    return tuple(_written(Path(f"{path}{end}")) for end in ("", "-wal"))


def _written(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
