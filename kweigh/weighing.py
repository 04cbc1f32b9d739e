"""Questions about bytes, whose answers may need builds.

Enters: a standing, configs, and how to build. Leaves: `Result`s. Must hold: nothing is built unless somebody says how;
what is built is in the ledger.
"""

from __future__ import annotations

import shlex
from abc import abstractmethod
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from kweigh.asked import Build, Names, Standing, names, setup
from kweigh.result import Result

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.estimate import Cost, Estimate
    from analyzer.model.gate import GateMeasurement
    from analyzer.model.history import SizeHistory
    from analyzer.model.known import Missing
    from analyzer.model.option import OptionTable
    from analyzer.model.rank import Ranking, What
    from analyzer.model.report import Taken
    from analyzer.model.weighing import Weighed
    from analyzer.pipeline.opening import TreeRequest
    from kweigh.config import Config
    from kweigh.tree import Tree


MEASURED = "tinyconfig"
"""The config of the measurements that come along."""


def _measured(request: TreeRequest) -> TreeRequest:
    """The same, saying that `MEASURED` was taken for the config that nobody named."""
    from analyzer.model.report import Taken

    told = (one for one in request.taken if one.name != "config")
    return replace(request, taken=(*told, Taken(name="config", value=MEASURED, why="what was measured")))


class WeighedTree:
    """What a tree is asked about bytes."""

    _at: Standing

    @abstractmethod
    def resolve(self, config: str | None = None, names: Collection[str] = ()) -> Config:
        """As `Tree.resolve`."""

    @abstractmethod
    def at_hand(self, otherwise: str = "defconfig") -> tuple[Tree, str]:
        """As `Tree.at_hand`."""

    def gate(
        self, *symbols: str, config: str | None = None, build: Build | None = None
    ) -> Result[tuple[GateMeasurement, ...]]:
        """What turning symbols saves or costs in bytes, alone and together (`kweigh gate`): what is known, or with
        `build` what builds tell that are made where they lack. `config` None is the .config that belongs to the tree,
        else defconfig, and where nobody measured that, tinyconfig."""
        from analyzer import reports
        from analyzer.errors import UsageError
        from analyzer.pipeline.commands import gate as measuring
        from analyzer.sizes import gates

        chosen = tuple(dict.fromkeys(symbol.removeprefix("CONFIG_") for symbol in symbols))
        tree, name = self.at_hand() if config is None else (self, config)
        at = tree._at
        request, arches = at.many(every=True), at.asked.arches
        if config is None and request.dotconfig == name and request.arch:
            # What is told of the .config that is there is told of its architecture.
            arches = arches or (request.arch,)
        taken: tuple[Taken, ...] = ()
        if build is not None:
            at.real(request)
            found = measuring.measure_all(request, name, chosen, arches, setup(build, at.ledger), at.progress)
        elif request.root is not None:
            of = (name,) if config is not None else (name, MEASURED)
            found = measuring.recorded_of(request, chosen, arches, of, at.known(request), at.progress)
            if config is None and {one.config for one in found} == {MEASURED}:
                request = _measured(request)
        else:
            from analyzer.pipeline.bytes.measured import check_arches, measured

            name = config if config is not None else MEASURED
            check_arches(arches)
            found = measured(chosen, arches or ("*",), name)
            if missing := measuring.not_measured(found, chosen):
                takes = measuring.unknown(missing, name, arches[0] if arches else "ARCH")
                raise UsageError(f"nobody has measured {', '.join(missing)} in {name}", hint=str(takes))
        if request.root is not None:
            chosen = tuple(dict.fromkeys(at.asked.inputs.meant.get(one, one) for one in chosen))
            taken = at.told(request)
        return Result(
            value=tuple(found),
            compose=lambda *, whole=False, functions=False: reports.gate(
                found, chosen, whole=whole, detailed=functions
            ),
            taken=taken,
            texts={"record": lambda: gates.render(found)},
            whole_page=True,
        )

    def cost(
        self, symbol: str, *, config: str | None = None, build: Build | None = None, instead: str = ""
    ) -> Result[Cost]:
        """What turning a symbol changes in a config, and what that weighs (`kweigh cost`)."""
        from analyzer import reports
        from analyzer.pipeline.bytes import tables
        from analyzer.pipeline.commands import cost as costing
        from analyzer.pipeline.names import bare, named

        tree, of = self.at_hand() if config is None else (self, config)
        at = tree._at
        if build is not None:
            at.real()
        name, instead, request = bare(symbol), bare(instead), at.request
        opened, base = at.opened, None
        bundled = opened.tree.kind == "bundled"
        if config is None and bundled and tables.known(name):
            of, request = MEASURED, _measured(request)
        if bundled and name not in opened.model.symbols and tables.known(name):
            found = tables.alone(name, arch=request.arch, config=of, instead=instead)
        else:
            name = named(opened, symbol)
            base = tree.resolve(of)
            if build is not None:
                costing.build(opened, base.resolved, name, setup(build, at.ledger), at.progress, instead)
            at.progress("looking at measurements", 0, 1)
            found = costing.cost(opened, base.resolved, name, at.known(), instead)
            # The bundled tree has some symbols of the kernel's, which a table knows better.
            if found.gain is None and bundled and tables.rows(name, arch=request.arch, config=of):
                found = tables.alone(name, arch=request.arch, config=of, instead=instead)
        return Result(value=found, compose=lambda: reports.cost(found), taken=at.told(request), config=base)

    def measure(
        self, *configs: str | Config, features: str = "dma", build: Build | None = None
    ) -> Result[tuple[Weighed, ...]]:
        """Build configs and record what every object weighs (`kweigh measure`). Runs the tree's make."""
        from analyzer import reports
        from analyzer.pipeline.build.building import Run
        from analyzer.pipeline.commands import size as weighing

        at = self._at
        at.real()
        made, run = setup(build or Build(), at.ledger), Run(count=len(configs), progress=at.progress)
        chosen = [self.resolve(one) if isinstance(one, str) else one for one in configs]
        built = tuple(weighing.weigh(one.resolved, made, features, run) for one in chosen)
        return Result(value=built, compose=lambda: reports.measure(built), taken=at.told())


class WeighedConfig:
    """What a config is asked about bytes."""

    tree: Tree
    resolved: ResolvedConfig
    asked: str

    @property
    @abstractmethod
    def label(self) -> str:
        """As `Config.label`."""

    def missing(self) -> Missing:
        """The build that would tell what it weighs, and how long that takes."""
        return self.tree._at.known().missing(self.resolved)

    def size(
        self,
        *,
        compare: Sequence[Config] = (),
        features: str = "dma",
        build: Build | None = None,
        details: bool = False,
    ) -> Result[Weighed] | Result[Estimate] | Result[SizeHistory]:
        """What it weighs: what is known or estimated, or with `build` what it weighs once built (`kweigh size`); beside
        the same config of other trees, older first."""
        from analyzer import reports
        from analyzer.errors import UsageError
        from analyzer.pipeline.build.building import Run
        from analyzer.pipeline.bytes import estimating
        from analyzer.pipeline.commands import size as weighing

        at, resolved = self.tree._at, self.resolved
        at.real()
        known = at.known()
        if compare:
            from analyzer.pipeline.commands.history import history

            run = Run(count=len(compare) + 1, progress=at.progress) if build is not None else None
            made = setup(build or Build(), at.ledger)
            compared = history([*(one.resolved for one in compare), resolved], made, run)
            return Result(value=compared, compose=lambda: reports.history(compared, detailed=details), taken=at.told())
        if build is not None:
            weighed = weighing.weigh(resolved, setup(build, at.ledger), features, Run(count=1, progress=at.progress))
            return Result(value=weighed, compose=lambda: reports.size(weighed, detailed=details), taken=at.told())
        if details:
            missing = known.missing(resolved)
            hint = f"--build makes it: {missing.builds[0]}, {missing.time}"
            raise UsageError("--details are those of a build", hint=hint)
        at.progress("looking at measurements", 0, 1)
        found = estimating.estimate(at.opened, resolved, known)
        narrowing = estimating.narrowing(at.opened, resolved, found, known)
        return Result(value=found, compose=lambda: reports.estimate(found, self.label, narrowing), taken=at.told())

    def rank(self, what: What = "content") -> Result[Ranking]:
        """Which options are heaviest in it (`kweigh rank`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import rank as ranking

        at = self.tree._at
        at.real()
        found = ranking.rank(at.opened, self.resolved, at.known(), what, at.progress)
        return Result(
            value=found,
            compose=lambda *, whole=False: reports.rank(found, whole=whole),
            taken=at.told(),
            whole_page=True,
        )

    def weigh(
        self,
        *,
        builds: int | None = 0,
        hours: float | None = None,
        instead: Names = (),
        memory: int | None = None,
        scheduler: str | None = None,
        build: Build | None = None,
    ) -> Result[OptionTable]:
        """What every option weighs (`kweigh weigh`), by builds that are there and at most `builds` more (None: all that
        it takes), none begun after `hours`; `memory` of the heaviest are booted, too."""
        from analyzer import reports
        from analyzer.model.known import Onward
        from analyzer.pipeline.build.cluster import connected
        from analyzer.pipeline.bytes import booting, option_weights
        from analyzer.pipeline.bytes.toggles import swaps, toggles
        from analyzer.pipeline.commands import weigh as campaign
        from analyzer.pipeline.keeping import option_table
        from analyzer.pipeline.names import bare
        from analyzer.sizes import options

        at, base, progress = self.tree._at, self.resolved, self.tree._at.progress
        at.real()
        build = build or Build()
        made, opened = setup(build, at.ledger), at.opened
        budget = campaign.Budget(builds=builds, seconds=None if hours is None else hours * 3600)
        members = [bare(one) for one in names(instead)]
        swaps(base, toggles(opened, base), members)
        with connected(scheduler, opened.tree, made, progress) if scheduler is not None else nullcontext() as builders:
            stands = campaign.run(opened, base, made, budget, progress, builders=builders)
        progress("telling options apart", 0, 1)
        found = option_weights.table(base, stands.toggles, at.ledger, stands.failed, members)
        booted = booting.boot_heaviest(opened, base, found, memory, made, progress) if memory is not None else None
        found = booting.with_memory(opened, base, found, at.ledger)
        option_table.keep(at.ledger, base, found)
        own = [
            word
            for option, value in (("memory", memory), ("scratch", build.scratch), ("scheduler", scheduler))
            if value
            for word in (f"--{option}", str(value))
        ]
        own += [word for member in names(instead) for word in ("--instead", member)]
        own += ["--arch", at.request.arch] if at.request.arch else []
        again = f"kweigh weigh {shlex.join([self.asked, *own])} {at.asked.words(at.request.root)}"
        onward = Onward(builds=stands.left, command=again, seconds=stands.seconds, timed=stands.timed)
        return Result(
            value=found,
            compose=lambda: reports.weigh(found, onward, booted),
            taken=at.told(),
            texts={"record": lambda: options.render(found)},
        )
