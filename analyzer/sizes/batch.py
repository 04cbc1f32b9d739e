"""What is written to a ledger in one transaction.

Enters: a connection in a transaction, observations, images, notes of builds. Leaves: rows. Must hold: texts and weights
that repeat are kept once; an entry with the same key takes the old one's place.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence

from analyzer.model.boot import Boot
from analyzer.model.elf import SizedSymbol
from analyzer.model.shrink import Verdict
from analyzer.model.size import BuildNote, Image, Observation, Origin


class Batch:
    """The writes of one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """For a connection that is in a transaction."""
        self._connection = connection
        self._observed: dict[str, tuple[int, int, Sequence[SizedSymbol]]] = {}

    def observe(self, entry: Observation) -> str:
        """Record an observation; says whether it was `new`, `known` or `changed`."""
        weight = self._weight(entry)
        path = self._text(entry.path)
        self._observed[entry.path] = path, weight, entry.symbols
        key = {
            "origin": self._origin(entry.origin),
            "path": path,
            "flags": self._text(entry.recipe.flags),
            "names": self._text("\n".join(name for name, _ in entry.recipe.symbols)),
            "settings": self._text("\n".join(value for _, value in entry.recipe.symbols)),
        }
        return self._put("observation", key, {"weight": weight})

    def image(self, entry: Image) -> str:
        """Record an image; says the same."""
        key: dict[str, int | str] = {
            "origin": self._origin(entry.origin),
            "config": self._text(entry.config),
            "name": entry.name,
        }
        return self._put("image", key, {"size": entry.size, "sections": _dense(entry.sections)})

    def build(self, entry: BuildNote, symbols: Sequence[SizedSymbol]) -> None:
        """Note a build, in place of what was noted of the same config; but a failure takes no finished build's place,
        nor has the time of a build that compiled less been that of one which compiled more."""
        key = {"origin": self._origin(entry.origin), "config": self._text(entry.config)}
        query = "SELECT id, seconds, compiled, jobs, failure FROM build WHERE origin = ? AND config = ?"
        old = self._connection.execute(query, (*key.values(),)).fetchone()
        took = entry.seconds, entry.compiled, entry.jobs
        if old is not None:
            number, *timed, failure = old
            if entry.failure and not failure:
                return
            if not failure and timed[1] > entry.compiled:
                took = (*timed,)
            self._connection.execute("DELETE FROM part WHERE build = ?", (number,))
            self._connection.execute("DELETE FROM build WHERE id = ?", (number,))
        rest = Counter((one.name, one.letter, one.size) for one in symbols)
        for path in entry.objects:
            rest.subtract((one.name, one.letter, one.size) for one in self._observed[path][2])
        rows = [[*symbol, many] for symbol, many in sorted(rest.items()) if many]
        made = self._connection.execute(
            "INSERT INTO build (origin, config, rest, started, seconds, compiled, jobs, failure) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*key.values(), self._text(_dense(rows)), entry.started, *took, entry.failure),
        )
        self._connection.executemany(
            "INSERT INTO part VALUES (?, ?, ?, ?)",
            [(made.lastrowid, place, *self._observed[path][:2]) for place, path in enumerate(entry.objects)],
        )

    def boot(self, origin: Origin, config: str, entry: Boot) -> None:
        """Record a boot, in place of an earlier one of the same config on the same machine."""
        key: dict[str, int | str] = {
            "origin": self._origin(origin),
            "config": self._text(config),
            "machine": entry.machine,
        }
        rest: dict[str, int | str | None] = {
            "failure": entry.failure,
            "present": entry.present,
            "available": entry.available,
            "free": entry.free,
        }
        self._put("boot", key, rest)

    def verdict(self, origin: Origin, entry: Verdict) -> None:
        """Record a verdict, in place of an earlier one of the same test on the same config."""
        key: dict[str, int | str] = {"origin": self._origin(origin), "key": entry.key, "test": entry.test}
        rest: dict[str, int | str | float | None] = {
            "result": entry.result,
            "reason": entry.reason,
            "log": entry.log,
            "size": entry.size,
            "seconds": entry.seconds,
        }
        self._put("verdict", key, rest)

    def _put(self, table: str, key: Mapping[str, int | str], rest: Mapping[str, int | str | float | None]) -> str:
        matching = " AND ".join(f"{name} = ?" for name in key)
        columns = ", ".join(rest)
        found = self._connection.execute(f"SELECT {columns} FROM {table} WHERE {matching}", (*key.values(),)).fetchone()
        if found == (*rest.values(),):
            return "known"
        names = [*key, *rest]
        marks = ", ".join("?" * len(names))
        self._connection.execute(
            f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})", (*key.values(), *rest.values())
        )
        return "changed" if found else "new"

    def _weight(self, entry: Observation) -> int:
        classes = _dense(dict(sorted(entry.classes.items())))
        symbols = [(symbol.name, symbol.letter, symbol.size) for symbol in entry.symbols]
        digest = _digest(_dense([classes, symbols]))
        if found := self._connection.execute("SELECT id FROM weight WHERE digest = ?", (digest,)).fetchone():
            return int(found[0])
        made = self._connection.execute("INSERT INTO weight (digest, classes) VALUES (?, ?)", (digest, classes))
        rows = [
            (made.lastrowid, position, self._text(name), letter, size)
            for position, (name, letter, size) in enumerate(symbols)
        ]
        self._connection.executemany("INSERT INTO sized VALUES (?, ?, ?, ?, ?)", rows)
        return int(made.lastrowid or 0)

    def _origin(self, origin: Origin) -> int:
        values = (origin.tree, origin.arch, origin.compiler)
        self._connection.execute("INSERT OR IGNORE INTO origin (tree, arch, compiler) VALUES (?, ?, ?)", values)
        query = "SELECT id FROM origin WHERE tree = ? AND arch = ? AND compiler = ?"
        return int(self._connection.execute(query, values).fetchone()[0])

    def _text(self, body: str) -> int:
        digest = _digest(body)
        if found := self._connection.execute("SELECT id FROM text WHERE digest = ?", (digest,)).fetchone():
            return int(found[0])
        made = self._connection.execute("INSERT INTO text (digest, body) VALUES (?, ?)", (digest, body))
        return int(made.lastrowid or 0)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def _dense(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
