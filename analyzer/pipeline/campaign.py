"""Weighs every option of a config, build by build.

Enters: an open tree, a config, where builds are made, how much may be built. Leaves: builds in the ledger. Must hold:
it can be stopped at any moment and goes on where it was: a build is in the ledger as a whole or not at all, and what
the ledger has is not built again; a build that fails is taken apart until the option is known that makes it fail.

What took long and is no measurement, how far options reach and which builds failed, is kept beside the builds.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from analyzer import configs
from analyzer.errors import AnalyzerError, BuildFailed
from analyzer.model.config import ResolvedConfig
from analyzer.pipeline import sharing, strata
from analyzer.pipeline.building import Yard, make, origin_of, record
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
    found = flips(opened, base)
    kept = _Kept.read(yard.scratch, base)
    if not kept.reaches:
        kept.reaches = _reaches(opened, base, found, yard, progress)
        kept.write()
    known = Known(yard.ledger)
    waiting = deque(sharing.shared(opened, base, found, kept.reaches))
    asked = {flip.symbol: flip.value for flip in found}
    begun, built, done = clock(), 0, 0
    while waiting:
        names = waiting.popleft()
        if names in kept.failed:
            waiting.extendleft(reversed(list(sharing.halves(names))))
            continue
        config = turned(opened, base, {name: asked[name] for name in names})
        if known.has(config):
            done += 1
            continue
        spent = clock() - begun
        if built == budget.builds or (budget.seconds is not None and spent >= budget.seconds):
            waiting.appendleft(names)
            break
        step = _Step(progress, done + 1, done + 1 + len(waiting), spent / built if built else None)
        try:
            record(make(config, yard, step, root=opened.tree.root), config, yard, root=opened.tree.root)
            known.anew()
            done += 1
        except BuildFailed as error:
            kept.failed[names] = error.message.replace(f"{yard.scratch.absolute()}/", "")
            kept.write()
            waiting.appendleft(names)
        built += 1
    return Campaign(
        flips=found,
        done=done,
        left=len(waiting),
        failed=(
            *((flip.symbol, "does not stick") for flip in found if not flip.sticks),
            *((names[0], reason) for names, reason in kept.failed.items() if len(names) == 1),
        ),
    )


def _reaches(
    opened: OpenTree, base: ResolvedConfig, found: Sequence[Flip], yard: Yard, progress: Progress
) -> tuple[strata.Reach, ...]:
    built = make(base, yard, progress, root=opened.tree.root)
    record(built, base, yard, root=opened.tree.root)
    return strata.reaches(opened, base, found, built, progress)


@dataclass(frozen=True, slots=True)
class _Step:
    """Progress of one build of several, with the time that all of them will take by what those before took."""

    progress: Progress
    number: int
    count: int
    seconds: float | None

    def __call__(self, what: str, done: int, of: int) -> None:
        left = "" if self.seconds is None else f", {_told(self.seconds * (self.count - self.number + 1))} left"
        self.progress(f"build {self.number} of {self.count}{left}: {what}", done, of)


def _told(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


class _Kept:
    """What is kept beside the builds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.reaches: tuple[strata.Reach, ...] = ()
        self.failed: dict[Turned, str] = {}

    @classmethod
    def read(cls, scratch: Path, base: ResolvedConfig) -> _Kept:
        """What was kept for this config; nothing where it was not, or cannot be read."""
        origin = origin_of(base)
        identity = "\0".join((origin.tree, origin.arch, origin.compiler, configs.dotconfig(base)))
        digest = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        kept = cls(scratch / f"options-{origin.arch}-{digest}.json")
        with suppress(OSError, ValueError, TypeError, KeyError):
            found = json.loads(kept._path.read_text("utf-8"))
            kept.reaches = tuple(
                strata.Reach(symbol=one["symbol"], lines=tuple(one["lines"]), flags=one["flags"])
                for one in found["reaches"]
            )
            kept.failed = {tuple(names): reason for names, reason in found["failed"]}
        return kept

    def write(self) -> None:
        """Keep it, as a whole or not at all. Raises AnalyzerError where nothing can be written."""
        text = json.dumps({"reaches": [asdict(one) for one in self.reaches], "failed": list(self.failed.items())})
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(text, "utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise AnalyzerError(f"cannot keep {self._path}: {error.strerror or error}") from error
