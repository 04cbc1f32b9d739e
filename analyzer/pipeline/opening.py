"""From a request to a tree that can resolve configs.

Enters: which tree, and how it is asked. Leaves: `OpenTree`. Must hold: the order is locate, read, compile; nothing is
resolved yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from analyzer import configs, toolchain, trees
from analyzer.errors import ToolchainError, UsageError, nearest
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.kconfig import KconfigModel, Warning
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.pipeline.cached import compiled

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much is done."""


def silent(_what: str, _done: int, _total: int) -> None:
    """The Progress of those who do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRequest:
    """Which tree, and how it is asked.

    `root` None is the bundled tree, `arch` None this machine's architecture. `cross_compile` is a prefix of tools as
    make takes it, `answers` a file of recorded toolchain answers. `allow_shell` lets the tree's own shell commands run.
    """

    root: Path | None = None
    arch: str | None = None
    cross_compile: str | None = None
    answers: Path | None = None
    allow_shell: bool = False
    cache: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTree:
    """A tree that is read and compiled, ready to resolve configs; `answers` is what answered its `$(shell,…)`, and
    `answered_by` what that depends on besides the toolchain's programs."""

    tree: SourceTree
    model: KconfigModel
    program: configs.Program
    shelf: configs.Shelf
    answers: ShellAnswers
    answered_by: str

    def resolve(self, config: str) -> ResolvedConfig:
        """The config that `config` names. Raises InputError when there is none."""
        return self.resolved(self.shelf.load(config))

    def resolved(self, source: ConfigSource) -> ResolvedConfig:
        """The config of `source`."""
        return configs.resolve(self.tree, self.model, self.program, source)


def open_tree(request: TreeRequest, progress: Progress = silent) -> OpenTree:
    """Find, read and compile a tree. Raises what the rooms raise."""
    tree, answers, answered_by = _asked(request)
    progress(f"reading the Kconfig of {tree.label}", 0, 1)
    # What a tree's own shell commands answer is anybody's guess, so it is not kept.
    folder = None if request.allow_shell else request.cache
    model, program = compiled(tree, answers, answered_by, folder)
    progress(f"reading the Kconfig of {tree.label}", 1, 1)
    shelf = configs.Shelf(tree=tree, default=trees.default_config(tree).name, recipes=trees.recipes(tree))
    return OpenTree(tree=tree, model=model, program=program, shelf=shelf, answers=answers, answered_by=answered_by)


def _asked(request: TreeRequest) -> tuple[SourceTree, ShellAnswers, str]:
    """The tree, and what answers its `$(shell,…)`: the compiler, or a record where the user or the machine has none."""
    profile = toolchain.load_profile(request.answers) if request.answers is not None else None
    if profile is None:
        try:
            tree = trees.locate(request.root, request.arch, request.cross_compile)
            return tree, _allowed(request, tree, toolchain.LiveAnswers(tree)), ""
        except ToolchainError:
            profile = toolchain.shipped_profile(request.arch or "x86_64")
            if profile is None or request.cross_compile is not None:
                raise
    if request.arch is not None and profile.arch != request.arch:
        raise UsageError(f"the record is for {profile.arch}, not {request.arch}", hint=f"--arch {profile.arch}")
    recorded = replace(profile.toolchain, identity=f"{profile.toolchain.identity}, recorded")
    compilers = trees.Compilers(toolchain=recorded, versions=profile.versions)
    tree = trees.locate(request.root, profile.arch, compilers)
    answers = toolchain.ProfileAnswers(tree, profile)
    return tree, _allowed(request, tree, answers), toolchain.render_profile(profile)


def record(request: TreeRequest) -> str:
    """What the toolchain answers to a tree's `$(shell,…)`, as the text of a record that --toolchain takes."""
    from analyzer.configs.read import read

    tree = trees.locate(request.root, request.arch, request.cross_compile)
    listening = toolchain.RecordingAnswers(tree, toolchain.LiveAnswers(tree))
    read(tree, listening)
    return toolchain.render_profile(toolchain.profile_of(tree, [listening.recorded]))


def _allowed(request: TreeRequest, tree: SourceTree, answers: ShellAnswers) -> ShellAnswers:
    if not request.allow_shell:
        return answers
    return toolchain.FallbackAnswers(answers, toolchain.AnyShell(tree))


def notes(config: ResolvedConfig) -> tuple[Warning, ...]:
    """What conf would warn of while it reads the config: lines that say nothing, bad values, names unknown to the
    tree."""
    return tuple(sorted(_notes(config), key=lambda note: note.location))


def _notes(config: ResolvedConfig) -> Iterator[Warning]:
    yield from config.source.warnings
    for assignment in config.rejected:
        symbol = config.model.symbols[assignment.name]
        yield Warning(
            text=f"{assignment.value[:40] or 'nothing'} is no value for {symbol.name} ({symbol.type}); line ignored",
            location=assignment.location,
        )
    for assignment in config.ignored:
        near = nearest(assignment.name, config.model.symbols) if len(config.ignored) <= _FEW else ""
        hint = f" ({near})" if near else ""
        yield Warning(text=f"no symbol {assignment.name} in {config.tree.label}{hint}", location=assignment.location)


_FEW = 20
"""Unknown names for which a near one is looked up: each costs a pass over all symbols."""
