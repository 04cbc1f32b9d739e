"""Questions about one config.

Enters: a config. Leaves: `Result`s. Must hold: each gives what the command of its name tells.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kweigh.result import Result

if TYPE_CHECKING:
    from analyzer.model.analysis import Analysis
    from analyzer.model.build import BuildPlan
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.difference import Difference
    from analyzer.model.doctor import Diagnosis
    from analyzer.model.driver import DriverRun
    from analyzer.model.find import Found
    from analyzer.model.graph import Cycle, EdgeKind, Explanation, Neighbourhood, UnmetDependency
    from analyzer.model.mapping import Hunt, ModelComparison, ModelRun
    from analyzer.model.minimal import Minimized
    from analyzer.model.new import Unanswered
    from analyzer.model.report import Taken
    from analyzer.model.upgrade import Upgraded
    from analyzer.model.which import Which
    from kweigh.config import Config
    from kweigh.tree import Tree

EDGES: tuple[EdgeKind, ...] = ("depends", "selects", "implies", "default", "choice")
"""The kinds of edges of a graph."""


class Questions:
    """What a config is asked."""

    tree: Tree
    resolved: ResolvedConfig

    @property
    @abstractmethod
    def label(self) -> str:
        """As `Config.label`."""

    def analyze(self, features: str = "dma") -> Result[Analysis]:
        """Which features it selects, and why (`kweigh analyze`)."""
        from analyzer import pipeline, reports

        found = pipeline.analyze(self.resolved, features)
        return self._result(found, lambda *, whole=False: reports.analyze(found, whole=whole), whole_page=True)

    def why(self, *symbols: str) -> Result[tuple[Explanation, ...]]:
        """The chain behind the value of each symbol, and what would change it (`kweigh why`)."""
        from analyzer import pipeline, reports

        found, options = pipeline.why(self.tree._at.opened, symbols, self.resolved)
        return self._result(found, lambda: reports.why(self.resolved, found, options))

    def diff(self, other: Config, *, features: str = "dma", objects: bool = True) -> Result[Difference]:
        """What differs in another config, and the root causes (`kweigh diff`). The other may be of another tree, of
        `Tree.beside`."""
        from analyzer import reports
        from analyzer.pipeline.commands.diff import differences

        mine, theirs = self.tree._at, other.tree._at
        known = mine.known()
        there = known if theirs.request.root == mine.request.root else theirs.known()
        pair = (mine.opened, self.resolved), (theirs.opened, other.resolved)
        found = differences(pair, features, objects=objects, known=(known, there), progress=mine.progress)
        taken = mine.request.taken
        extra = [replace(one, name=f"{one.name} of B") for one in theirs.request.taken if one not in taken]
        return self._result(
            found,
            lambda *, whole=False: reports.diff(found, whole=whole),
            extra=extra,
            holds=not found.diff.rows,
            whole_page=True,
        )

    def doctor(self, *, fixes: int | None = 20) -> Result[Diagnosis]:
        """What becomes of the lines of the fragments that `Tree.merge` merged, with fixes for so many lost ones (None:
        all; `kweigh doctor`)."""
        from analyzer import reports
        from analyzer.pipeline.commands.doctor import diagnosed

        at = self.tree._at
        known = at.known() if fixes != 0 else None
        found = diagnosed(at.opened, self.resolved, known, fixes, at.progress)

        def compose(*, unknown: bool = False, part: Literal["whole", "lines", "fixes"] = "whole") -> Any:
            if part == "fixes":
                return reports.fixes(found)
            return reports.doctor(found if part == "whole" else replace(found, unsearched=0), unknown=unknown)

        return self._result(found, compose, holds=not any(line.is_lost for line in found.lines))

    def upgrade(self, to: Tree) -> Result[Upgraded]:
        """What becomes of each line in a newer tree (`kweigh upgrade`)."""
        from analyzer import reports
        from analyzer.pipeline.commands.upgrade import upgrade

        found = upgrade(self.tree._at.opened, to._at.opened, self.resolved, to._at.progress)
        return Result(
            value=found,
            compose=lambda *, whole=False: reports.upgrade(found, whole=whole),
            taken=to._at.told(),
            texts={"config": lambda: reports.upgraded_config(found)},
        )

    def find(self, text: str) -> Result[Found]:
        """The options that have all words of `text` in name, prompt or help (`kweigh find`)."""
        from analyzer import reports
        from analyzer.errors import UsageError
        from analyzer.pipeline.commands.find import find

        if not text.strip():
            raise UsageError("there is nothing to search for")
        found = find(self.resolved, text)
        return self._result(found, lambda *, whole=False: reports.find(found, whole=whole), holds=bool(found.hits))

    def which(self, what: str) -> Result[Which]:
        """What builds a file, object, module or folder, or what an option builds (`kweigh which`)."""
        from analyzer import reports
        from analyzer.pipeline.commands.which import which
        from analyzer.pipeline.names import named

        self.tree._at.progress("reading makefiles", 0, 1)
        found = which(self.resolved, what if "/" in what else named(self.tree._at.opened, what))
        return self._result(found, lambda *, whole=False: reports.which(found, whole=whole), holds=found.found)

    def new(self) -> Result[Unanswered]:
        """What it leaves open, and why (`kweigh new`)."""
        from analyzer import reports
        from analyzer.pipeline.commands.new import unanswered

        found = unanswered(self.resolved)
        texts = {"config": lambda: reports.answers(found)}
        return self._result(found, lambda *, whole=False: reports.new(found, whole=whole), texts=texts)

    def minimal(self) -> Result[Minimized]:
        """Its minimal form, line by line (`kweigh minimal`)."""
        from analyzer import reports
        from analyzer.pipeline.commands.minimal import minimize

        found = minimize(self.resolved)
        texts = {"config": lambda: reports.minimal_config(found)}
        return self._result(found, lambda *, whole=False: reports.minimal(found, whole=whole), texts=texts)

    def unmet(self) -> Result[tuple[tuple[UnmetDependency, ...], tuple[Cycle, ...]]]:
        """Selects that override a symbol's dependencies, and dependency loops (`kweigh unmet`)."""
        from analyzer import pipeline, reports

        found = pipeline.unmet(self.tree._at.opened, self.resolved)
        return self._result(found, lambda: reports.unmet(self.resolved, *found))

    def graph(self, symbol: str, *, depth: int = 1, edges: Sequence[EdgeKind] = EDGES) -> Result[Neighbourhood]:
        """What is around a symbol, so many hops away (`kweigh graph`)."""
        from analyzer import deps, pipeline, reports

        found = pipeline.graph(self.tree._at.opened, symbol, self.resolved, depth=depth, kinds=edges)
        texts = {"dot": lambda: deps.to_dot(found), "mermaid": lambda: deps.to_mermaid(found)}
        return self._result(found, lambda: reports.graph(self.resolved, found), texts=texts)

    def model(
        self, *, kernel: str | None = None, scenarios: Sequence[str | Path] = (), prices: str | Path | None = None
    ) -> Result[ModelRun]:
        """What DMA mapping calls do under it (`kweigh model`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import model as mapping

        files, table = tuple(map(Path, scenarios)), Path(prices) if prices is not None else None
        found = mapping.run(self.resolved, kernel=kernel, files=files, prices=table)
        holds = not any(trace.misses for trace in found.traces)
        return self._result(
            found,
            lambda *, whole=False, trace=False: reports.model(found, whole=whole or trace, traced=trace),
            holds=holds,
        )

    def versions(self, kernels: Sequence[str], *, scenarios: Sequence[str | Path] = ()) -> Result[ModelComparison]:
        """What of that changes between versions of the mapping code (`kweigh model --compare`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import model as mapping

        found = mapping.compare(self.resolved, kernels, tuple(map(Path, scenarios)))
        return self._result(found, lambda *, whole=False: reports.versions(found, whole=whole))

    def driver(self, file: str | Path, *, kernel: str | None = None) -> Result[DriverRun]:
        """What a driver's source does with DMA, and which rules of it it breaks (`kweigh model --driver`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import driver

        found = driver.run(self.resolved, Path(file), kernel=kernel)
        holds = not found.source.broken
        return self._result(found, lambda *, whole=False: reports.driver(found, whole=whole), holds=holds)

    def hunt(self, *, kernel: str | None = None, seed: int = 1, tries: int = 2000) -> Result[Hunt]:
        """Search for drivers that do all right and see wrong data (`kweigh model --hunt`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import model as mapping

        found = mapping.hunt(self.resolved, kernel=kernel, seed=seed, tries=tries, progress=self.tree._at.progress)
        return self._result(found, lambda: reports.hunt(found), holds=not found.findings)

    def plan(self, *objects: str) -> Result[BuildPlan]:
        """What it builds, and why (`kweigh plan`); the report only of these `objects`, globs, with the whole chain."""
        from analyzer import reports
        from analyzer.pipeline.build import planning

        self.tree._at.progress("reading makefiles", 0, 1)
        found = planning.plan(self.resolved)
        return self._result(found, lambda: reports.plan(found, self.label, objects))

    def _result(self, found: Any, compose: Any, *, extra: Sequence[Taken] = (), **more: Any) -> Result[Any]:
        return Result(value=found, compose=compose, taken=self.tree._at.told(None, *extra), **more)
