"""Where builds run.

Enters: configs that the ledger lacks. Leaves: builds in the ledger. Must hold: whoever asks for builds sees no
difference between one machine and many, but for how many run at once; only this process writes the ledger; a build is
in it before `end` says that it ended.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Protocol

from analyzer.errors import BuildFailed
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import Built
from analyzer.pipeline.build.building import BuildSetup, Run, into_ledger
from analyzer.pipeline.bytes.sharing import Turned


class Builders(Protocol):
    """Who builds. `begin` is called only while there is `room`, `end` only while something was begun."""

    @property
    def room(self) -> int:
        """How many builds more can be begun now; one at least while none is."""

    def begin(self, names: Turned, config: ResolvedConfig) -> None:
        """Begin to build a config. Raises ToolchainError where it cannot be."""

    def end(self, left: int) -> Turned:
        """Wait for one of the builds that were begun, whichever ends first, made or failed; `left` wait besides them.

        Raises ToolchainError when a build is stopped by something else than its config.
        """


class LocalBuilder:
    """This machine: one build after another, each by as many jobs as the setup says."""

    def __init__(self, setup: BuildSetup, run: Run) -> None:
        """Builds in `setup`, counted by `run`."""
        self._yard = setup
        self._run = run
        self._begun: list[tuple[Turned, ResolvedConfig]] = []

    @property
    def room(self) -> int:
        """One, unless it is taken."""
        return 1 - len(self._begun)

    def begin(self, names: Turned, config: ResolvedConfig) -> None:
        """It is built when its end is waited for."""
        self._begun.append((names, config))

    def end(self, left: int) -> Turned:
        """Build. Raises what a build raises, but for BuildFailed."""
        names, config = self._begun.pop()
        self._run.count = len(self._run.took) + 1 + left
        with suppress(BuildFailed):
            self.built(config)
        return names

    def built(self, config: ResolvedConfig) -> Built:
        """Build a config at once, and keep its folder. Raises what a build raises."""
        return self._run.make(partial(into_ledger, config, self._yard))
