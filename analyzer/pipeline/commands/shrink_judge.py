"""Judges configs: by what the ledger knows, else by building and testing.

Enters: a config, tests in their order. Leaves: a `Verdict`, in the ledger before anybody sees it. Must hold: a config
is judged once by the same tests, whatever kills the process; what stops a build or a test that is not the config's
fault is no verdict.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from analyzer.documents import is_file
from analyzer.errors import BuildFailed
from analyzer.model.config import ResolvedConfig
from analyzer.model.shrink import Verdict
from analyzer.pipeline.build.building import BuildSetup, Run, into_ledger, origin_of
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.shrink_lines import key
from analyzer.pipeline.commands.shrink_tests import Test, try_all
from analyzer.sizes.ledger import Ledger


@dataclass(slots=True, kw_only=True)
class Judge:
    """`tests` are run one after another until one fails. `built` counts the configs that were built."""

    tests: Sequence[Test]
    setup: BuildSetup
    known: Known
    run: Run
    built: int = 0
    _verdicts: dict[str, Verdict] | None = field(default=None, init=False)

    @property
    def digest(self) -> str:
        """Of all tests."""
        return hashlib.sha256("\0".join(one.digest for one in self.tests).encode()).hexdigest()[:16]

    def recall(self, config: ResolvedConfig) -> Verdict | None:
        """What the ledger has of these tests on a config."""
        assert self.setup.ledger is not None
        if self._verdicts is None:
            self._verdicts = {}
            if is_file(self.setup.ledger):
                with Ledger.open_to_read(self.setup.ledger) as ledger:
                    found = ledger.verdicts(origin=origin_of(config), test=self.digest)
                    self._verdicts = {one.key: one for one in found}
        return self._verdicts.get(key(config))

    def forget(self) -> None:
        """Read the ledger anew: others wrote to it."""
        self._verdicts = None

    def judge(self, config: ResolvedConfig) -> Verdict:
        """Build and test a config that the ledger has no verdict of. Raises what a build raises, but for BuildFailed,
        and what a test raises."""
        found = self.recall(config)
        if found is not None:
            return found
        started = time.monotonic()
        self.built += 1
        tried = None
        with suppress(BuildFailed):
            built = self.run.make(partial(into_ledger, config, with_targets(self.setup, self.tests)))
            tried = try_all(self.tests, built, self.setup.scratch / "shrink", self.run.progress)
        return self.keep(config, tried, time.monotonic() - started)

    def keep(self, config: ResolvedConfig, tried: tuple[str, str] | None, seconds: float) -> Verdict:
        """Keep what came of a config whose build is in the ledger: of its tests as `try_all` tells it (None: it did not
        build), after so many seconds."""
        self.known.anew()
        verdict = Verdict(
            key=key(config), test=self.digest, result="good", reason="", log="", size=None, seconds=round(seconds, 1)
        )
        if tried is None:
            reason = f"it does not build: {self.known.failure(config)}"[:200]
            verdict = replace(verdict, result="unbuilt", reason=reason)
        else:
            reason, log = tried
            sizes = self.known.sizes(config)
            size = sizes["content"] if sizes is not None else None
            verdict = replace(verdict, result="bad" if reason else "good", reason=reason, log=log, size=size)
        assert self.setup.ledger is not None
        with Ledger.create(self.setup.ledger) as ledger:
            ledger.record_verdict(origin_of(config), verdict)
        if self._verdicts is not None:
            self._verdicts[verdict.key] = verdict
        return verdict


def with_targets(setup: BuildSetup, tests: Sequence[Test]) -> BuildSetup:
    """`setup` that makes what tests take, too."""
    asked = (target for test in tests for target in test.targets)
    # The first image that is there is booted, and a boot's own test comes first.
    return replace(setup, targets=tuple(dict.fromkeys((*asked, *setup.targets))))
