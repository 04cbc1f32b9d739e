"""From a request to a tree that can resolve configs.

Enters: which tree, and how it is asked. Leaves: `OpenTree`. Must hold: the order is locate, read, compile; nothing is
resolved yet.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from analyzer import configs, deps, toolchain, trees
from analyzer.errors import ToolchainError, Unanswered, UsageError
from analyzer.model.config import ConfigSource, ResolvedConfig
from analyzer.model.kconfig import KconfigModel, Warning
from analyzer.model.report import Taken
from analyzer.model.stranger import Stranger, StrangerKind
from analyzer.model.tree import ShellAnswers, SourceTree
from analyzer.noted import Noted, noting
from analyzer.pipeline.asking import Allowed, Answers
from analyzer.pipeline.keeping.trees import Keeper, compiled, exporting, with_exports
from analyzer.pipeline.makefiles import keep_parsed

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how much of how much is done."""


def silent(_what: str, _done: int, _total: int) -> None:
    """The Progress of those who do not watch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRequest:
    """Which tree, and how it is asked.

    `root` None is the bundled tree, `arch` None this machine's architecture. `cross_compile` is a prefix of tools as
    make takes it (`cross_compile_for`: the architecture for which it counts, None: any), `llvm` is LLVM as make takes
    it, `answers` a file of recorded toolchain answers. `shell` is how the tree's own commands run where `$(shell,…)`
    asks for more than our code answers: confined, not at all, or free (any).

    `dotconfig` is the .config that belongs to the tree (None: there is none to take), and `config_why` says where it
    is, or why it is not taken. `taken` is what the user did not say. `inputs` reads configs of the user's own.
    """

    root: Path | None = None
    arch: str | None = None
    cross_compile: str | None = None
    cross_compile_for: str | None = None
    llvm: str | None = None
    answers: Path | None = None
    shell: Literal["confined", "none", "any"] = "confined"
    cache: Path | None = None
    dotconfig: str | None = None
    config_why: str = field(default="", compare=False)
    taken: tuple[Taken, ...] = field(default=(), compare=False)
    inputs: configs.Inputs = field(default_factory=configs.Inputs, compare=False)

    @property
    def prefix(self) -> str | None:
        """CROSS_COMPILE for `arch`."""
        return self.cross_compile if self.cross_compile_for in (None, self.arch) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTree:
    """A tree that is read, ready to resolve configs; `answers` is what answered its `$(shell,…)`, `read` all that the
    model was made of."""

    tree: SourceTree
    model: KconfigModel
    programs: configs.Programs
    shelf: configs.Shelf
    answers: ShellAnswers
    keeper: Keeper
    read: Noted = field(default_factory=Noted)

    @property
    def program(self) -> configs.Program:
        """The model, compiled as a whole."""
        return self.programs.whole

    def resolve(self, config: str, names: Collection[str] = ()) -> ResolvedConfig:
        """The config that `config` names. Raises InputError when there is none."""
        return self.resolved(self.shelf.load(config), names)

    def resolved(self, source: ConfigSource, names: Collection[str] = ()) -> ResolvedConfig:
        """The config of `source`. Who asks for more than `names`, and what they stand on, asks for all."""
        return configs.resolve(self.tree, self.model, self.programs, source, names)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTree:
    """A tree that was found and is not read yet: as it was `located`, and with what make exports (`tree`), for which
    `ran` were run confined."""

    request: TreeRequest
    located: SourceTree
    tree: SourceTree
    allowed: Allowed
    folder: Path | None
    ran: tuple[str, ...]

    @property
    def keeper(self) -> Keeper:
        """Keeps values about this tree."""
        return Keeper(tree=self.tree, allowed=self.allowed, folder=self.folder)

    @property
    def shelf(self) -> configs.Shelf:
        """The configs that it has."""
        return _shelf(self.request, self.tree)

    def open(self) -> OpenTree:
        """Read and compile it. Raises what the rooms raise."""
        with noting() as noted:
            return replace(self._open(), read=noted)

    def _open(self) -> OpenTree:
        tree, ran = self.tree, self.ran
        try:
            found = compiled(tree, self.allowed, self.folder)
        except Unanswered as hangs:
            if self.request.shell == "none":
                hangs.hint = "without --no-shell it would run, confined"
                raise
            tree, ran = with_exports(self.located, self.allowed, self.folder, thorough=True)
            found = compiled(tree, self.allowed, self.folder)
        tree = replace(tree, confined=len({*ran, *found.confined}))
        return OpenTree(
            tree=tree,
            model=found.model,
            programs=found.programs,
            shelf=_shelf(self.request, tree),
            answers=found.answers,
            keeper=Keeper(tree=tree, allowed=self.allowed, folder=self.folder),
        )


def find_tree(request: TreeRequest) -> FoundTree:
    """Find a tree, and what make exports to its conf. Raises what the rooms raise."""
    tree, allowed = _located(request)
    # What a tree's own commands answer where they run free is anybody's guess, so it is not kept.
    folder = None if request.shell == "any" else request.cache
    keep_parsed(tree.root, folder)
    exporting_tree, ran = with_exports(tree, allowed, folder, thorough=False)
    return FoundTree(request=request, located=tree, tree=exporting_tree, allowed=allowed, folder=folder, ran=ran)


def open_tree(request: TreeRequest, progress: Progress = silent) -> OpenTree:
    """Find, read and compile a tree. Raises what the rooms raise."""
    found = find_tree(request)
    progress(f"reading the Kconfig of {found.tree.label}", 0, 1)
    opened = found.open()
    progress(f"reading the Kconfig of {found.tree.label}", 1, 1)
    return opened


def _shelf(request: TreeRequest, tree: SourceTree) -> configs.Shelf:
    return configs.Shelf(
        tree=tree,
        default=trees.default_config(tree).name,
        recipes=trees.recipes(tree),
        inputs=request.inputs,
        dotconfig=request.dotconfig,
    )


def _located(request: TreeRequest) -> tuple[SourceTree, Allowed]:
    """The tree, and what may answer its `$(shell,…)`: the compiler, or a record where the user or the machine has
    none."""
    profile = toolchain.load_profile(request.answers) if request.answers is not None else None
    if profile is None:
        try:
            tree = trees.locate(request.root, request.arch, prefix=request.prefix, llvm=request.llvm)
            return tree, Allowed(shell=request.shell)
        except ToolchainError:
            profile = toolchain.shipped_profile(request.arch or "x86_64")
            if profile is None or request.prefix is not None or request.llvm:
                raise
    if request.arch is not None and profile.arch != request.arch:
        raise UsageError(f"the record is for {profile.arch}, not {request.arch}", hint=f"--arch {profile.arch}")
    recorded = replace(profile.toolchain, identity=f"{profile.toolchain.identity}, recorded")
    compilers = trees.Compilers(toolchain=recorded, versions=profile.versions)
    return trees.locate(request.root, profile.arch, compilers), Allowed(profile=profile, shell=request.shell)


def record(request: TreeRequest) -> str:
    """What the toolchain answers to a tree's `$(shell,…)`, as the text of a record that --toolchain takes."""
    from analyzer.configs.read import read
    from analyzer.pipeline.makefiles import exported

    located = trees.locate(request.root, request.arch, prefix=request.prefix, llvm=request.llvm)
    allowed = Allowed(shell=request.shell)
    recorded: list[Mapping[str, str]] = []
    # What the makefiles ask beyond our own code mostly decides flags; it is asked if Kconfig reads what hangs on it.
    for asked in (replace(allowed, shell="none"), allowed):
        first = toolchain.RecordingAnswers(located, Answers(located, asked, None))
        tree = exporting(located, exported(located, first.answer))
        second = toolchain.RecordingAnswers(tree, Answers(tree, allowed, None))
        recorded.append(first.recorded)
        try:
            read(tree, second)
        except Unanswered:
            continue
        return toolchain.render_profile(toolchain.profile_of(tree, [*recorded, second.recorded]))
    raise ToolchainError(f"{located.label} reads a variable that nothing here answers")


def notes(config: ResolvedConfig) -> tuple[Warning, ...]:
    """What conf would warn of while it reads the config: lines that say nothing, bad values, names unknown to the
    tree."""
    return tuple(sorted(_notes(config), key=lambda note: note.location))


def strangers(config: ResolvedConfig) -> Mapping[StrangerKind, tuple[Stranger, ...]]:
    """The names that the tree does not define, by what is known of them."""
    found = deps.Strangers(config.model, lambda: trees.entries(config.tree.root))
    return found.grouped(assignment.name for assignment in config.ignored)


def _notes(config: ResolvedConfig) -> Iterator[Warning]:
    yield from config.source.warnings
    for assignment in config.rejected:
        symbol = config.model.symbols[assignment.name]
        yield Warning(
            text=f"{assignment.value[:40] or 'nothing'} is no value for {symbol.name} ({symbol.type}); line ignored",
            location=assignment.location,
        )
    for assignment in config.ignored:
        near = deps.hint(assignment.name, config.model.symbols)
        hint = f" ({near})" if near else ""
        yield Warning(text=f"no symbol {assignment.name} in {config.tree.label}{hint}", location=assignment.location)
