"""Rule: whatever becomes of workers, each build that was begun ends once, or one line says why none can.

Enters: a client that stands for Dask's, whose workers do what a test says. What processes do is for
test_cluster_processes.py.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import ToolchainError, UsageError
from analyzer.model.size import BuildNote, BuildOrder, BuildRecord, Origin
from analyzer.pipeline.build import cluster, worker
from analyzer.pipeline.build.building import BuildSetup
from analyzer.pipeline.build.cluster import Cluster, connected
from analyzer.pipeline.opening import silent
from analyzer.sizes.ledger import Ledger
from analyzer.trees import content, version_text
from tests.pipeline.weighed_tree import opened_in

ORIGIN = Origin(tree="Linux 7.3.0", arch="x86_64", compiler="gcc")
Behaviour = Callable[..., object]


class Hangs(Exception):
    """It never ends."""


@dataclass
class Future:
    """What a worker was asked for: ended, unless it hangs; `lost`: it ended, and what it gave is gone."""

    value: object = None
    error: Exception | None = None
    lost: bool = False

    def result(self, timeout: float) -> object:
        if self.lost:
            raise TimeoutError
        if self.error is not None:
            raise self.error
        return self.value

    def add_done_callback(self, call: Callable[[Future], None]) -> None:
        if not isinstance(self.error, Hangs):
            call(self)

    def cancel(self) -> None:
        pass


@dataclass
class Client:
    """Workers by address; `looked` happens at each look at which there are."""

    workers: dict[str, Behaviour]
    looked: Callable[[], None] = lambda: None
    asked: list[tuple[str, str]] = field(default_factory=list)

    def scheduler_info(self, n_workers: int) -> dict[str, dict[str, object]]:
        assert n_workers == -1
        self.looked()
        return {"workers": dict.fromkeys(self.workers)}

    def submit(self, function: Callable[..., object], *arguments: object, workers: list[str], pure: bool) -> Future:
        (address,) = workers
        assert not pure
        self.asked.append((address, function.__name__))
        try:
            return Future(value=self.workers[address](function, *arguments))
        except Exception as error:
            return Future(error=error)


def fits(function: Callable[..., object], *arguments: Any) -> object:
    """A worker that has all, and builds."""
    match function.__name__:
        case "version":
            return importlib.metadata.version("kweigh")
        case "greeting":
            return worker.Greeting(code=worker.code(), compiler=version_text("gcc"), tree=True)
        case "build":
            order: BuildOrder = arguments[1]
            note = BuildNote(
                origin=ORIGIN,
                config=order.config,
                objects=(),
                started=1.0,
                seconds=1.0,
                compiled=1,
                jobs=1,
                failure="x",
            )
            look: Callable[..., object] | None = arguments[3]
            return worker.Made(record=BuildRecord(note=note), found=look and look(order))
    raise AssertionError(function)


def but(name: str, instead: Behaviour) -> Behaviour:
    """A worker that does one thing otherwise."""
    return lambda function, *rest: (instead if function.__name__ == name else fits)(function, *rest)


def raises(error: Exception) -> Behaviour:
    def behave(*_: object) -> object:
        raise error

    return behave


HANGS = but("build", raises(Hangs()))
FULL = but("build", raises(ToolchainError("No space left on device", hint="log: x")))


@pytest.fixture
def setup(tmp_path: Path) -> BuildSetup:
    return BuildSetup(scratch=tmp_path / "scratch", ledger=tmp_path / "ledger")


@pytest.fixture
def builders(tmp_path: Path, setup: BuildSetup, monkeypatch: pytest.MonkeyPatch) -> Callable[[Client], Cluster]:
    monkeypatch.setattr(cluster, "_LOOK", 0.001)
    monkeypatch.setattr(cluster, "PATIENCE", 0.05)
    monkeypatch.setattr(cluster, "origin_of", lambda config: ORIGIN)
    monkeypatch.setattr(cluster, "ordered", lambda config, setup, root: order(config))
    tree = opened_in(tmp_path / "tree").tree
    return lambda client: Cluster(client, tree, setup, silent)


def order(config: Any) -> BuildOrder:
    return BuildOrder(tree=Path("t"), arch="x86_64", cross_compile="", config=config, scratch=Path("s"), jobs=1)


def built(builders: Cluster, count: int) -> list[str]:
    """What ended, once so many builds were begun as there was room."""
    waiting = [f"CONFIG_A={number}\n" for number in range(count)]
    ended: list[str] = []
    while len(ended) < count:
        while waiting and builders.room:
            config: Any = waiting.pop(0)
            builders.begin((config,), config)
        ended += builders.end(len(waiting))
    return ended


def noted(setup: BuildSetup) -> list[str]:
    assert setup.ledger is not None
    with Ledger.open_to_read(setup.ledger) as ledger:
        return [one.config for one in ledger.builds()]


Made = Callable[[Client], Cluster]


def test_builds_run_on_all_workers(builders: Made, setup: BuildSetup) -> None:
    client = Client({"a": fits, "b": fits, "c": fits})
    it = builders(client)
    assert it.room == 3
    ended = built(it, 10)
    assert sorted(ended) == sorted(set(ended)) == noted(setup)
    assert {address for address, asked in client.asked if asked == "build"} == {"a", "b", "c"}
    assert client.asked.count(("a", "greeting")) == 1


def test_what_looks_at_a_build_does_so_once_for_each(builders: Made, setup: BuildSetup) -> None:
    """What it finds is told when the build is in the ledger, though one was lost."""
    client = Client({"a": HANGS, "b": fits})
    it = builders(client)
    looks = iter(range(20))
    client.looked = lambda: client.workers.pop("a", None) and None if next(looks) == 10 else None
    told: list[tuple[object, list[str]]] = []
    look: Any = lambda order: order.config  # noqa: E731 (as a worker of this client calls it)
    for number in range(3):
        config: Any = f"CONFIG_A={number}\n"
        it.begin((config,), config, look, lambda found, _: told.append((found, noted(setup))))
    ended = [config for _ in range(3) for config in it.end(0)]
    assert sorted(ended) == noted(setup)
    assert [found for found, _ in told] == ended
    assert all(found in there for found, there in told)


def test_a_worker_that_lacks_what_is_needed(tmp_path: Path, builders: Made, setup: BuildSetup) -> None:
    def fit() -> None:
        raise AssertionError("it is not called here")

    def lacks(*_: object) -> None:
        raise ToolchainError("no qemu", hint="install it")

    tree = opened_in(tmp_path / "other").tree
    client = Client({"a": but("fit", lacks), "b": but("fit", lambda *_: None)})
    assert len(built(Cluster(client, tree, setup, silent, fit), 3)) == 3
    assert ("a", "build") not in client.asked
    with pytest.raises(ToolchainError, match=r"worker a: no qemu \(install it\)"):
        built(Cluster(Client({"a": but("fit", lacks)}), tree, setup, silent, fit), 1)


def test_a_lost_build_is_made_again(builders: Made, setup: BuildSetup) -> None:
    client = Client({"a": HANGS, "b": fits})
    it = builders(client)
    looks = iter(range(20))
    client.looked = lambda: client.workers.pop("a", None) and None if next(looks) == 10 else None
    ended = built(it, 5)
    assert sorted(ended) == sorted(set(ended)) == noted(setup)
    assert len(ended) == 5


def test_what_was_made_and_lost_on_the_way_is_made_again(builders: Made, setup: BuildSetup) -> None:
    client = Client({"a": fits})
    it = builders(client)
    submit = client.submit

    def losing(function: Any, *arguments: Any, workers: list[str], pure: bool) -> Future:
        future = submit(function, *arguments, workers=workers, pure=pure)
        if function is worker.build and workers == ["a"]:
            future.lost = True
            client.workers = {"b": fits}
        return future

    client.submit = losing  # type: ignore[method-assign]
    assert len(built(it, 3)) == len(noted(setup)) == 3


def test_a_build_that_kills_its_workers(builders: Made) -> None:
    client = Client({"0": HANGS})
    it = builders(client)
    names = iter(range(1, 10_000))

    def another() -> None:
        if client.asked and client.asked[-1][1] == "build":
            client.workers = {str(next(names)): HANGS}

    client.looked = another
    with pytest.raises(ToolchainError, match="lost 3 times") as caught:
        built(it, 1)
    assert "CONFIG_A=0" in caught.value.hint


def test_a_worker_whose_disk_is_full_gets_no_more(builders: Made, setup: BuildSetup) -> None:
    client = Client({"a": FULL, "b": fits})
    assert len(built(builders(client), 6)) == len(noted(setup)) == 6
    assert client.asked.count(("a", "build")) == 1


def test_what_two_workers_refuse(builders: Made) -> None:
    with pytest.raises(ToolchainError, match=r"^worker [abc]: No space left on device"):
        built(builders(Client({"a": FULL, "b": FULL, "c": FULL})), 1)


@pytest.mark.parametrize(
    ("behaves", "told"),
    [
        (FULL, "worker a: No space left"),
        (but("version", raises(importlib.metadata.PackageNotFoundError("kweigh"))), "kweigh is not installed there"),
        (but("version", lambda *_: "0.0.1"), "worker a runs kweigh 0.0.1"),
        (but("greeting", lambda *_: worker.Greeting(code="x", compiler="", tree=True)), "runs another kweigh"),
        (but("greeting", lambda *_: worker.Greeting(code=worker.code(), compiler="", tree=True)), "has no gcc"),
        (but("greeting", raises(RuntimeError("Error during deserialization of\nit"))), "where the scheduler runs"),
        (but("greeting", raises(KeyError("x"))), "worker a: KeyError: 'x'"),
        (but("build", raises(CancelledError())), "the scheduler is gone"),
    ],
)
def test_what_is_wrong_with_the_only_worker(behaves: Behaviour, told: str, builders: Made) -> None:
    with pytest.raises(ToolchainError) as caught:
        built(builders(Client({"a": behaves})), 1)
    assert told in caught.value.line()
    assert "\n" not in caught.value.line()


def test_nobody_there(builders: Made) -> None:
    with pytest.raises(ToolchainError, match="the scheduler has no workers"):
        builders(Client({}))


def test_all_go(builders: Made) -> None:
    client = Client({"a": HANGS})
    it = builders(client)
    client.looked = client.workers.clear
    with pytest.raises(ToolchainError, match="the scheduler has no workers"):
        built(it, 1)


@pytest.mark.parametrize("error", [OSError(), TimeoutError(), KeyError("workers")])
def test_the_scheduler_goes(error: Exception, builders: Made) -> None:
    client = Client({"a": HANGS})
    it = builders(client)

    def look() -> None:
        raise error

    client.looked = look
    with pytest.raises(ToolchainError, match="the scheduler is gone"):
        built(it, 1)


def test_a_tree_is_sent_in_pieces_and_again_when_it_is_gone(
    builders: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analyzer.pipeline.build.tree_archive._PIECE", 100)
    place = tmp_path / "there"
    monkeypatch.setattr(worker, "get_worker", lambda: type("Worker", (), {"local_directory": str(place / "w")}))
    removed: list[Path] = []

    def works(function: Any, *arguments: Any) -> object:
        if function is not worker.build:
            return function(*arguments)
        (tree,) = (place / "kweigh/trees").iterdir()
        if removed:
            return fits(function, *arguments)
        removed.append(tree.rename(place / "gone"))
        return None

    client = Client({"a": works})
    it = builders(client)
    assert len(built(it, 2)) == 2
    it.leave()
    (tree,) = (place / "kweigh/trees").iterdir()
    assert content.checksum(tree) == tree.name == content.checksum(tmp_path / "tree")
    asked = [name for _, name in client.asked]
    assert asked.count("receive") > 4
    assert asked.count("unpack") == 2
    assert asked.count("build") == 3


def test_without_dask(setup: BuildSetup, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    tree = opened_in(tmp_path / "tree").tree
    with pytest.raises(UsageError) as caught, connected("tcp://x:1", tree, setup, silent):
        pass
    assert "pip install 'kweigh[cluster]'" in caught.value.line()
