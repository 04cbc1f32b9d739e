"""Rule: three machines leave the ledger that one leaves, though one of them dies in the middle of a build.

Enters: a scheduler in this process, workers in processes and folders of their own, and a make that is a script. Must
hold: nobody waits by the clock: what must come first is waited for. What a builders decides is for test_cluster.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from distributed import LocalCluster

from analyzer.errors import ToolchainError
from analyzer.model.shrink import Verdict
from analyzer.model.size import BuildNote, Image, Observation, Origin
from analyzer.pipeline import OpenTree
from analyzer.pipeline.build import cluster
from analyzer.pipeline.build.building import BuildSetup, Run, origin_of
from analyzer.pipeline.bytes import sharing
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.reach import Reach
from analyzer.pipeline.commands import weigh
from analyzer.pipeline.commands.shrink import Wanted, shrink
from analyzer.pipeline.commands.shrink_judge import Judge
from analyzer.pipeline.commands.shrink_lines import Keep
from analyzer.pipeline.commands.shrink_tests import check_all, command_test
from analyzer.pipeline.opening import silent
from analyzer.sizes.ledger import Ledger
from tests.pipeline import fake_builds
from tests.pipeline.weighed_tree import NAMES, opened_in

BROKEN = 'if grep -q "^CONFIG_O3=y" .config; then echo "$tree/kernel/o3.c:1:1: error: broken"; exit 2; fi\n'
VICTIM = 'echo $$ > "$HOME/pid.new"; mv "$HOME/pid.new" "$HOME/pid"; exec sleep 600\n'
WAITS = 'n=0; while [ ! -s "{}" ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n + 1)); done\n'


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(n_workers=0, processes=False, dashboard_address=":0", protocol="tcp") as it:
        yield it.scheduler_address


class Workers:
    """Worker processes, each in a folder of its own."""

    def __init__(self, scheduler: str, path: str) -> None:
        self._scheduler = scheduler
        self._path = path
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, home: Path, path: str = "") -> subprocess.Popen[bytes]:
        scratch = home.parent / f"{home.name}-scratch"
        scratch.mkdir()
        arguments = [sys.executable, "-m", "dask", "worker", self._scheduler, "--no-nanny", "--nthreads", "1"]
        process = subprocess.Popen(
            [*arguments, "--no-dashboard", "--local-directory", str(scratch)],
            cwd=scratch,
            env=os.environ | {"HOME": str(home), "PATH": path or self._path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._processes.append(process)
        return process

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = fake_builds.plant(tmp_path / "bin")
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("HOME", str(fake_builds.home(tmp_path / "home", BROKEN)))
    monkeypatch.setitem(sharing._TOGETHER, "still", 3)
    monkeypatch.setattr(
        "analyzer.pipeline.bytes.reach.reaches",
        lambda *_: tuple(Reach(symbol=name, lines=(0,), flags=name == "O5") for name in NAMES),
    )
    return path


@pytest.fixture
def workers(scheduler: str, path: str) -> Iterator[Workers]:
    found = Workers(scheduler, path)
    yield found
    found.end()


@pytest.fixture
def opened(path: str, tmp_path: Path) -> OpenTree:
    opened = opened_in(tmp_path / "tree")
    script = opened.tree.root / "scripts/link-vmlinux.sh"
    script.write_text("")
    return opened


def rows(ledger: Path) -> tuple[list[Observation], list[Image], list[BuildNote]]:
    """What a ledger holds, apart from times."""
    with Ledger.open_to_read(ledger) as found:
        found.check()
        notes = [replace(one, started=0.0, seconds=0.0, compiled=0, jobs=0) for one in found.builds()]
        return list(found.observations()), list(found.images()), notes


def test_one_dies_and_one_is_slow(scheduler: str, workers: Workers, opened: OpenTree, tmp_path: Path) -> None:
    base = opened.resolve("allnoconfig")
    alone = BuildSetup(scratch=tmp_path / "alone", ledger=tmp_path / "alone.sqlite")
    expected = weigh.run(opened, base, alone, weigh.Budget())
    assert [name for name, _ in expected.failed] == ["O3"]
    here = fake_builds.made(tmp_path / "home")

    # Each has begun before the next goes on, so that each has a part in it.
    one, other = (WAITS.format(tmp_path / name) for name in ("victim/pid", "slow/there"))
    homes = [
        fake_builds.home(tmp_path / "victim", VICTIM),
        fake_builds.home(tmp_path / "slow", f'echo > "$HOME/there"\n{one}sleep 0.4\n{BROKEN}'),
        fake_builds.home(tmp_path / "fast", one + other + BROKEN),
    ]
    victim, *_ = [workers.start(home) for home in homes]
    killed: list[int] = []

    def kill() -> None:
        pid = tmp_path / "victim/pid"
        while victim.poll() is None and not pid.exists():
            time.sleep(0.02)
        victim.send_signal(signal.SIGKILL)
        killed.append(int(pid.read_text()))

    setup = replace(alone, scratch=tmp_path / "client", ledger=tmp_path / "client.sqlite")
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with cluster.connected(scheduler, opened.tree, setup, silent) as builders:
            found = weigh.run(opened, base, setup, weigh.Budget(), builders=builders)
    finally:
        victim.kill()
        killer.join()
        with suppress(ProcessLookupError):
            # The make that it left behind.
            os.killpg(killed[0], signal.SIGKILL)
    assert found == expected
    assert rows(tmp_path / "client.sqlite") == rows(tmp_path / "alone.sqlite")
    of_each = [fake_builds.made(home) for home in homes]
    assert of_each[0] == []
    # The only build of the slow one may be the one that fails, of which no kernel is left.
    assert (tmp_path / "slow/there").exists(), "the slow one has built too"
    base_alone, *built = fake_builds.made(tmp_path / "home")[len(here) :], *of_each[1], *of_each[2]
    assert sorted([*base_alone, *built]) == sorted(here), "what was built, each config once"


def test_a_worker_with_another_compiler(scheduler: str, workers: Workers, opened: OpenTree, tmp_path: Path) -> None:
    other = fake_builds.plant(tmp_path / "other", gcc="gcc (Other) 13.1.0")
    workers.start(fake_builds.home(tmp_path / "worker"), other)
    setup = BuildSetup(scratch=tmp_path / "client", ledger=tmp_path / "client.sqlite")
    with (
        pytest.raises(ToolchainError, match=r"worker tcp://\S+ has gcc \(Other\) 13\.1\.0") as caught,
        cluster.connected(scheduler, opened.tree, setup, silent) as builders,
    ):
        weigh.run(opened, opened.resolve("allnoconfig"), setup, weigh.Budget(), builders=builders)
    assert fake_builds.GCC in caught.value.line()


def verdicts(ledger: Path, origin: Origin, test: str) -> list[Verdict]:
    """The verdicts of a ledger, apart from times."""
    with Ledger.open_to_read(ledger) as found:
        told = [replace(one, seconds=0.0) for one in found.verdicts(origin=origin, test=test)]
    return sorted(told, key=lambda one: one.key)


def test_a_search_ends_as_it_does_alone(scheduler: str, workers: Workers, opened: OpenTree, tmp_path: Path) -> None:
    """What each worker's own copy of a test finds is what it finds here."""
    script = tmp_path / "test.sh"
    script.write_text('#!/bin/sh\ngrep -q "^CONFIG_O1=y" "$2" && grep -q "^CONFIG_O5=y" "$2"\n')
    script.chmod(0o755)
    start = tmp_path / "all.config"
    start.write_text("".join(f"CONFIG_{name}=y\n" for name in NAMES if name != "O3"))
    wanted = Wanted(
        config=opened.resolve(str(start)),
        called="all.config",
        base=None,
        keep=Keep(symbols={}),
        words=(),
        tests=[command_test(str(script), ())],
        file=tmp_path / "shrunk.config",
        at_once=3,
    )
    alone = BuildSetup(scratch=tmp_path / "alone", ledger=tmp_path / "alone.sqlite")
    expected = shrink(opened, wanted, alone, weigh.Budget())
    assert [one.name for one in expected.lines if one.name in NAMES] == ["O1", "O5"]

    # From the second build on all three have a part in it, and one of them ends there.
    first = 'if [ "$(grep -c "^CONFIG_O.=y" .config)" != 5 ]; then {}; fi\n'
    homes = [
        fake_builds.home(tmp_path / "victim", first.format(VICTIM.strip())),
        fake_builds.home(tmp_path / "slow", first.format('echo > "$HOME/there"; sleep 0.2')),
        fake_builds.home(
            tmp_path / "fast",
            first.format(WAITS.format(tmp_path / "victim/pid") + WAITS.format(tmp_path / "slow/there") + ":"),
        ),
    ]
    victim, *_ = [workers.start(home) for home in homes]

    def kill() -> None:
        pid = tmp_path / "victim/pid"
        while victim.poll() is None and not pid.exists():
            time.sleep(0.02)
        victim.send_signal(signal.SIGKILL)
        with suppress(ProcessLookupError, FileNotFoundError):
            # The make that it left behind.
            os.killpg(int(pid.read_text()), signal.SIGKILL)

    setup = replace(alone, scratch=tmp_path / "client", ledger=tmp_path / "client.sqlite")
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with cluster.connected(scheduler, opened.tree, setup, silent, partial(check_all, wanted.tests)) as there:
            found = shrink(opened, replace(wanted, cluster=there), setup, weigh.Budget())
    finally:
        victim.kill()
        killer.join()
    assert found == expected
    test = Judge(tests=wanted.tests, setup=setup, known=Known(), run=Run(count=0, progress=silent)).digest
    of = origin_of(wanted.config)
    both = [verdicts(one.ledger, of, test) for one in (setup, alone) if one.ledger is not None]
    assert both[0] == both[1]
    assert len(both[0]) == expected.built
    # Which build came first is chance.
    ours, theirs = (
        [sorted(map(repr, kind)) for kind in rows(tmp_path / f"{one}.sqlite")] for one in ("client", "alone")
    )
    assert ours == theirs
    assert (tmp_path / "slow/there").exists()
    assert fake_builds.made(homes[2])
