"""Rule: what was recorded is there, whole batches only, whatever happened to the process, the disk or the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import SourceError, ToolchainError
from analyzer.model.boot import Boot
from analyzer.model.elf import SizedSymbol
from analyzer.model.shrink import Verdict
from analyzer.model.size import BuildNote, Image, Observation
from analyzer.sizes.ledger import Ledger
from tests.sizes.measured import ENTRIES, ORIGIN, observation

BATCH = 20
VERDICT = Verdict(key="key", test="boots", result="bad", reason="no disk", log="…", size=7, seconds=1.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "ledger.db"


def _key(entry: Observation | Image) -> object:
    if isinstance(entry, Observation):
        return entry.origin, entry.path, entry.recipe
    return entry.origin, entry.config, entry.name


@settings(max_examples=30)
@given(entries=ENTRIES)
def test_what_goes_in_comes_out(entries: list[Observation | Image], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    last = {_key(entry): entry for entry in entries}
    with Ledger.create(path) as ledger:
        recorded = ledger.record(entries)
        assert recorded.new == len(last)
        assert ledger.record(last.values()).known == len(last)
    with Ledger.open_to_read(path) as ledger:
        found: list[Observation | Image] = [*ledger.observations(), *ledger.images()]
        assert {_key(entry): entry for entry in found} == last
        assert len(found) == len(last)
        ledger.check()


def test_queries(path: Path) -> None:
    other = replace(ORIGIN, arch="arm64")
    with Ledger.create(path) as ledger:
        ledger.record([observation(2), observation(1), replace(observation(1), origin=other)])
        ledger.record([Image(origin=ORIGIN, config="", name="vmlinux", size=5, sections=())])
        assert [found.path for found in ledger.observations(origin=ORIGIN)] == ["kernel/o1.o", "kernel/o2.o"]
        assert [found.origin.arch for found in ledger.observations(path="kernel/o1.o")] == ["arm64", "powerpc"]
        assert [found.path for found in ledger.observations(path="kernel/o2.o", origin=other)] == []
        assert [found.size for found in ledger.images(name="vmlinux", origin=ORIGIN)] == [5]
        assert list(ledger.images(name="vmlinux.o")) == []


def test_sizes_that_do_not_repeat_are_told(path: Path) -> None:
    with Ledger.create(path) as ledger:
        ledger.record([observation(1), observation(2)])
        again = ledger.record([observation(1), observation(2, size=7), observation(3)])
        assert (again.new, again.known, again.changed) == (1, 1, ("kernel/o2.o",))
        (found,) = ledger.observations(path="kernel/o2.o")
        assert found == observation(2, size=7)


def test_another_value_or_flag_is_another_observation(path: Path) -> None:
    first = observation(1)
    others = [
        replace(first, recipe=replace(first.recipe, flags="gcc -Os")),
        replace(first, recipe=replace(first.recipe, symbols=(("DMA_OPS", "y"), ("SMP", "y")))),
        replace(first, recipe=replace(first.recipe, symbols=(("DMA_OPS", "n"),))),
        replace(first, recipe=replace(first.recipe, symbols=())),
    ]
    with Ledger.create(path) as ledger:
        assert ledger.record([first, *others]).new == 5
        assert len(list(ledger.observations())) == 5


def test_a_batch_that_breaks_leaves_nothing(path: Path) -> None:
    def broken() -> Iterator[Observation]:
        yield observation(1)
        raise KeyboardInterrupt

    with Ledger.create(path) as ledger:
        with pytest.raises(KeyboardInterrupt):
            ledger.record(broken())
        assert list(ledger.observations()) == []
        assert ledger.record([observation(1)]).new == 1


WRITER = """
import sys
from pathlib import Path
from analyzer.sizes.ledger import Ledger
from tests.sizes.measured import observation
first, step, count, BATCH = map(int, sys.argv[2:])
with Ledger.create(Path(sys.argv[1])) as ledger:
    for batch in range(first, first + step * count, step):
        ledger.record([observation(batch * 1000 + number) for number in range(BATCH)])
        print(batch, flush=True)
"""


def _writer(path: Path, first: int, step: int, count: int) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-c", WRITER, str(path), str(first), str(step), str(count), str(BATCH)]
    root = Path(__file__).parents[2]
    return subprocess.Popen(argv, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, stdout=subprocess.PIPE)


@pytest.mark.parametrize("delay", [0.0, 0.004, 0.013])
def test_kill_at_any_moment(path: Path, delay: float) -> None:
    process = _writer(path, 0, 1, 100_000)
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(3)]
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    said += [int(line) for line in process.stdout.read().splitlines() if line]
    process.wait()
    process.stdout.close()
    with Ledger.create(path) as ledger:
        ledger.check()
        batches = [int(found.path[len("kernel/o") : -len(".o")]) // 1000 for found in ledger.observations()]
        assert {batches.count(batch) for batch in batches} == {BATCH}
        assert set(said) <= set(batches), "what was said to be recorded is there"
        assert ledger.record([observation(10**9)]).new == 1


def test_writers_at_once_lose_nothing(path: Path) -> None:
    processes = [_writer(path, first, 3, 10) for first in range(3)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    with Ledger.open_to_read(path) as ledger:
        assert len({found.path for found in ledger.observations()}) == 30 * BATCH


def test_threads_that_make_it_at_once(path: Path) -> None:
    def write(number: int) -> int:
        with Ledger.create(path) as ledger:
            return ledger.record([observation(number)]).new

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(write, range(8))) == [1] * 8


def test_a_writer_that_never_ends(path: Path) -> None:
    with Ledger.create(path) as ledger:
        ledger.record([observation(1)])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with Ledger.create(path, seconds=0.01) as ledger:
            with pytest.raises(ToolchainError, match="is in use by another process"):
                ledger.record([observation(2)])
            assert [found.path for found in ledger.observations()] == ["kernel/o1.o"], "reading goes on"
    finally:
        other.close()


def test_a_full_disk(path: Path) -> None:
    with Ledger.create(path) as ledger:
        ledger.record([observation(1)])
        # SQLite's own limit raises what a full disk does.
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(ToolchainError, match="cannot grow: the disk is full") as refused:
            ledger.record([observation(number) for number in range(2, 2000)])
        assert refused.value.line().endswith("(what was recorded before is kept)")
        assert [found.path for found in ledger.observations()] == ["kernel/o1.o"]
        ledger._connection.execute("PRAGMA max_page_count = 1000000")
        assert ledger.record([observation(2)]).new == 1


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()


def _newer(path: Path) -> None:
    Ledger.create(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def _text(path: Path) -> None:
    path.write_text("my notes\n" * 100)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_foreign, "is no ledger of kweigh"),
        (_newer, "is a ledger of version 99"),
        (_text, "is a damaged ledger, or none: file is not a database"),
    ],
)
def test_what_is_no_ledger_stays_as_it_is(make: object, message: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert callable(make)
    make(path)
    before = path.read_bytes()
    for opened in (Ledger.create, Ledger.open_to_read):
        with pytest.raises(SourceError, match=message):
            opened(path)
    assert path.read_bytes() == before


def test_damage_is_one_error(path: Path) -> None:
    with Ledger.create(path) as ledger:
        ledger.record([observation(number) for number in range(300)])
    data = bytearray(path.read_bytes())
    for at in range(8192, len(data), 512):
        data[at : at + 64] = b"\xa5" * 64
    path.write_bytes(data)
    for opened in (Ledger.create, Ledger.open_to_read):
        with pytest.raises(SourceError, match="damaged ledger"):
            opened(path)


def test_a_folder_that_can_not_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ToolchainError, match="cannot be"):
        Ledger.create(tmp_path / "file" / "ledger.db")
    with pytest.raises(ToolchainError, match="cannot be used"):
        Ledger.create(tmp_path)


def test_reading_makes_and_changes_nothing(path: Path) -> None:
    with pytest.raises(SourceError, match="no such ledger"):
        Ledger.open_to_read(path)
    assert not path.parent.exists()
    Ledger.create(path).close()
    with Ledger.open_to_read(path) as ledger, pytest.raises(ToolchainError, match="opened to read"):
        ledger.record([observation(1)])


_NAMES = st.sampled_from(["f", "g", "h", "init"])
_SYMBOLS = st.lists(st.builds(SizedSymbol, name=_NAMES, letter=st.sampled_from("tTr"), size=st.integers(0, 9)))


def _note(observed: Sequence[Observation] = (), *, config: str = "CONFIG_A=y\n", **other: Any) -> BuildNote:
    about = {"started": 1.5, "seconds": 60.0, "compiled": 4, "jobs": 2} | other
    return BuildNote(origin=ORIGIN, config=config, objects=tuple(one.path for one in observed), **about)


@settings(max_examples=30)
@given(objects=st.lists(_SYMBOLS, max_size=4), linked=_SYMBOLS)
def test_a_build_has_the_symbols_that_it_was_recorded_with(
    objects: list[list[SizedSymbol]], linked: list[SizedSymbol], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever linking did to those of its objects: dropped, doubled, made."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.db"
    observed = [replace(observation(number), symbols=tuple(found)) for number, found in enumerate(objects)]
    note = _note(observed)
    with Ledger.create(path) as ledger:
        ledger.record(observed, note, linked)
    with Ledger.open_to_read(path) as ledger:
        assert list(ledger.builds(origin=ORIGIN)) == [note]
        found = ledger.symbols(note)
        assert Counter(found) == Counter(linked)
        assert [one.size for one in found] == sorted(one.size for one in linked)
        assert list(ledger.builds(origin=replace(ORIGIN, arch="arm64"))) == []
        ledger.check()


def test_a_build_stays_when_its_objects_weigh_otherwise_elsewhere(path: Path) -> None:
    with Ledger.create(path) as ledger:
        first = _note([observation(1)])
        ledger.record([observation(1)], first, observation(1).symbols)
        ledger.record([observation(1, size=7)], _note([observation(1)], config=""), observation(1, size=7).symbols)
        assert Counter(ledger.symbols(first)) == Counter(observation(1).symbols)


@pytest.mark.parametrize(
    ("second", "kept"),
    [
        ({"seconds": 9.0, "compiled": 1}, {"seconds": 60.0, "compiled": 4}),
        ({"seconds": 90.0, "compiled": 5, "jobs": 1}, {"seconds": 90.0, "compiled": 5, "jobs": 1}),
        ({"failure": "f.c:1: error: no"}, {}),
    ],
)
def test_what_a_build_took_is_what_it_took_at_most(second: dict[str, Any], kept: dict[str, Any], path: Path) -> None:
    """Building again what is there takes no time, and a failure makes nothing undone."""
    with Ledger.create(path) as ledger:
        ledger.record([observation(1)], _note([observation(1)]))
        again = [] if "failure" in second else [observation(1)]
        ledger.record(again, _note(again, **second))
        assert list(ledger.builds()) == [_note([observation(1)], **kept)]


def test_a_failure_ends_with_a_build(path: Path) -> None:
    with Ledger.create(path) as ledger:
        ledger.record((), _note(failure="f.c:1: error: no", compiled=0, seconds=0.0))
        assert [one.failure for one in ledger.builds()] == ["f.c:1: error: no"]
        ledger.record([observation(1)], _note([observation(1)]))
        assert list(ledger.builds()) == [_note([observation(1)])]


@pytest.mark.parametrize(
    ("version", "lacks"),
    [
        (1, ("verdict", "boot", "part", "build", "seal")),
        (2, ("verdict", "boot", "seal")),
        (3, ("verdict", "boot")),
        (4, ("verdict",)),
    ],
)
def test_a_ledger_of_an_earlier_version(version: int, lacks: Sequence[str], path: Path) -> None:
    """It is read as it is, and brought up to date by who writes to it; nothing in it is lost."""
    Ledger.create(path).close()
    with sqlite3.connect(path) as connection:
        dropped = "".join(f"DROP TABLE {table}; " for table in lacks)
        connection.executescript(f"{dropped}PRAGMA user_version = {version}")
    connection.close()
    before = path.read_bytes()
    with Ledger.open_to_read(path) as ledger:
        assert (list(ledger.builds()), list(ledger.observations()), list(ledger.boots(origin=ORIGIN))) == ([], [], [])
        assert list(ledger.verdicts(origin=ORIGIN, test="boots")) == []
    assert path.read_bytes() == before
    with Ledger.create(path) as ledger:
        assert ledger.record([observation(1)], _note([observation(1)])).new == 1
        ledger.record_boot(ORIGIN, "", Boot(machine="qemu", free=7))
        ledger.record_verdict(ORIGIN, VERDICT)
    with Ledger.open_to_read(path) as ledger:
        assert list(ledger.builds()) == [_note([observation(1)])]
        ledger.check()


def test_verdicts_are_of_one_test_in_their_order(path: Path) -> None:
    with Ledger.create(path) as ledger:
        ledger.record_verdict(ORIGIN, VERDICT)
        ledger.record_verdict(ORIGIN, replace(VERDICT, key="other", result="good", reason=""))
        ledger.record_verdict(ORIGIN, replace(VERDICT, test="another", size=None))
        ledger.record_verdict(ORIGIN, VERDICT)
        assert [one.key for one in ledger.verdicts(origin=ORIGIN, test="boots")] == ["key", "other"]
        assert list(ledger.verdicts(origin=ORIGIN, test="another")) == [replace(VERDICT, test="another", size=None)]
        assert list(ledger.verdicts(origin=replace(ORIGIN, arch="arm"), test="boots")) == []
    # It is found by nothing but sums.
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE verdict SET result = 'good' WHERE test = 'boots'")
    connection.close()
    with pytest.raises(SourceError, match="verdict is not what was recorded"):
        Ledger.open_to_read(path)


def test_a_boot_takes_an_earlier_ones_place(path: Path) -> None:
    failed = Boot(machine="qemu", failure="no init", present=None, available=None)
    fine = Boot(machine="qemu", present=1 << 27, available=1 << 26, free=1 << 25)
    with Ledger.create(path) as ledger:
        for config, boot in (("A", failed), ("A", fine), ("B", failed), ("B", replace(fine, machine="other"))):
            ledger.record_boot(ORIGIN, config, boot)
        assert list(ledger.boots(origin=replace(ORIGIN, arch="arm64"))) == []
    with Ledger.open_to_read(path) as ledger:
        assert list(ledger.boots(origin=ORIGIN)) == [("A", fine), ("B", replace(fine, machine="other")), ("B", failed)]
        ledger.check()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_is_no_answer(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever bit of the file flips, what is read is what was recorded, or an error of exit code 4."""
    path, whole = _recorded(tmp_path_factory)
    damaged = bytearray(path.read_bytes())
    # Most of a page is in use at its ends.
    page = data.draw(st.integers(0, len(damaged) // 4096 - 1), "page")
    place = data.draw(st.one_of(st.integers(0, 511), st.integers(2048, 4095), st.integers(0, 4095)), "byte")
    damaged[page * 4096 + place] ^= 1 << data.draw(st.integers(0, 7), "bit")
    other = path.with_name("damaged.db")
    other.write_bytes(damaged)
    with suppress(SourceError):
        assert _all(other) == whole


def _recorded(factory: pytest.TempPathFactory) -> tuple[Path, object]:
    if not _RECORDED:
        path = factory.mktemp("sealed") / "ledger.db"
        with Ledger.create(path) as ledger:
            for batch in range(3):
                observed = [observation(number) for number in range(batch * 10, batch * 10 + 10)]
                note = _note(observed, config=f"CONFIG_A={batch}\n")
                ledger.record(observed, note, [SizedSymbol(name="f", letter="t", size=batch)])
                ledger.record_boot(ORIGIN, note.config, Boot(machine="qemu", present=1 << 27, available=9, free=batch))
        _RECORDED.append((path, _all(path)))
    return _RECORDED[0]


_RECORDED: list[tuple[Path, object]] = []


def _all(path: Path) -> object:
    with Ledger.open_to_read(path) as ledger:
        builds = list(ledger.builds())
        return (
            list(ledger.observations()),
            list(ledger.images()),
            [(build, ledger.parts(build), ledger.symbols(build)) for build in builds],
            list(ledger.boots(origin=ORIGIN)),
        )
