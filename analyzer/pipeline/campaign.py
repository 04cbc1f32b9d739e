"""Weighs every option of a config, build by build.

Enters: an open tree, a config, where builds are made, how much may be built. Leaves: builds in the ledger. Must hold:
it can be stopped at any moment and goes on where it was: a build is in the ledger as a whole or not at all, and what
the ledger has is not built again; a build that fails is taken apart until the option is known that makes it fail.

Which options share a build is no measurement but takes long to find, so it is kept beside the builds.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from analyzer import configs
from analyzer.errors import BuildFailed, ToolchainError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import Built
from analyzer.pipeline import sharing, strata
from analyzer.pipeline.building import Run, Yard, make, origin_of, record
from analyzer.pipeline.flips import Flip, flips, turned
from analyzer.pipeline.known import Known
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.pipeline.sharing import Turned


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much is built in one run: at most so many builds, and none begun after so many seconds (None: no bound)."""

    builds: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Where weighing every option stands: the builds that the ledger holds, those left, and for options that do not
    stick or build the reason."""

    flips: tuple[Flip, ...]
    done: int
    left: int
    failed: tuple[tuple[str, str], ...]


def run(
    opened: OpenTree,
    base: ResolvedConfig,
    yard: Yard,
    budget: Budget,
    progress: Progress = silent,
    clock: Callable[[], float] = time.monotonic,
) -> Campaign:
    """Build what the ledger lacks, as far as the budget goes.

    Raises ToolchainError when the config itself cannot be built, or when a build is stopped by something else than its
    config (no space, another process in the same folder).
    """
    assert yard.ledger is not None
    known = Known(yard.ledger)
    found = flips(opened, base)
    kept = _Kept(yard.scratch, base)
    work = Run(count=0, progress=progress)
    builds = kept.read()
    if builds is None:
        if budget.builds == 0:
            raise UsageError("nothing is known yet: the config itself comes first", hint="--builds 1 or more builds it")
        built = work.make(partial(_built, base, yard))
        reaches = strata.reaches(opened, base, found, built, progress)
        progress("which options share builds", 0, 1)
        builds = sharing.shared(opened, base, found, reaches)
        kept.write(builds)
    asked = {flip.symbol: flip.value for flip in found}
    begun, tried, done = clock(), len(work.took), 0
    failed = {flip.symbol: "does not stick" for flip in found if not flip.sticks}
    waiting = deque(builds)
    while waiting:
        names = waiting[0]
        config = turned(opened, base, {name: asked[name] for name in names})
        if reason := known.failure(config):
            waiting.popleft()
            waiting.extendleft(reversed(list(sharing.halves(names))))
            if len(names) == 1:
                failed[names[0]] = reason
        elif known.has(config):
            waiting.popleft()
            done += 1
        elif tried == budget.builds or (budget.seconds is not None and clock() - begun >= budget.seconds):
            break
        else:
            tried += 1
            work.count = len(work.took) + len(waiting)
            with suppress(BuildFailed):
                work.make(partial(_built, config, yard))
            known.anew()
    return Campaign(flips=found, done=done, left=len(waiting), failed=tuple(failed.items()))


def _built(config: ResolvedConfig, yard: Yard, progress: Progress) -> Built:
    root = config.tree.root
    built = make(config, yard, progress, root=root)
    progress("recording", 0, 1)
    record(built, config, yard, root=root)
    return built


class _Kept:
    """Which options share builds, kept beside the builds: to find how far each reaches takes the time of some."""

    def __init__(self, scratch: Path, base: ResolvedConfig) -> None:
        origin = origin_of(base)
        identity = "\0".join((origin.tree, origin.arch, origin.compiler, configs.dotconfig(base)))
        digest = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        self._path = scratch / f"shared-{origin.arch}-{digest}.json"

    def read(self) -> tuple[Turned, ...] | None:
        """What was kept; None where nothing was, or it cannot be read."""
        try:
            return tuple(msgspec.json.decode(self._path.read_bytes(), type=list[Turned]))
        except (OSError, msgspec.DecodeError):
            return None

    def write(self, builds: Sequence[Turned]) -> None:
        """Keep it, as a whole or not at all. Raises ToolchainError where nothing can be written."""
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_bytes(msgspec.json.encode(builds))
            fresh.replace(self._path)
        except OSError as error:
            raise ToolchainError(f"cannot keep {self._path}: {error.strerror or error}") from error
