"""Runs builds on a Dask cluster.

Enters: the address of a scheduler, a tree, configs. Leaves: builds in the ledger of this machine. Must hold: every
worker builds this very tree with this very compiler and this very kweigh; each build that was begun ends once, whatever
becomes of the worker that made it; a worker whose machine fails gets no more builds. Which worker made a build, and in
which order they came back, is seen in nothing but the times.

Each worker has one call at a time, from here: what it has (`worker.greeting`), then the tree in pieces where it lacks
it, then builds. A call stays with its worker; that a worker is gone is seen in the scheduler's list, and its build
waits again, before all others.
"""

from __future__ import annotations

import importlib.metadata
import secrets
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from analyzer import trees
from analyzer.errors import ToolchainError
from analyzer.model.config import ResolvedConfig
from analyzer.model.known import span
from analyzer.model.size import BuildOrder, Origin
from analyzer.model.tree import SourceTree
from analyzer.pipeline.build.building import BuildSetup, keep, ordered, origin_of
from analyzer.pipeline.build.connecting import connect, gone, reason
from analyzer.pipeline.build.tree_archive import TreeArchive
from analyzer.pipeline.bytes.sharing import Turned
from analyzer.pipeline.opening import Progress

if TYPE_CHECKING:
    from analyzer.pipeline.build.worker import Greeting, Look, Made

PATIENCE = 60.0
"""Seconds without any worker before we give up: one that was killed may be started again."""

_LOOK = 1.0
"""Seconds between two looks at which workers there are."""
_LOSSES = 3
"""How often a build may be lost with its worker before it counts as what kills them."""
_SAME = "install the same version on all machines"
_Call = tuple[Callable[..., Any], tuple[Any, ...]]


@dataclass(slots=True, kw_only=True)
class _Task:
    names: Turned
    order: BuildOrder
    origin: Origin
    losses: int = 0
    refused: str = ""
    begun: float = 0.0
    look: Look | None = None
    told: Callable[[Any, float], None] = lambda found, seconds: None


@dataclass(slots=True, kw_only=True)
class _Hand:
    """A worker: what is still to be done before it can build (None: nothing), and what it is doing."""

    address: str
    steps: Generator[_Call, Any, None] | None
    future: Any | None = None
    task: _Task | None = None


@contextmanager
def connected(
    address: str,
    tree: SourceTree,
    setup: BuildSetup,
    progress: Progress,
    fit: Callable[[], None] | None = None,
) -> Iterator[Cluster]:
    """A cluster that builds `tree`, until the block ends; then nothing runs there any more. `fit` is called on each
    worker first, and raises where it lacks something.

    Raises UsageError for an address that is none and where Dask is not installed, ToolchainError where no scheduler
    answers.
    """
    client = connect(address, progress)
    try:
        cluster = Cluster(client, tree, setup, progress, fit)
        try:
            yield cluster
        finally:
            cluster.leave()
    finally:
        client.close()


class Cluster:
    """The workers of a scheduler, as builders."""

    def __init__(
        self,
        client: Any,
        tree: SourceTree,
        setup: BuildSetup,
        progress: Progress,
        fit: Callable[[], None] | None = None,
    ) -> None:
        """For `connected`. Raises ToolchainError where no worker comes."""
        self._client = client
        self._tree = tree
        self._yard = setup
        self._progress = progress
        self._fit = fit
        self._compiler = f"{tree.toolchain.prefix}gcc"
        self._archive = TreeArchive(tree.root, setup.scratch, progress)
        self._hands: dict[str, _Hand] = {}
        self._aside: dict[str, str] = {}
        self._waiting: deque[_Task] = deque()
        self._ended: deque[Turned] = deque()
        self._settled: SimpleQueue[Any] = SimpleQueue()
        self._looked = self._seen = time.monotonic()
        self._took: list[float] = []
        self._left = 0
        self._look()
        while not self._hands:
            self._turn()

    @property
    def room(self) -> int:
        """A build for each worker, and one at least."""
        return (
            max(1, len(self._hands)) - len(self._waiting) - sum(hand.task is not None for hand in self._hands.values())
        )

    def begin(
        self,
        names: Turned,
        config: ResolvedConfig,
        look: Look | None = None,
        told: Callable[[Any, float], None] = lambda found, seconds: None,
    ) -> None:
        """`look` looks at what was built where that is; what it found (None where the build failed), and the seconds
        that all took, are `told` here once the build is in the ledger. Raises ToolchainError where somebody builds in
        the tree."""
        if not self._waiting and not any(hand.task for hand in self._hands.values()):
            self._seen = time.monotonic()
        order = ordered(config, self._yard, root=self._tree.root)
        self._waiting.append(_Task(names=names, order=order, origin=origin_of(config), look=look, told=told))

    def end(self, left: int) -> Turned:
        """Raises ToolchainError for a worker that does not fit, when there are no workers any more, for a build that
        two of them refused or that was lost with three, and when the scheduler is gone."""
        self._left = left
        while not self._ended:
            self._turn()
        return self._ended.popleft()

    def leave(self) -> None:
        """Take back what was begun; a worker ends the make of a build that nobody waits for."""
        for hand in self._hands.values():
            if hand.future is not None:
                hand.future.cancel()
        self._archive.close()

    def _turn(self) -> None:
        """Give every worker something to do, and wait a while for one that is done."""
        if time.monotonic() - self._looked >= _LOOK:
            self._look()
        for hand in tuple(self._hands.values()):
            if hand.future is None and hand.steps is not None:
                self._advance(hand, None)
            if hand.future is None and hand.steps is None and self._waiting:
                hand.task = task = self._waiting.popleft()
                task.begun = time.monotonic()
                from analyzer.pipeline.build import worker

                self._call(hand, (worker.build, (self._archive.checksum, task.order, task.origin, task.look)))
        self._say()
        try:
            future = self._settled.get(timeout=_LOOK)
        except Empty:
            return
        for hand in tuple(self._hands.values()):
            if hand.future is future:
                self._settle(hand, future)

    def _look(self) -> None:
        """See which workers came and went. Raises ToolchainError where there have been none for long."""
        try:
            there = set(self._client.scheduler_info(n_workers=-1)["workers"])
        except (OSError, KeyError):
            # KeyError: once it has given up, the client knows of nothing any more.
            raise gone() from None
        self._looked = time.monotonic()
        for address in self._hands.keys() - there:
            self._lose(self._hands.pop(address))
        for address in sorted(there - self._hands.keys() - self._aside.keys()):
            self._hands[address] = _Hand(address=address, steps=self._steps(address))
        if self._hands:
            self._seen = self._looked
        elif self._looked - self._seen >= PATIENCE:
            raise ToolchainError("the scheduler has no workers", hint="dask worker ADDRESS starts one")

    def _lose(self, hand: _Hand) -> None:
        if hand.future is not None:
            hand.future.cancel()
        if hand.task is not None:
            hand.task.losses += 1
            if hand.task.losses >= _LOSSES:
                hint = "is there memory enough? its options: " + " ".join(hand.task.names)
                raise ToolchainError(f"a build was lost {_LOSSES} times with the worker that made it", hint=hint)
            self._waiting.appendleft(hand.task)

    def _settle(self, hand: _Hand, future: Any) -> None:
        """Take what a worker gives."""
        try:
            result = future.result(timeout=10 * _LOOK)
        except TimeoutError:
            # It was lost with its worker before it came here.
            self._settled.put(future)
            self._look()
            return
        except CancelledError:
            raise gone() from None
        except Exception as error:  # whatever goes wrong there
            self._set_aside(hand, reason(error))
            return
        hand.future = None
        if hand.task is None:
            self._advance(hand, result)
        elif result is None:
            # Somebody removed the tree.
            hand.steps = self._steps(hand.address)
            self._waiting.appendleft(hand.task)
            hand.task = None
        else:
            self._keep(hand.task, result)
            hand.task = None

    def _keep(self, task: _Task, made: Made) -> None:
        assert self._yard.ledger is not None
        keep(made.record, self._yard.ledger)
        seconds = time.monotonic() - task.begun
        if not made.record.note.failure:
            self._took.append(seconds)
        task.told(made.found, seconds)
        self._ended.append(task.names)

    def _set_aside(self, hand: _Hand, reason: str) -> None:
        """Give no more to a worker that failed by something else than a config, unless it was the config's fault: what
        two workers refuse."""
        self._aside[hand.address] = reason
        del self._hands[hand.address]
        task = hand.task
        if not self._hands or (task is not None and task.refused):
            raise ToolchainError(f"worker {hand.address}: {reason}")
        if task is not None:
            task.refused = reason
            self._waiting.appendleft(task)

    def _advance(self, hand: _Hand, result: Any) -> None:
        assert hand.steps is not None
        try:
            self._call(hand, hand.steps.send(result))
        except StopIteration:
            hand.steps = None

    def _call(self, hand: _Hand, call: _Call) -> None:
        function, arguments = call
        future = self._client.submit(function, *arguments, workers=[hand.address], pure=False)
        hand.future = future
        future.add_done_callback(self._settled.put)

    def _steps(self, address: str) -> Generator[_Call, Any, None]:
        """The calls that make a worker fit to build. Raises ToolchainError for one that is not."""
        from analyzer.pipeline.build import worker

        # Asked of what every Python has: what is not installed there cannot answer.
        version = yield importlib.metadata.version, ("kweigh",)
        if version != importlib.metadata.version("kweigh"):
            raise ToolchainError(f"worker {address} runs kweigh {version}", hint=_SAME)
        greeting: Greeting = yield worker.greeting, (self._compiler, self._archive.checksum)
        if greeting.code != worker.code():
            raise ToolchainError(f"worker {address} runs another kweigh than this one", hint=_SAME)
        ours = trees.version_text(self._compiler)
        if greeting.compiler != ours:
            theirs = greeting.compiler or f"no {self._compiler}"
            raise ToolchainError(f"worker {address} has {theirs}", hint=f"all need what is here: {ours}")
        if self._fit is not None:
            yield self._fit, ()
        if not greeting.tree:
            sending = secrets.token_hex(4)
            for offset, piece in self._archive.pieces():
                yield worker.receive, (self._archive.checksum, sending, offset, piece)
            yield worker.unpack, (self._archive.checksum, sending)

    def _say(self) -> None:
        building = sum(hand.task is not None for hand in self._hands.values())
        made = len(self._took)
        total = made + len(self._waiting) + building + self._left
        there = f"{len(self._hands)} worker{'s' * (len(self._hands) != 1)}"
        workers = f"{building} on {there}" if building else f"waiting for {there}"
        if self._aside:
            workers += f", {len(self._aside)} set aside ({next(reversed(self._aside.values()))})"
        left = ""
        if made and self._hands:
            left = f", {span(sum(self._took) / made * (total - made) / len(self._hands))} left"
        self._progress(f"{made} of {total} builds made, {workers}{left}", made, total)
