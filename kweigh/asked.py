"""What somebody asks, before anything is read.

Enters: the arguments of `kweigh.open`. Leaves: the `TreeRequest`s of the pipeline. Must hold: an argument means what
the option of that name means; what is not said is taken from where the user stands, and `taken` says so.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analyzer.errors import SourceError, UsageError
from analyzer.model.report import Taken

if TYPE_CHECKING:
    from analyzer.configs.inputs import Inputs
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.kconfig import Warning
    from analyzer.pipeline.build.building import BuildSetup
    from analyzer.pipeline.bytes.known import Known
    from analyzer.pipeline.context import Context, Given
    from analyzer.pipeline.opening import OpenTree, Progress, TreeRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How configs are built: in `scratch` (None: in the cache), with make's -j `jobs` (None: every processor), and
    `targets` (bzImage, Image.gz) made and weighed besides vmlinux."""

    scratch: Path | None = None
    jobs: int | None = None
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which tree, and how: the arguments of `kweigh.open`. `inputs` reads what is the user's own."""

    given: Given
    around: Context
    toolchain: Path | None
    shell: Literal["confined", "none", "any"]
    cache: Path | None
    ledger: Path | None
    progress: Progress
    strict: bool
    inputs: Inputs

    def one(self) -> TreeRequest:
        """The request of a question about one architecture. Raises as `stand` does."""
        return self._stand(replace(self.given, arches=None))

    def many(self, *, every: bool = False) -> TreeRequest:
        """That of a question about many; where none is named, `every` one is asked."""
        return self._stand(replace(self.given, arch=None, arches=self.arches or (("*",) if every else ())))

    @property
    def arches(self) -> tuple[str, ...]:
        """The architectures, names and globs, that a question about many is about; (): nobody said."""
        if self.given.arches is not None:
            return tuple(self.given.arches)
        return (self.given.arch,) if self.given.arch is not None else ()

    def _stand(self, given: Given) -> TreeRequest:
        from analyzer.pipeline.context import request_in

        return self.finish(request_in(given, self.around, self.inputs), self.toolchain)

    def finish(self, request: TreeRequest, toolchain: Path | None) -> TreeRequest:
        """A request with what standing says nothing of."""
        return replace(request, answers=toolchain, shell=self.shell, cache=self.cache)

    def words(self, root: Path | None) -> str:
        """The options that name the tree at `root` and its ledger, as a person would repeat them."""
        told = (
            ("--tree", root or "DIR"),
            ("--cross-compile", self.given.cross_compile),
            ("--llvm", self.given.llvm),
            ("--toolchain", self.toolchain),
            ("--ledger", self.ledger),
        )
        return shlex.join([word for option, value in told if value for word in (option, str(value))])


class Standing:
    """What is asked, with what was found of it so far: requests, the tree that is read, measurements.

    `same` is another whose request is the same, so that one of both reads the tree.
    """

    def __init__(self, asked: Asked, request: TreeRequest | None = None, same: Standing | None = None) -> None:
        self.asked = asked
        self.progress = asked.progress
        self._same = same
        self._many: dict[bool, TreeRequest] = {}
        if request is not None and asked.given.arches is not None:
            self._many = {False: request, True: request}
        elif request is not None:
            self.request = request

    @cached_property
    def request(self) -> TreeRequest:
        """That of a question about one architecture."""
        return self.asked.one()

    @property
    def told_of(self) -> TreeRequest:
        """The one of both that the user asked for."""
        return self.many() if self.asked.given.arches is not None else self.request

    def many(self, *, every: bool = False) -> TreeRequest:
        """That of a question about many; where none is named, `every` one is asked."""
        if every not in self._many:
            self._many[every] = self.asked.many(every=every)
        return self._many[every]

    @cached_property
    def opened(self) -> OpenTree:
        """The tree, read and compiled. Raises what that raises."""
        if self._same is not None:
            return self._same.opened
        from analyzer import pipeline

        return pipeline.open_tree(self.request, self.progress)

    @property
    def ledger(self) -> Path:
        """Where sizes are recorded."""
        from kweigh import cache

        return self.asked.ledger or cache.ledger()

    def known(self, request: TreeRequest | None = None, gates: tuple[Path, ...] = ()) -> Known:
        """What has been measured before: what the ledger has, the gates of files, and what comes along."""
        from analyzer.pipeline.bytes.known import Known

        return Known(self.ledger, gates, words=self.asked.words((request or self.request).root))

    def told(self, request: TreeRequest | None = None, *more: Taken) -> tuple[Taken, ...]:
        """What an answer took from where the user stands; called once for each, when it is worked out."""
        inputs = self.asked.inputs
        doubles = (told_double(name, own=own) for name, own in inputs.both.items())
        meant = (
            Taken(name="symbol", value=here, why=f"what the tree has for {name}") for name, here in inputs.meant.items()
        )
        told = (*(request or self.request).taken, *more, *doubles, *meant)
        inputs.meant.clear()
        return told

    def hold(self, *configs: ResolvedConfig | None) -> None:
        """Where the user is `strict`, raise SourceError for the first line that conf would warn of."""
        for config in configs if self.asked.strict else ():
            for note in notes(config) if config is not None else ():
                raise SourceError(note.text, path=note.location.path, lineno=note.location.line)

    def real(self, request: TreeRequest | None = None) -> None:
        """Raise UsageError where there is no real tree to build."""
        if (request or self.request).root is None:
            raise UsageError("the bundled tree can't be built", hint="--tree DIR names a Linux tree")


def setup(build: Build, ledger: Path) -> BuildSetup:
    """How the pipeline is told how to build."""
    from analyzer.pipeline.build.building import BuildSetup
    from kweigh import cache

    return BuildSetup(
        scratch=build.scratch or cache.folder() / "builds",
        ledger=ledger,
        jobs=build.jobs or os.cpu_count() or 1,
        targets=build.targets,
    )


def notes(config: ResolvedConfig) -> tuple[Warning, ...]:
    """What conf would warn of while it reads the config."""
    from analyzer import pipeline

    return pipeline.notes(config)


def told_double(name: str, *, own: bool) -> Taken:
    """What a heading says of a name of the tree's that is also a file of the user's own."""
    why = "the file here, not the tree's" if own else f"the tree's; the file here is ./{name}"
    return Taken(name="config", value=name, why=why)


def surroundings() -> Context:
    """The environment and the current folder."""
    from analyzer.pipeline.context import Context

    try:
        here = Path.cwd()
    except OSError:
        here = None
    return Context(environ=os.environ, here=here)


Names = str | Sequence[str]
"""One name or glob, or several."""


def names(given: Names) -> tuple[str, ...]:
    """One name or glob, or several, as several."""
    return (given,) if isinstance(given, str) else tuple(given)
