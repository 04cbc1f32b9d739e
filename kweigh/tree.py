"""A tree, and what can be asked of it.

Enters: where the tree is, and how it is asked. Leaves: `Tree`, whose questions give `Config`s and `Result`s. Must hold:
a question gives what the command of its name tells; the Kconfig is read when the first question needs it, and once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kweigh.asked import Asked, Names, Standing, names, surroundings
from kweigh.many import Many
from kweigh.result import Result
from kweigh.weighing import WeighedTree

if TYPE_CHECKING:
    from analyzer.model.doctor import Removal, Wanted
    from analyzer.model.kconfig import KconfigModel
    from analyzer.model.report import Taken
    from analyzer.model.sampling import SampleSummary
    from analyzer.model.series import SeriesLook
    from analyzer.model.tree import SourceTree
    from analyzer.pipeline.kinds import Kind
    from analyzer.pipeline.opening import Progress
    from kweigh.config import Config

Words = Literal["arches", "configs", "features", "query", "symbols"]


def silent(_what: str, _done: int, _total: int) -> None:
    """The Progress of those who do not watch."""


def open(
    path: str | Path | None = None,
    *,
    arch: str | None = None,
    arches: Names | None = None,
    config: str | None = None,
    cross_compile: str | None = None,
    llvm: str | None = None,
    toolchain: str | Path | None = None,
    shell: Literal["confined", "none", "any"] = "confined",
    cache: bool | Path = True,
    ledger: str | Path | None = None,
    strict: bool = False,
    progress: Progress | None = None,
) -> Tree:
    """A Linux tree, its O= folder, or `bundled`; where nothing is said what the current folder is or lies in, else the
    bundled tree.

    `arch` is ARCH as make spells it (None: $ARCH, that of the .config, this machine's). `arches`, names or globs, are
    for questions about many architectures (None: `arch`, else what the command takes). `config` is the config that the
    questions are about; it may say where the tree is, and its ARCH. `cross_compile` and `llvm` are as make takes them,
    `toolchain` is a file of recorded answers. `shell` says how the tree's own commands run where more is asked than our
    code answers: confined, not at all, or free (any). `cache` False reads the tree anew and keeps nothing. `ledger` is
    where sizes are recorded (None: in the cache). `strict` makes errors of what conf would warn of in a config.
    `progress` is told what is done.

    Raises InputError where there is no tree, UsageError where ARCH of the environment makes no sense.
    """
    from analyzer.configs.inputs import Inputs
    from analyzer.pipeline.context import Given
    from kweigh import cache as kept

    given = Given(
        tree=str(path) if path is not None else None,
        arch=arch,
        cross_compile=cross_compile,
        llvm=llvm,
        config=config,
        arches=names(arches) if arches is not None else None,
    )
    asked = Asked(
        given=given,
        around=surroundings(),
        toolchain=Path(toolchain) if toolchain is not None else None,
        shell=shell,
        cache=kept.programs() if cache is True else cache or None,
        ledger=Path(ledger) if ledger is not None else None,
        strict=strict,
        progress=progress or silent,
        inputs=Inputs(),
    )
    tree = Tree(Standing(asked))
    if given.arches is None:
        tree._at.request  # noqa: B018 (what cannot be found is told at once)
    return tree


class Tree(Many, WeighedTree):
    """A source tree, seen as one architecture; questions about many look at others as well. `kweigh.open` makes it."""

    def __init__(self, at: Standing) -> None:
        self._at = at

    def __repr__(self) -> str:
        return f"<kweigh.Tree {self.label}>"

    # What it is.

    @property
    def root(self) -> Path | None:
        """Its folder; None of the bundled tree."""
        return self._at.told_of.root

    @property
    def folder(self) -> Path:
        """Where its files are."""
        from analyzer.trees import bundled_root

        return self.root or bundled_root()

    @property
    def arch(self) -> str:
        """ARCH."""
        return self._at.request.arch or self.source.arch

    @property
    def label(self) -> str:
        """What reports call it, such as `Linux 6.1.192 x86_64`."""
        return self.source.label

    @property
    def source(self) -> SourceTree:
        """The tree as it was found, with what make exports to its Kconfig."""
        return self._at.opened.tree

    @property
    def model(self) -> KconfigModel:
        """Its Kconfig: symbols, choices and menus, every line with its place."""
        return self._at.opened.model

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What was taken from where the user stands."""
        return self._at.told_of.taken

    @property
    def ledger(self) -> Path:
        """Where sizes are recorded."""
        return self._at.ledger

    @property
    def keeps(self) -> bool:
        """Whether anything is kept of it between runs."""
        return self._at.asked.cache is not None

    def must_build(self) -> None:
        """Raise UsageError where there is no real tree to build."""
        self._at.real(self._at.told_of)

    def names(self, of: Words) -> tuple[str, ...]:
        """All architectures of the tree, the targets and configs that this one has, feature sets, symbols, or what a
        query can begin with. Only the last two read the Kconfig."""
        from analyzer.pipeline.commands import complete as completing

        ask = {
            "arches": completing.arch_names,
            "configs": completing.config_names,
            "features": completing.feature_set_names,
            "query": completing.query_words,
            "symbols": completing.symbol_names,
        }
        return ask[of](self._at.request)

    def kind_of(self, word: str) -> Kind:
        """Whether a word names a symbol or a config of the tree, or either."""
        from analyzer.pipeline.kinds import kind_of

        return kind_of(word, self.root)

    def serves(self, config: str) -> bool:
        """Whether it has a config of this name, for whatever architecture."""
        from analyzer.configs.targets import is_served

        return is_served(self.folder, config)

    # Configs.

    def resolve(self, config: str | None = None, names: Collection[str] = ()) -> Config:
        """The config of this name, as `CONFIG` of the command line has it; None: the .config that belongs to the tree,
        else defconfig. Where only `names` are asked for, less is compiled. Raises InputError where there is none."""
        from kweigh.config import Config

        if config is None:
            tree, config = self.at_hand()
            return tree.resolve(config, names)
        found = self._at.opened.resolve(config, names)
        self._at.hold(found)
        return Config(self, found, config)

    def configs(self, *globs: str) -> tuple[Config, ...]:
        """Those of these names and globs, resolved in one pass. Raises UsageError for a glob that matches none."""
        from analyzer import configs
        from analyzer.pipeline.choosing import check_configs, chosen_configs
        from kweigh.config import Config

        check_configs(self._at.request, (self.source.arch,), globs)
        opened = self._at.opened
        chosen = chosen_configs(opened.shelf, globs or ("*",))
        sources = [opened.shelf.load(name) for name in chosen]
        done = configs.resolve_all(opened.tree, opened.model, opened.program, sources)
        return tuple(Config(self, found, name) for name, found in zip(chosen, done, strict=True))

    def merge(
        self,
        base: str,
        *fragments: str,
        by: Literal["script", "make"] = "script",
        allnoconfig: bool = False,
        builtin: bool = False,
    ) -> Config:
        """Fragments merged onto a config: at once, as merge_config.sh does, or one after another, as make does.
        `allnoconfig` and `builtin` are the script's -n and -y."""
        from analyzer.model.config import Merge
        from kweigh.config import Config

        how = Merge(by=by, fill="n" if allnoconfig else "default", builtin=builtin)
        merged = self._at.opened.resolved(self._at.opened.shelf.merge(base, fragments, how))
        self._at.hold(merged.base, merged)
        return Config(self, merged, merged.source.name)

    def at_hand(self, otherwise: str = "defconfig") -> tuple[Tree, str]:
        """What CONFIG is where nobody names one: the .config that belongs to the tree, else `otherwise`; and the tree
        whose answers say so."""
        from analyzer.model.report import Taken

        request = self._at.told_of
        if not request.config_why:
            return self, otherwise
        name = request.dotconfig or otherwise
        if any(one.name == "config" and one.value == name for one in request.taken):
            return self, name
        told = Taken(name="config", value=name, why=request.config_why)
        return Tree(Standing(self._at.asked, replace(request, taken=(*request.taken, told)), self._at)), name

    def beside(
        self,
        path: str | Path | None = None,
        *,
        arch: str | None = None,
        config: str | None = None,
        cross_compile: str | None = None,
        toolchain: str | Path | None = None,
    ) -> Tree:
        """The other side of a comparison: another tree, architecture or toolchain, and the rest as here. `config` is
        the one that it is about."""
        from analyzer.pipeline.context import Given, request_beside

        mine, request = self._at.asked, self._at.request
        first = mine.given
        second = Given(
            tree=str(path) if path is not None else None,
            arch=arch,
            cross_compile=cross_compile,
            llvm=first.llvm,
            config=config,
        )
        found = request_beside(request, first, second, mine.around)
        same_arch = found.arch in (None, request.arch)
        record = (
            Path(toolchain) if toolchain is not None else mine.toolchain if same_arch and not cross_compile else None
        )
        found = mine.finish(found, record)
        prefix = cross_compile or (first.cross_compile if same_arch else None)
        given = replace(second, tree=second.tree or first.tree, arch=found.arch, cross_compile=prefix)
        asked = replace(mine, given=given, toolchain=record)
        return Tree(Standing(asked, found, self._at if found == request else None))

    def like(self, path: str | Path, *, config: str | None = None) -> Tree:
        """Another tree, as the same architecture and with the same compiler."""
        return self.beside(path, arch=self._at.request.arch, config=config)

    def of(self, file: str) -> Tree:
        """The tree as the architecture below whose folder a file lies, where nobody said which; else as it is."""
        from analyzer.model.report import Taken
        from analyzer.pipeline.commands.which import arch_of

        request = self._at.request
        arch = arch_of(request, file) if self._at.asked.given.arch is None else None
        if arch is None:
            return self
        told = Taken(name="ARCH", value=arch, why=f"from {file}")
        return Tree(Standing(self._at.asked, replace(request, arch=arch, taken=(*request.taken, told))))

    # Questions about one architecture.

    def series(self, file: str | Path, *, features: str = "dma") -> Result[SeriesLook]:
        """What a patch series, or a range of the tree's history, touches (`kweigh series`); `-` is standard input."""
        from analyzer import reports
        from analyzer.pipeline.commands.series import read_series

        found = read_series(self._at.request, str(file), features, self._at.progress)
        return Result(
            value=found,
            compose=lambda: reports.series(found.series, found.rows, found.edits, found.fits, tree=found.tree),
            taken=self._at.told(),
        )

    def sample(self, count: int = 4096, *, seed: int = 1, features: str = "dma") -> Result[SampleSummary]:
        """How often features are on in random configs (`kweigh sample`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import sample as sampling

        found = sampling.sample(self._at.opened, count, seed, features, self._at.progress)
        composed = partial(reports.sample, found)
        return Result(value=found, compose=composed, taken=self._at.told(), whole_page=True)

    def enable(self, *wishes: str, config: str = "defconfig", instead: Names = ()) -> Result[Wanted]:
        """The smallest fragment that gives a config some values, `SYMBOL` (y) or `SYMBOL=VALUE` (`kweigh enable`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import doctor

        found = doctor.enable(self._at.opened, wishes, config, self._at.known(), names(instead))
        self._at.hold(found.config.base, found.config)
        return Result(
            value=found,
            compose=lambda: reports.enable(found),
            holds=found.remedy.status == "verified",
            taken=self._at.told(),
            texts={"fragment": lambda: reports.fragment(found.config, found.remedy)},
        )

    def disable(self, symbol: str, *, config: str = "defconfig", instead: Names = ()) -> Result[Removal]:
        """What keeps a symbol in a config, and the least to turn off (`kweigh disable`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import doctor

        found = doctor.disable(self._at.opened, symbol, config, self._at.known(), names(instead))
        self._at.hold(found.config.base, found.config)
        return Result(
            value=found,
            compose=lambda: reports.disable(found),
            holds=found.remedy.status == "verified",
            taken=self._at.told(),
            texts={"fragment": lambda: reports.fragment(found.config, found.remedy)},
        )

    def record(self) -> str:
        """What the compiler answers, as the text of a file that `toolchain=` takes (`kweigh toolchain`)."""
        from analyzer import pipeline

        return pipeline.record(self._at.request)
