"""Questions about many architectures and configs.

Enters: a standing, names and globs. Leaves: `Result`s. Must hold: what fails for one architecture or config is a value.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kweigh.asked import Build, Names, Standing, names, setup
from kweigh.result import Result

if TYPE_CHECKING:
    from analyzer.model.analysis import Matrix, QueryAnswer
    from analyzer.model.certificate import Certificate
    from analyzer.model.lint import Linted
    from analyzer.model.overview import Overview
    from analyzer.model.policy import Checked
    from analyzer.model.review import Review


class Many:
    """What a tree is asked about many configs."""

    _at: Standing

    def query(self, text: str, *, configs: Names = ()) -> Result[QueryAnswer]:
        """The configs for which a query holds, with the values and reasons of what it names (`kweigh query`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import query as querying

        request = self._at.many(every=True)
        known = self._at.known(request)
        found = querying.ask(request, text, self._at.asked.arches, names(configs), known, self._at.progress)
        return Result(
            value=found, compose=lambda: reports.query(found), holds=bool(found.rows), taken=self._at.told(request)
        )

    def matrix(self, *, features: str = "dma", configs: Names = (), model: bool = False) -> Result[Matrix]:
        """A feature set over architectures and configs, every cell with its reason (`kweigh matrix`); with `model` also
        how scenarios of the mapping model end."""
        from analyzer import features as sets
        from analyzer import reports
        from analyzer.pipeline.commands import matrix as many
        from analyzer.pipeline.commands import matrix_cells as cells

        request = self._at.many()
        tally = cells.tallies() if model else cells.no_tally
        found = many.gather(
            request, self._at.asked.arches, names(configs), sets.load(features), tally, self._at.progress
        )
        return Result(
            value=found,
            compose=lambda *, whole=False: reports.matrix(found, whole=whole),
            taken=self._at.told(request),
            whole_page=True,
        )

    def check(
        self, policy: str | Path, *, gates: Sequence[str | Path] = (), series: str | Path = ""
    ) -> Result[Checked]:
        """Hold the rules of a policy against the tree, and those about a series against `series` (`kweigh check`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import check as checking

        request = self._at.many()
        known = self._at.known(request, gates=tuple(map(Path, gates)))
        found = checking.check(
            request, Path(policy), known, self._at.progress, self._at.asked.arches, str(series) if series else ""
        )
        holds = all(verdict.holds for verdict in found.verdicts)
        return Result(value=found, compose=lambda: reports.check(found), holds=holds, taken=self._at.told(request))

    def baselines(self, policy: str | Path) -> Mapping[str, str]:
        """The text of each baseline that a policy names, by its path, as the tree stands now."""
        from analyzer.pipeline.commands import check as checking

        return checking.baselines(self._at.many(), Path(policy), self._at.progress)

    def every_line(self, *configs: str, arches: Names = (), accept: str | Path | None = None) -> Result[Checked]:
        """Whether every line of configs comes true (`kweigh doctor --all`); `accept` is a file of accepted losses."""
        from analyzer import reports
        from analyzer.documents import is_file
        from analyzer.errors import UsageError
        from analyzer.pipeline.commands import check as checking

        if accept is not None and not is_file(accept):
            raise UsageError(f"there is no file {accept} of accepted losses")
        request = self._at.request
        found = checking.every_line(request, names(arches), configs, str(accept) if accept else "", self._at.progress)
        holds = all(verdict.holds for verdict in found.verdicts)
        return Result(value=found, compose=lambda: reports.held(found), holds=holds, taken=self._at.told(request))

    def lint(self) -> Result[Linted]:
        """Faults that hold for any config (`kweigh lint`)."""
        from analyzer import reports
        from analyzer.pipeline.commands.lint import lint

        found = lint(self._at.opened, self._at.progress)
        return Result(
            value=found,
            compose=lambda **shown: reports.lint(found, **shown),
            holds=not found.faults,
            taken=self._at.told(),
        )

    def review(
        self,
        source: str | Path,
        *,
        configs: Names = (),
        reverse: bool = False,
        faults: bool = False,
        fail_on: Collection[str] = (),
        build: Names = (),
        how: Build | None = None,
    ) -> Result[Review]:
        """What a series, a range of the tree's history or another tree changes in all configs, or in those of these
        names and globs, before and after (`kweigh review`); `-` is standard input, `reverse` takes it back. With
        `faults` what becomes of faults for any config, too (the extra lint); with `build`, each `ARCH` (its tinyconfig)
        or `ARCH:CONFIG`, what these weigh before and after, built as `how` says.

        The answer is no where there is any of `fail_on`: `unmet`, a symbol that a select comes to raise past its
        dependencies; `lost`, a line of a config that is lost; `value`, a value that changes, or `value=SYMBOL` that
        one's; `fault`, a fault that is brought or worsened; `mapping`, a scenario of DMA mapping that goes wrong;
        `growth=BYTES`, a config that is built and grows by more, or that does not build any more.
        """
        from analyzer import reports
        from analyzer.errors import UsageError
        from analyzer.model.review_bytes import SeriesBytes
        from analyzer.pipeline.commands import review as reviewing
        from analyzer.pipeline.commands import review_builds as building
        from analyzer.pipeline.commands.review_estimates import told_bytes
        from analyzer.pipeline.commands.review_limits import limits
        from analyzer.pipeline.patching.sides import sides

        may = limits(fail_on)
        if may.growth is not None and not build:
            raise UsageError("growth is of configs that are built", hint="--build ARCH[:CONFIG] names them")
        request, progress = self._at.many(every=True), self._at.progress
        if build:
            self._at.real(request)
        wanted = building.orders(request, names(build))
        with sides(request, str(source), reverse=reverse, progress=progress) as both:
            faults = faults or "fault" in may.kinds
            found = reviewing.review(both, self._at.asked.arches, names(configs), progress, faults=faults)
            if build:
                made = building.build_sides(both, wanted, setup(how or Build(), self._at.ledger), progress)
                told = SeriesBytes(builds=made)
            else:
                given = "SOURCE" if str(source) == "-" else str(source)
                words = (
                    f"kweigh review {shlex.quote(given)}{' -R' if reverse else ''} {self._at.asked.words(request.root)}"
                )
                told = told_bytes(found, both, self._at.known(request), words)
            found = replace(found, bytes=told)
        return Result(
            value=found,
            compose=lambda **shown: reports.review(found, **shown),
            holds=not any(may.broken(found)),
            taken=self._at.told(request),
        )

    def certify(self, *, configs: Names = (), random: int = 0) -> Result[Certificate]:
        """Compare with the tree's own conf, byte by byte (`kweigh certify`). Runs code of the tree."""
        from analyzer import reports
        from analyzer.pipeline.commands.certify import certify
        from kweigh import cache

        request = self._at.many()
        conf = cache.folder() / "conf"
        found = certify(request, self._at.asked.arches, names(configs), random, conf, self._at.progress)
        return Result(
            value=found, compose=lambda: reports.certify(found), holds=found.whole, taken=self._at.told(request)
        )

    def page(
        self, config: str = "defconfig", *, configs: Names = (), detail: str | None = None, features: str = "dma"
    ) -> Result[Overview]:
        """Everything on one page, with one config in detail (`kweigh report`)."""
        from analyzer import reports
        from analyzer.pipeline.commands.report import Wanted, overview

        request = self._at.many()
        wanted = Wanted(
            arches=self._at.asked.arches,
            names=names(configs),
            config=config,
            detail=detail,
            features=features,
            ledger=self._at.ledger,
            words=shlex.join(["--tree", str(request.root)]) if request.root else "",
        )
        found = overview(request, wanted, self._at.progress)
        return Result(value=found, compose=lambda: reports.page(found), taken=self._at.told(request))
