"""What was measured, kept.

Enters: a path, observations, images. Leaves: the same again. Must hold: one observation for each object, what it was
made from, and where; a batch is in the ledger as a whole or not at all, whatever kills the process; writers wait for
each other; a file that is no ledger is never written to.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from analyzer.errors import SourceError
from analyzer.model.boot import Boot
from analyzer.model.elf import SectionClass, SizedSymbol
from analyzer.model.shrink import Verdict
from analyzer.model.size import BuildNote, Image, Observation, Origin, Recipe
from analyzer.sizes.batch import Batch
from analyzer.sizes.ledger_checksums import check_checksums, write_checksums
from analyzer.sizes.ledger_version import BOOTS, FIRST, VERDICTS, VERSION, check, prepare, undo
from analyzer.sizes.sqlite_errors import told

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
        self._version = VERSION

    @classmethod
    def create(cls, path: Path, *, seconds: float = _SECONDS) -> Self:
        """Open a ledger to read and write; made if missing. `seconds` is how long to wait for other writers."""
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=seconds, isolation_level=None)
            ledger = cls(connection, path)
            try:
                ledger._version = prepare(connection, path)
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
                ledger._version = check(connection, path)
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

    def record(
        self,
        entries: Iterable[Observation | Image],
        build: BuildNote | None = None,
        symbols: Sequence[SizedSymbol] = (),
    ) -> Recorded:
        """Record a batch, as a whole or not at all; with `build` what made it, whose vmlinux.o has these `symbols`.

        `build.objects` are observed in the same batch.
        """
        results: list[tuple[str, str]] = []
        with self._writing() as batch:
            for entry in entries:
                name = entry.path if isinstance(entry, Observation) else entry.name
                result = batch.observe(entry) if isinstance(entry, Observation) else batch.image(entry)
                results.append((result, name))
            if build is not None:
                batch.build(build, symbols)
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

    def builds(self, *, origin: Origin | None = None) -> Iterator[BuildNote]:
        """What is noted of every build, or of those of one origin; in a stable order. Builds that a kweigh made which
        knew no notes are images alone."""
        if self._version == FIRST:
            return
        query = """SELECT b.id, g.tree, g.arch, g.compiler, c.body, b.started, b.seconds, b.compiled, b.jobs, b.failure
            FROM build b JOIN origin g ON g.id = b.origin JOIN text c ON c.id = b.config"""
        wanted, values = _where(origin, ("", None))
        parts = "SELECT t.body FROM part p JOIN text t ON t.id = p.path WHERE p.build = ? ORDER BY p.position"
        with told(self._path):
            for key, tree, arch, compiler, config, *rest in self._connection.execute(
                query + wanted + " ORDER BY g.tree, g.arch, g.compiler, c.body", values
            ):
                started, seconds, compiled, jobs, failure = rest
                yield BuildNote(
                    origin=Origin(tree=tree, arch=arch, compiler=compiler),
                    config=config,
                    objects=tuple(path for (path,) in self._connection.execute(parts, (key,))),
                    started=started,
                    seconds=seconds,
                    compiled=compiled,
                    jobs=jobs,
                    failure=failure,
                )

    def symbols(self, build: BuildNote) -> tuple[SizedSymbol, ...]:
        """The symbols of vmlinux.o of a build that `builds` gave, the smallest first, as `nm --size-sort` has them."""
        key = (build.origin.tree, build.origin.arch, build.origin.compiler, build.config)
        which = """SELECT b.id, r.body FROM build b JOIN origin g ON g.id = b.origin JOIN text c ON c.id = b.config
            JOIN text r ON r.id = b.rest WHERE g.tree = ? AND g.arch = ? AND g.compiler = ? AND c.body = ?"""
        of_parts = """SELECT t.body, s.letter, s.size FROM part p JOIN sized s ON s.weight = p.weight
            JOIN text t ON t.id = s.name WHERE p.build = ?"""
        with told(self._path):
            number, rest = self._connection.execute(which, key).fetchone()
            found = Counter(self._connection.execute(of_parts, (number,)))
        for name, letter, size, many in json.loads(rest):
            found[name, letter, size] += many
        return tuple(
            SizedSymbol(name=name, letter=letter, size=size)
            for name, letter, size in sorted(found.elements(), key=lambda one: (one[2], one))
        )

    def parts(self, build: BuildNote) -> dict[str, Mapping[SectionClass, int]]:
        """The bytes by class of each object of a build that `builds` gave, exactly those that it was linked of."""
        key = (build.origin.tree, build.origin.arch, build.origin.compiler, build.config)
        query = """SELECT t.body, w.classes FROM build b JOIN origin g ON g.id = b.origin JOIN text c ON c.id = b.config
            JOIN part p ON p.build = b.id JOIN text t ON t.id = p.path JOIN weight w ON w.id = p.weight
            WHERE g.tree = ? AND g.arch = ? AND g.compiler = ? AND c.body = ? ORDER BY p.position"""
        with told(self._path):
            return {path: json.loads(classes) for path, classes in self._connection.execute(query, key)}

    def record_boot(self, origin: Origin, config: str, boot: Boot) -> None:
        """Record what came of booting a kernel of a .config with this text, in place of an earlier boot of it."""
        with self._writing() as batch:
            batch.boot(origin, config, boot)

    def boots(self, *, origin: Origin) -> Iterator[tuple[str, Boot]]:
        """The boots of an origin, each with the text of its .config; in a stable order."""
        if self._version < BOOTS:
            return
        query = """SELECT c.body, b.machine, b.failure, b.present, b.available, b.free
            FROM boot b JOIN origin g ON g.id = b.origin JOIN text c ON c.id = b.config"""
        wanted, values = _where(origin, ("", None))
        with told(self._path):
            for config, machine, failure, present, available, free in self._connection.execute(
                query + wanted + " ORDER BY c.body, b.machine", values
            ):
                yield (
                    config,
                    Boot(machine=machine, failure=failure, present=present, available=available, free=free),
                )

    def record_verdict(self, origin: Origin, verdict: Verdict) -> None:
        """Record what came of a test, in place of an earlier verdict of the same test on the same config."""
        with self._writing() as batch:
            batch.verdict(origin, verdict)

    def verdicts(self, *, origin: Origin, test: str) -> Iterator[Verdict]:
        """The verdicts of a test on configs of an origin, in the order in which they were recorded first."""
        if self._version < VERDICTS:
            return
        query = """SELECT v.key, v.test, v.result, v.reason, v.log, v.size, v.seconds
            FROM verdict v JOIN origin g ON g.id = v.origin"""
        wanted, values = _where(origin, ("v.test", test))
        with told(self._path):
            for key, name, result, reason, log, size, seconds in self._connection.execute(
                query + wanted + " ORDER BY v.id", values
            ):
                yield Verdict(key=key, test=name, result=result, reason=reason, log=log, size=size, seconds=seconds)

    def check(self) -> None:
        """Read the whole file. Raises SourceError when it is damaged anywhere."""
        with told(self._path):
            check_checksums(self._connection, self._path, self._version)

    def _sized(self, weight: int) -> tuple[SizedSymbol, ...]:
        query = "SELECT t.body, s.letter, s.size FROM sized s JOIN text t ON t.id = s.name WHERE weight = ?"
        rows = self._connection.execute(query + " ORDER BY position", (weight,))
        return tuple(SizedSymbol(name=name, letter=letter, size=size) for name, letter, size in rows)

    @contextmanager
    def _writing(self) -> Iterator[Batch]:
        with told(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield Batch(self._connection)
                write_checksums(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                undo(self._connection)
                raise


def _paired(names: str, settings: str) -> tuple[tuple[str, str], ...]:
    # No symbol at all is "" in both; one symbol without a name has a value.
    return tuple(zip(names.split("\n"), settings.split("\n"), strict=True)) if names or settings else ()


def _where(origin: Origin | None, other: tuple[str, str | None]) -> tuple[str, tuple[str, ...]]:
    wanted = [other] if other[1] is not None else []
    if origin:
        wanted += [("g.tree", origin.tree), ("g.arch", origin.arch), ("g.compiler", origin.compiler)]
    text = " AND ".join(f"{column} = ?" for column, _ in wanted)
    return (f" WHERE {text}" if text else ""), tuple(value for _, value in wanted if value is not None)
