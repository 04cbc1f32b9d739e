"""Kills `kweigh weigh` at random moments and looks at what is left: `python -m tests.benchmarks.kill_weigh CONFIG …`.

Enters: a config, a tree, a ledger, a folder for builds. Leaves: a line for each kill, exit status 1 where something was
lost. Must hold: kills are SIGKILL, in turn of kweigh with all that it started and of kweigh alone, which leaves its
make behind; only what was started here is killed; moments are drawn by --seed. With --against, a ledger that nobody
disturbed, every build that both have must weigh the same in both.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from analyzer.sizes.ledger import Ledger

_BUSY = "another process builds in"
_LINKED = frozenset({"vmlinux.o", "vmlinux"})
_PATIENCE = 600.0
"""Seconds that a make which was left behind gets to end by itself."""

Key = tuple[str, str, str, bytes]
"""Tree, architecture, compiler, digest of the config."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A build in a ledger: digests of all that is known of it, and of what does not hang on time."""

    rows: bytes
    figures: bytes
    failure: str
    images: frozenset[str]
    parts: int


def say(line: str) -> None:
    """A line of the answer, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def builds(path: Path) -> dict[Key, Row]:
    """Every build that a ledger has. Raises SourceError where it is damaged anywhere."""
    if not path.is_file():
        return {}
    with Ledger.open_to_read(path) as ledger:
        ledger.check()
    of = "JOIN origin o ON o.id = x.origin JOIN text c ON c.id = x.config"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=60)) as reader:
        figures: dict[Key, list[object]] = {}
        images: dict[Key, set[str]] = {}
        for *key, name, size, sections in reader.execute(
            f"SELECT o.tree, o.arch, o.compiler, c.digest, x.name, x.size, x.sections FROM image x {of} ORDER BY 4, 5"
        ):
            # A boot image is there or not, as the command was that built.
            figures.setdefault(_key(key), []).extend([(name, size, sections)] * (name in _LINKED))
            images.setdefault(_key(key), set()).add(name)
        notes: dict[Key, tuple[object, ...]] = {}
        parts: dict[Key, int] = dict.fromkeys(figures, 0)
        for number, *key, rest, failure, started, seconds, compiled, jobs in reader.execute(
            "SELECT x.id, o.tree, o.arch, o.compiler, c.digest, r.digest, x.failure, x.started, x.seconds, x.compiled, "
            f"x.jobs FROM build x {of} JOIN text r ON r.id = x.rest ORDER BY 2, 3, 4, 5"
        ):
            found = reader.execute(
                "SELECT t.body, w.digest, count(s.position) FROM part p JOIN text t ON t.id = p.path "
                "JOIN weight w ON w.id = p.weight LEFT JOIN sized s ON s.weight = w.id WHERE p.build = ? "
                "GROUP BY p.position ORDER BY p.position",
                (number,),
            ).fetchall()
            figures.setdefault(_key(key), []).append((rest, bool(failure), found))
            notes[_key(key)] = (failure, started, seconds, compiled, jobs)
            parts[_key(key)] = len(found)
    return {
        key: Row(
            rows=_digest((lines, notes.get(key))),
            figures=_digest(lines),
            failure=str(notes[key][0]) if key in notes else "no note of it",
            images=frozenset(images.get(key, ())),
            parts=parts[key],
        )
        for key, lines in figures.items()
    }


def _key(values: list[object]) -> Key:
    tree, arch, compiler, config = values
    assert isinstance(config, bytes)
    return str(tree), str(arch), str(compiler), config


def _digest(value: object) -> bytes:
    return hashlib.sha256(repr(value).encode()).digest()


def wrongs(before: Mapping[Key, Row], after: Mapping[Key, Row], calm: Mapping[Key, Row]) -> Iterator[str]:
    """What must not be: a build lost or changed, half a build, one that weighs otherwise than in a calm ledger."""
    for key, row in before.items():
        if key not in after:
            yield "a build is lost"
        elif after[key].rows != row.rows:
            yield "a build has changed"
    for key, row in after.items():
        whole = row.images >= _LINKED and row.parts
        if not whole and (row.images or row.parts or not row.failure):
            yield f"half a build: {', '.join(sorted(row.images)) or 'no image'}, {row.parts} objects"
        elif whole and row.failure:
            yield f"a build with images and {row.failure!r}"
        if key in calm and calm[key].figures != row.figures:
            yield f"otherwise than undisturbed: {row.failure or 'other figures'}"


def sessions(first: int) -> dict[int, set[int]]:
    """The processes of each session that a process or a child of it, however far, leads or is in."""
    parents: dict[int, int] = {}
    session: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            with suppress(OSError):
                # Behind the name, which may hold anything: state, parent, group, session.
                fields = (path / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                parents[int(path.name)], session[int(path.name)] = int(fields[1]), int(fields[3])
    wanted: set[int] = {first}
    while fresh := {pid for pid, parent in parents.items() if parent in wanted} - wanted:
        wanted |= fresh
    ours = {session[pid] for pid in wanted if pid in session} - {os.getsid(0)}
    return {one: {pid for pid, where in session.items() if where == one} for one in ours}


def kill(process: subprocess.Popen[bytes], *, alone: bool) -> None:
    """SIGKILL, of a program that leads a session, with all that it started or alone."""
    if not alone:
        # Stopped first, so that nothing new starts and nobody's parent is gone before it was seen.
        stopped: set[int] = set()
        while fresh := {pid for pids in sessions(process.pid).values() for pid in pids} - stopped:
            for pid in fresh:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            stopped |= fresh
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weigh:
    """The command, and the ledger that it writes."""

    words: tuple[str, ...]
    ledger: Path

    def start(self, *more: str) -> subprocess.Popen[bytes]:
        """Start it, as the leader of a session."""
        return subprocess.Popen(
            [sys.executable, "-m", "analyzer", "weigh", *self.words, *more],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def count(self) -> int:
        """How many builds the ledger has."""
        place = f"{self.ledger.absolute().as_uri()}?mode=ro"
        with suppress(sqlite3.Error), closing(sqlite3.connect(place, uri=True, timeout=60)) as reader:
            return int(reader.execute("SELECT count(*) FROM build").fetchone()[0])
        return 0

    def writes(self) -> Callable[[], bool]:
        """Whether the ledger is being written to, since this was asked."""
        log = Path(f"{self.ledger}-wal")

        def state() -> tuple[int, int]:
            with suppress(OSError):
                return log.stat().st_mtime_ns, log.stat().st_size
            return 0, 0

        first = state()
        return lambda: state() != first


def until(process: subprocess.Popen[bytes], wanted: Callable[[], bool], pause: float) -> bool:
    """Wait until something holds; False where the program ended before."""
    while process.poll() is None:
        if wanted():
            return True
        time.sleep(pause)
    return False


def disturbed(weigh: Weigh, *, waits: int, seconds: float, writing: bool, alone: bool) -> tuple[str, float]:
    """Start the command, kill it `seconds` after it has made `waits` more builds, `writing`: in the next write to the
    ledger. Gives why it ended by itself ("": it was killed), and when; a make left behind is waited for."""
    patience = time.monotonic() + _PATIENCE
    wanted = weigh.count() + waits
    while True:
        begun = time.monotonic()
        process = weigh.start()
        try:
            there = until(process, lambda: weigh.count() >= wanted, 0.2)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            there = there and process.poll() is None
            if writing and there:
                there = until(process, weigh.writes(), 0.002)
        except BaseException:
            kill(process, alone=False)
            raise
        if there:
            kill(process, alone=alone)
        assert process.stderr is not None
        said = process.stderr.read().decode("utf-8", "replace").strip()
        took = time.monotonic() - begun
        if there:
            return "", took
        if _BUSY not in said or time.monotonic() > patience:
            return said.splitlines()[0] if process.wait() else "nothing left to build", took
        time.sleep(2)


def finish(weigh: Weigh) -> tuple[int, str]:
    """One build more, undisturbed: the exit status and what was said; a make left behind is waited for."""
    patience = time.monotonic() + _PATIENCE
    while True:
        process = weigh.start("--builds", "1")
        try:
            said = process.communicate()[1].decode("utf-8", "replace").strip()
        except BaseException:
            kill(process, alone=False)
            raise
        if _BUSY not in said or time.monotonic() > patience:
            return process.returncode, said
        time.sleep(2)


def main() -> None:
    """Kill, look, go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kill_weigh")
    parser.add_argument("config", nargs="?", default="tinyconfig")
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--arch", default="x86_64")
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--writing", type=int, default=2, help="so many kills more, each while the ledger is written")
    parser.add_argument("--longest", type=float, default=120.0, help="the latest moment of a kill, in seconds")
    parser.add_argument("--against", type=Path, help="a ledger of the same tree that nobody disturbed")
    parser.add_argument("--seed", default="1")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    weigh = Weigh(
        ledger=given.ledger,
        words=(
            *(given.config, "--tree", str(given.tree), "--arch", given.arch, "--jobs", str(given.jobs)),
            *("--ledger", str(given.ledger), "--scratch", str(given.scratch)),
        ),
    )
    chance = random.Random(f"kill {given.seed}")
    calm = builds(given.against) if given.against else {}
    before, bad = builds(given.ledger), 0
    say(f"{len(before)} builds in the ledger, {len(calm)} in the one to compare with")
    say(f"{'kill':>4}  {'of':10}  {'moment':32}  {'after':>7}  {'builds':>6}  {'same':>4}  found")
    for number in range(given.kills + given.writing):
        writing, alone = number >= given.kills, bool(number % 2)
        waits, seconds = chance.randrange(2), chance.uniform(0.1, 3.0 if writing else given.longest)
        ended, took = disturbed(weigh, waits=waits, seconds=seconds, writing=writing, alone=alone)
        after = builds(given.ledger)
        found = sorted(set(wrongs(before, after, calm)))
        if ended and ended != "nothing left to build":
            found.append(f"did not go on: {ended}")
        bad += bool(found)
        moment = f"{waits} builds and {seconds:.1f} s" + (", writing" if writing else "")
        same = sum(key in after and after[key].rows == row.rows for key, row in before.items())
        of = "kweigh" if alone else "everything"
        say(
            f"{number + 1:4}  {of:10}  {moment:32}  {took:6.1f}s  {len(after):6}  {same:4}  "
            + ("; ".join(found) or ended or "nothing lost")
        )
        before = after
    code, said = finish(weigh)
    after = builds(given.ledger)
    found = sorted(set(wrongs(before, after, calm)))
    if code:
        found.append(f"does not go on: {said.splitlines()[0] if said else code}")
    bad += bool(found)
    failures = sum(bool(row.failure) for row in after.values())
    compared = len(calm.keys() & after.keys())
    say(f"\nthe next run with --builds 1: {len(after)} builds, {len(after) - len(before)} new, {failures} that failed")
    say(f"{compared} compared with the undisturbed; " + ("; ".join(found) or "nothing wrong"))
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
