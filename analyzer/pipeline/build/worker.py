"""What a worker of a cluster does.

Enters: a tree in pieces, orders. Leaves: records of builds. Must hold: it writes only below the folder that dask worker
was given (--local-directory), and no ledger; a tree is there as a whole or not at all, and holds what its name says;
builds of workers that share that folder do not meet; a build that nobody waits for any more is ended.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from distributed import get_worker

from analyzer import trees
from analyzer.errors import FolderBusy, ToolchainError
from analyzer.model.size import BuildOrder, BuildRecord, Built, Origin
from analyzer.pipeline.keeping.own_code import own_code
from analyzer.sizes import records
from analyzer.trees import content

Look = Callable[[Built, Path, Callable[[str, int, int], None]], Any]
"""What looks at a build where it was made: it gets a folder of its own besides, and says what it does."""
_LOOK = 1.0
"""Seconds between two looks at whether somebody waits for the build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What must be the same on all machines, and whether the tree is there."""

    code: str
    compiler: str
    tree: bool


def greeting(compiler: str, tree: str) -> Greeting:
    """Say what is here: of a compiler, by its name, and a tree, by its checksum."""
    return Greeting(code=code(), compiler=trees.version_text(compiler), tree=_tree(tree).is_dir())


def code() -> str:
    """Which version of our own code works here."""
    return own_code("boot", "pipeline", "sizes", "trees")


def receive(tree: str, sending: str, offset: int, piece: bytes) -> None:
    """Take a piece of a packed tree. Raises OSError where it cannot be written."""
    path = _part(tree, sending)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb" if offset == 0 else "r+b") as file:
        file.seek(offset)
        file.write(piece)


def unpack(tree: str, sending: str) -> None:
    """Make a tree of its pieces. Raises InputError where it is not what its name says, OSError as above."""
    part = _part(tree, sending)
    fresh = part.with_suffix(".new")
    try:
        with part.open("rb") as packed:
            content.unpack(packed, fresh)
        if content.checksum(fresh) != tree:
            raise ToolchainError("the tree changed while it was sent", hint="once more, with nobody working in it")
        with suppress(OSError):
            # Another worker of this machine may have been faster.
            fresh.rename(_tree(tree))
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A build, and what was found out of it where it was made (None: nothing was asked, or it failed)."""

    record: BuildRecord
    found: Any = None


def build(tree: str, order: BuildOrder, origin: Origin, look: Look | None = None) -> Made | None:
    """Build in a tree that is here, in a folder of our own, and let `look` look at what was built; None where the tree
    is not here.

    Raises what a build raises, but for BuildFailed, and what `look` raises; ToolchainError where nobody waits for it
    any more.
    """
    root = _tree(tree)
    if not root.is_dir():
        return None
    progress = _asking()
    jobs = max(1, get_worker().state.nthreads)
    found: list[Any] = []

    def then(built: Built) -> None:
        if look is not None:
            found.append(look(built, built.folder.parent / "looked", progress))

    for number in count():
        here = replace(order, tree=root, scratch=_home() / f"builds-{number}", jobs=jobs)
        # Another worker of this machine builds there, or a make that one left behind when it was killed.
        with suppress(FolderBusy):
            record = records.made(here, origin, progress, then)
            return Made(record=record, found=found[0] if found else None)
    raise AssertionError("unreachable")


def _home() -> Path:
    # Beside the folders of all workers that were given the same --local-directory, which end with them.
    return Path(get_worker().local_directory).parent / "kweigh"


def _tree(tree: str) -> Path:
    return _home() / "trees" / tree


def _part(tree: str, sending: str) -> Path:
    return _home() / "trees" / f"{tree[:12]}-{sending}.part"


def _asking() -> Callable[[str, int, int], None]:
    """To be told of progress; raises ToolchainError where the task was taken back, which ends make in good order."""
    worker = get_worker()
    key = worker.get_current_task()
    looked = time.monotonic()

    def progress(what: str, done: int, total: int) -> None:
        nonlocal looked
        if time.monotonic() - looked >= _LOOK:
            looked = time.monotonic()
            task = worker.state.tasks.get(key)
            if task is None or task.state != "executing":
                raise ToolchainError("nobody waits for this build any more")

    return progress
