"""Builds a resolved config.

Enters: a config, and where builds are made. Leaves: a `Built`, and its objects in the ledger. Must hold: what is built
is what was resolved; a build that a tool refused is in the ledger too, with its first error.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from analyzer import configs, documents, trees
from analyzer.errors import BuildFailed, ToolchainError
from analyzer.model.config import ResolvedConfig
from analyzer.model.known import span
from analyzer.model.size import BuildOrder, BuildRecord, Built, Observation, Origin
from analyzer.pipeline.build import planning
from analyzer.pipeline.opening import Progress
from analyzer.sizes.build import build
from analyzer.sizes.ledger import Ledger, Recorded

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSetup:
    """Where builds are made: `scratch` holds them, `ledger` records their objects (None: none), `jobs` is make's -j,
    `targets` are made besides vmlinux."""

    scratch: Path
    ledger: Path | None = None
    jobs: int = 1
    targets: tuple[str, ...] = ()


def make(
    config: ResolvedConfig, setup: BuildSetup, progress: Progress, *, root: Path, kconfig: Path | None = None
) -> Built:
    """Build `config` in a tree at `root`, with another root Kconfig than the tree's if there is one; the ledger learns
    of one that fails.

    Raises what `ordered` and a build raise.
    """
    order = ordered(config, setup, root=root, kconfig=kconfig)
    started = time.time()
    try:
        return build(order, progress)
    except BuildFailed as error:
        if setup.ledger is not None:
            # What reads ELF files takes long to load, and most commands only ask the ledger.
            from analyzer.sizes import records

            keep(records.failed(order, origin_of(config), error, started), setup.ledger)
        raise


def ordered(config: ResolvedConfig, setup: BuildSetup, *, root: Path, kconfig: Path | None = None) -> BuildOrder:
    """The build of `config` in a tree at `root`. Raises ToolchainError when there is no compiler for the architecture,
    or when somebody builds in the tree."""
    tree = config.tree
    if not trees.has_compiler(tree):
        hint = "install a cross compiler, or give its prefix with --cross-compile"
        raise ToolchainError(f"no compiler for {tree.arch}", hint=hint)
    check_clean(root, tree.srcarch)
    documents.make_folder(setup.scratch)
    return BuildOrder(
        tree=root,
        arch=tree.arch,
        cross_compile=tree.toolchain.prefix,
        config=configs.dotconfig(config),
        scratch=setup.scratch,
        jobs=setup.jobs,
        targets=setup.targets,
        kconfig=kconfig,
        expected=len(planning.plan(config).objects),
    )


def into_ledger(
    config: ResolvedConfig,
    setup: BuildSetup,
    progress: Progress,
    *,
    root: Path | None = None,
    kconfig: Path | None = None,
) -> Built:
    """Build a config as `make` does, in its own tree where no other `root` is given, and record it. Raises what these
    raise."""
    place = root or config.tree.root
    built = make(config, setup, progress, root=place, kconfig=kconfig)
    progress("recording", 0, 1)
    record(built, config, setup, root=place)
    return built


def check_clean(root: Path, srcarch: str) -> None:
    """Raises ToolchainError for a tree in which somebody builds: make has no O= then (outputmakefile of the top
    Makefile)."""
    places = (".config", "include/config", f"arch/{srcarch}/include/generated")
    found = next((name for name in places if (root / name).exists()), None)
    if found is not None:
        raise ToolchainError(
            f"{root} is not clean: it has {found}, so make builds in no other folder",
            hint="make mrproper there, which removes its .config as well; or --tree names a clean copy",
        )


def record(
    built: Built, config: ResolvedConfig, setup: BuildSetup, *, root: Path
) -> tuple[Sequence[Observation], Recorded | None]:
    """Weigh every object, and let the ledger learn of it where there is one."""
    from analyzer.sizes import records

    found = records.finished(built, origin_of(config), tree=root)
    return found.observed, keep(found, setup.ledger) if setup.ledger is not None else None


def keep(record: BuildRecord, path: Path) -> Recorded:
    """Let a ledger learn of a build, as a whole or not at all."""
    with Ledger.create(path) as ledger:
        return ledger.record([*record.observed, *record.images], record.note, record.symbols)


def settings_of(config: ResolvedConfig) -> dict[str, str]:
    """The values of a config as a ledger has them."""
    return configs.settings(config)


def origin_of(config: ResolvedConfig) -> Origin:
    """What a measurement of this config holds for."""
    tree = config.tree
    return Origin(tree=tree.title, arch=tree.arch, compiler=tree.toolchain.identity)


def last_change(root: Path) -> float:
    """When a file of a tree changed last, in seconds since 1970: a build that began later is one of this very tree."""
    newest = 0.0
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        for name in (".", *files):
            with suppress(OSError):
                status = os.lstat(f"{folder}/{name}")
                newest = max(newest, status.st_mtime, status.st_ctime)
    return newest


@dataclass(slots=True, kw_only=True)
class Run:
    """The builds of one command. `count` are to be made, less those that turn out not to be needed; `progress` is told
    which one is being made, and how much time is left, from what those before took."""

    count: int
    progress: Progress
    clock: Callable[[], float] = time.monotonic
    took: list[float] = field(default_factory=list)

    def skip(self, builds: int = 1) -> None:
        """So many need not be made."""
        self.count -= builds

    def make(self, build: Callable[[Progress], T]) -> T:
        """One build, and what it gives. Raises what `build` raises; then its time tells nothing about the next."""
        started = self.clock()
        place = len(self.took) + 1

        def told(what: str, done: int, total: int) -> None:
            where = f"build {place} of {self.count}: " if self.count > 1 else ""
            if total > 1:
                what = f"object {done:,} of {total:,}"
            self.progress(f"{where}{what}{self._left(started)}", done, total)

        try:
            made = build(told)
        except BaseException:
            self.skip()
            raise
        self.took.append(self.clock() - started)
        return made

    def _left(self, started: float) -> str:
        if not self.took:
            return ""
        mean = sum(self.took) / len(self.took)
        rest = max(mean - (self.clock() - started), 0.0) + mean * max(self.count - len(self.took) - 1, 0)
        return f", {span(rest)} left"
