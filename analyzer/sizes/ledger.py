"""What was measured, kept.

Enters: a path, observations, images. Leaves: the same again. Must hold: one observation for each object, what it was
made from, and where; a batch is in the ledger as a whole or not at all, whatever kills the process; writers wait for
each other; a file that is no ledger is never written to.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

from analyzer.errors import SourceError
from analyzer.model.size import Image, Observation, Origin, Recipe, SizedSymbol
from analyzer.sizes.damage import told

VERSION = 1
_OURS = 0x6B776731  # PRAGMA application_id, so that no other program's database is taken for a ledger
_SECONDS = 60.0
"""How long a writer waits for others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a batch brought: how many entries were new, how many known with the same sizes, and the names of those that
    were known with other sizes (which are replaced: the measurement does not repeat, or its key lacks something)."""

    new: int
    known: int
    changed: tuple[str, ...]


class Ledger:
    """An open ledger. Every method raises ToolchainError when the disk is full or others hold the file for a minute,
    SourceError when the file is damaged; nothing that was recorded before is lost by that."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """For `create` and `open_to_read`."""
        self._connection = connection
        self._path = path

    @classmethod
    def create(cls, path: Path, *, seconds: float = _SECONDS) -> Self:
        """Open a ledger to read and write; made if missing. `seconds` is how long to wait for other writers."""
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=seconds, isolation_level=None)
            ledger = cls(connection, path)
            try:
                ledger._prepare()
            except BaseException:
                connection.close()
                raise
        return ledger

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        """Open a ledger that exists; recording is refused. Raises SourceError when there is none."""
        if not path.is_file():
            raise SourceError("no such ledger", path=str(path), hint="kweigh measure makes one")
        with told(path):
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_SECONDS)
            ledger = cls(connection, path)
            try:
                ledger._check()
            except BaseException:
                connection.close()
                raise
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; idempotent."""
        self._connection.close()

    def record(self, entries: Iterable[Observation | Image]) -> Recorded:
        """Record a batch, as a whole or not at all."""
        results: list[tuple[str, str]] = []
        with self._writing() as batch:
            for entry in entries:
                name = entry.path if isinstance(entry, Observation) else entry.name
                result = batch.observe(entry) if isinstance(entry, Observation) else batch.image(entry)
                results.append((result, name))
        return Recorded(
            new=sum(result == "new" for result, _ in results),
            known=sum(result == "known" for result, _ in results),
            changed=tuple(name for result, name in results if result == "changed"),
        )

    def observations(self, *, path: str | None = None, origin: Origin | None = None) -> Iterator[Observation]:
        """Every observation, or those of one object or origin; in a stable order."""
        query = """SELECT o.weight, g.tree, g.arch, g.compiler, p.body, f.body, n.body, s.body, w.classes
            FROM observation o JOIN origin g ON g.id = o.origin JOIN text p ON p.id = o.path
            JOIN text f ON f.id = o.flags JOIN text n ON n.id = o.names JOIN text s ON s.id = o.settings
            JOIN weight w ON w.id = o.weight"""
        wanted, values = _where(origin, ("p.body", path))
        order = " ORDER BY g.tree, g.arch, g.compiler, p.body, f.body, n.body, s.body"
        with told(self._path):
            for weight, tree, arch, compiler, name, flags, names, settings, classes in self._connection.execute(
                query + wanted + order, values
            ):
                yield Observation(
                    origin=Origin(tree=tree, arch=arch, compiler=compiler),
                    path=name,
                    recipe=Recipe(flags=flags, symbols=_paired(names, settings)),
                    classes=json.loads(classes),
                    symbols=self._sized(weight),
                )

    def images(self, *, name: str | None = None, origin: Origin | None = None) -> Iterator[Image]:
        """Every image, or those of one name or origin; in a stable order."""
        query = """SELECT g.tree, g.arch, g.compiler, c.body, i.name, i.size, i.sections
            FROM image i JOIN origin g ON g.id = i.origin JOIN text c ON c.id = i.config"""
        wanted, values = _where(origin, ("i.name", name))
        with told(self._path):
            for tree, arch, compiler, config, found, size, sections in self._connection.execute(
                query + wanted + " ORDER BY g.tree, g.arch, g.compiler, c.body, i.name", values
            ):
                yield Image(
                    origin=Origin(tree=tree, arch=arch, compiler=compiler),
                    config=config,
                    name=found,
                    size=size,
                    sections=tuple((section, kind, length) for section, kind, length in json.loads(sections)),
                )

    def check(self) -> None:
        """Read the whole file. Raises SourceError when it is damaged anywhere."""
        with told(self._path):
            found = self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = self._connection.execute("PRAGMA foreign_key_check").fetchone()
        if found != "ok" or broken:
            raise SourceError(f"is a damaged ledger: {str(found).splitlines()[0]}", path=str(self._path))

    def _sized(self, weight: int) -> tuple[SizedSymbol, ...]:
        query = "SELECT t.body, s.letter, s.size FROM sized s JOIN text t ON t.id = s.name WHERE weight = ?"
        rows = self._connection.execute(query + " ORDER BY position", (weight,))
        return tuple(SizedSymbol(name=name, letter=letter, size=size) for name, letter, size in rows)

    def _prepare(self) -> None:
        # Before anything is written: what is there may be something else.
        if self._connection.execute("PRAGMA schema_version").fetchone()[0]:
            self._check()
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        if self._connection.execute("PRAGMA schema_version").fetchone()[0]:
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have been faster.
            if not self._connection.execute("PRAGMA schema_version").fetchone()[0]:
                schema = files("analyzer.sizes").joinpath("ledger.sql").read_text("utf-8")
                for statement in schema.split(";\n"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA application_id = {_OURS}")
                self._connection.execute(f"PRAGMA user_version = {VERSION}")
            self._connection.execute("COMMIT")
        except BaseException:
            self._undo()
            raise

    def _check(self) -> None:
        if self._connection.execute("PRAGMA application_id").fetchone()[0] != _OURS:
            raise SourceError("is no ledger of kweigh", path=str(self._path))
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            hint = f"this kweigh reads version {VERSION}"
            raise SourceError(f"is a ledger of version {version}", path=str(self._path), hint=hint)

    @contextmanager
    def _writing(self) -> Iterator[_Batch]:
        with told(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield _Batch(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                self._undo()
                raise

    def _undo(self) -> None:
        # SQLite has already undone the transaction after some errors, a full disk among them.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


class _Batch:
    """The writes of one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def observe(self, entry: Observation) -> str:
        """Record an observation; says whether it was `new`, `known` or `changed`."""
        weight = self._weight(entry)
        key = {
            "origin": self._origin(entry.origin),
            "path": self._text(entry.path),
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

    def _put(self, table: str, key: Mapping[str, int | str], rest: Mapping[str, int | str]) -> str:
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


def _paired(names: str, settings: str) -> tuple[tuple[str, str], ...]:
    # No symbol at all is "" in both; one symbol without a name has a value.
    return tuple(zip(names.split("\n"), settings.split("\n"), strict=True)) if names or settings else ()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()


def _dense(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _where(origin: Origin | None, other: tuple[str, str | None]) -> tuple[str, tuple[str, ...]]:
    wanted = [other] if other[1] is not None else []
    if origin:
        wanted += [("g.tree", origin.tree), ("g.arch", origin.arch), ("g.compiler", origin.compiler)]
    text = " AND ".join(f"{column} = ?" for column, _ in wanted)
    return (f" WHERE {text}" if text else ""), tuple(value for _, value in wanted if value is not None)
