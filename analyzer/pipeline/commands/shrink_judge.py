"""Judges configs: by what the ledger knows, else by building and testing.

Enters: a config, tests in their order. Leaves: a `Verdict`, in the ledger before anybody sees it. Must hold: a config
is judged once by the same tests, whatever kills the process; what stops a build or a test that is not the config's
fault is no verdict.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from analyzer import documents
from analyzer.documents import is_file
from analyzer.errors import BuildFailed
from analyzer.model.config import ResolvedConfig
from analyzer.model.shrink import Verdict
from analyzer.model.size import Built
from analyzer.pipeline.build.building import BuildSetup, Run, into_ledger, origin_of
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.shrink_lines import key
from analyzer.pipeline.commands.shrink_tests import Test
from analyzer.sizes.ledger import Ledger

_LOG = 4000
"""Characters of what a test said that are kept."""


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
        place = self.setup.scratch / "shrink"
        documents.make_folder(place)
        verdict = Verdict(key=key(config), test=self.digest, result="good", reason="", log="", size=None, seconds=0)
        try:
            built = self.run.make(partial(into_ledger, config, self._setup))
        except BuildFailed as error:
            verdict = replace(verdict, result="unbuilt", reason=f"it does not build: {error.told}"[:200])
        else:
            self.known.anew()
            sizes = self.known.sizes(config)
            reason, log = self._tried(built, place)
            verdict = replace(
                verdict,
                result="bad" if reason else "good",
                reason=reason,
                log=log,
                size=sizes["content"] if sizes is not None else None,
            )
        verdict = replace(verdict, seconds=round(time.monotonic() - started, 1))
        assert self.setup.ledger is not None
        with Ledger.create(self.setup.ledger) as ledger:
            ledger.record_verdict(origin_of(config), verdict)
        assert self._verdicts is not None
        self._verdicts[verdict.key] = verdict
        return verdict

    @property
    def _setup(self) -> BuildSetup:
        asked = (target for test in self.tests for target in test.targets)
        # The first image that is there is booted, and a boot's own test comes first.
        return replace(self.setup, targets=tuple(dict.fromkeys((*asked, *self.setup.targets))))

    def _tried(self, built: Built, place: Path) -> tuple[str, str]:
        said = ""
        for test in self.tests:
            self.run.progress(f"testing: {test.words}", 0, 1)
            reason, stage, said = test.run(built, place)
            if reason:
                where = f"{stage}: " if stage not in ("test", "") and not reason.startswith(f"{stage}:") else ""
                return f"{where}{reason}"[:200].replace("\n", " "), said[-_LOG:]
        return "", said[-_LOG:]
