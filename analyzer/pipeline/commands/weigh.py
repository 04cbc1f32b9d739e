"""Weighs every option of a config, build by build.

Enters: an open tree, a config, where builds are made, how much may be built. Leaves: builds in the ledger. Must hold:
it can be stopped at any moment and goes on where it was: a build is in the ledger as a whole or not at all, and what
the ledger has is not built again; a build that fails is taken apart until the option is known that makes it fail.

Which options share a build is no measurement but takes long to find, so it is kept beside the builds.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from analyzer import configs
from analyzer.errors import ToolchainError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.pipeline.build.builders import Builders, LocalBuilder
from analyzer.pipeline.build.building import BuildSetup, Run, origin_of
from analyzer.pipeline.bytes import reach, sharing
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.option_weights import unmeasured
from analyzer.pipeline.bytes.sharing import Turned
from analyzer.pipeline.bytes.toggles import Toggle, toggles, turned
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.sizes.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much is built in one run: at most so many builds, and none begun after so many seconds (None: no bound)."""

    builds: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Where weighing every option stands: the builds that the ledger holds, those left, and for options that do not
    stick or build the reason. `seconds` is what those left take, as the last `timed` took (None: none was timed)."""

    toggles: tuple[Toggle, ...]
    done: int
    left: int
    failed: tuple[tuple[str, str], ...]
    seconds: float | None = None
    timed: int = 0


_LAST = 20
"""Builds by which the time of those left is told: their kinds follow each other, and what is left is of the last."""


def run(
    opened: OpenTree,
    base: ResolvedConfig,
    setup: BuildSetup,
    budget: Budget,
    progress: Progress = silent,
    *,
    clock: Callable[[], float] = time.monotonic,
    builders: Builders | None = None,
) -> Campaign:
    """Build what the ledger lacks, as far as the budget goes: with `builders`, else here. The config itself is built
    here, since its folder tells how far options reach.

    Raises ToolchainError when the config itself cannot be built, or when a build is stopped by something else than its
    config (no space, another process in the same folder).
    """
    assert setup.ledger is not None
    known = Known(setup.ledger)
    found = toggles(opened, base)
    kept = _Kept(setup.scratch, base)
    here = LocalBuilder(setup, Run(count=1, progress=progress))
    builds = kept.read()
    if builds is None:
        if budget.builds == 0:
            if not known.has(base):
                raise unmeasured(base, setup.ledger)
            raise UsageError("which options share builds is not known yet", hint="--builds 1 or more finds out")
        reaches = reach.reaches(opened, base, found, here.built(base), progress)
        progress("which options share builds", 0, 1)
        builds = sharing.shared(opened, base, found, reaches)
        kept.write(builds)
        budget = replace(budget, builds=None if budget.builds is None else budget.builds - 1)
    stands = _Work(opened, base, found, builds, known).run(builders or here, budget, clock)
    last = _last(base, setup.ledger)
    each = sum(last) / len(last) if last else None
    return replace(stands, seconds=None if each is None else each * stands.left, timed=len(last))


def _last(base: ResolvedConfig, ledger: Path) -> list[float]:
    """The seconds of the last builds of the same tree, architecture and compiler; a whole one is none of a campaign."""
    with Ledger.open_to_read(ledger) as opened:
        notes = sorted(opened.builds(origin=origin_of(base)), key=lambda note: note.started)
    own = configs.dotconfig(base)
    return [note.seconds for note in notes if note.seconds and not note.failure and note.config != own][-_LAST:]


class _Work:
    """What is waiting to be built, what is being built, and what came of the rest."""

    def __init__(
        self, opened: OpenTree, base: ResolvedConfig, toggles: Sequence[Toggle], builds: Sequence[Turned], known: Known
    ) -> None:
        self._opened = opened
        self._base = base
        self._flips = toggles
        self._asked = {toggle.symbol: toggle.value for toggle in toggles}
        self._known = known
        self._waiting = list(builds)
        self._begun: dict[Turned, str] = {}
        self._done = 0
        self._failed = {toggle.symbol: "does not stick" for toggle in toggles if not toggle.sticks}

    def run(self, builders: Builders, budget: Budget, clock: Callable[[], float]) -> Campaign:
        """Build until nothing waits or the budget is used up; what was begun is ended."""
        begun, tried = clock(), 0
        while True:
            while builders.room and (following := self._following()):
                if tried == budget.builds or (budget.seconds is not None and clock() - begun >= budget.seconds):
                    break
                tried += 1
                names, config = following
                self._waiting.remove(names)
                self._begun[names] = configs.dotconfig(config)
                builders.begin(names, config)
            if not self._begun:
                break
            ended = builders.end(len(self._waiting))
            del self._begun[ended]
            self._waiting.insert(0, ended)
            self._known.anew()
        failed = (
            (toggle.symbol, self._failed[toggle.symbol]) for toggle in self._flips if toggle.symbol in self._failed
        )
        return Campaign(toggles=tuple(self._flips), done=self._done, left=len(self._waiting), failed=tuple(failed))

    def _following(self) -> tuple[Turned, ResolvedConfig] | None:
        """The first that the ledger does not have and nobody is building; those before it that it has are done."""
        at = 0
        while at < len(self._waiting):
            names = self._waiting[at]
            config = turned(self._opened, self._base, {name: self._asked[name] for name in names})
            if reason := self._known.failure(config):
                self._waiting[at : at + 1] = sharing.halves(names)
                if len(names) == 1:
                    self._failed[names[0]] = reason
            elif self._known.has(config):
                del self._waiting[at]
                self._done += 1
            elif configs.dotconfig(config) in self._begun.values():
                at += 1
            else:
                return names, config
        return None


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
