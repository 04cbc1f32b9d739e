"""Questions about a tree, seen as one architecture.

Enters: a standing. Leaves: `Result`s. Must hold: each gives what the command of its name tells.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kweigh.asked import Names, Standing, names
from kweigh.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.model.doctor import Removal, Wanted
    from analyzer.model.report import Report
    from analyzer.model.sampling import SampleSummary
    from analyzer.model.series import SeriesLook

_Remedied = TypeVar("_Remedied", "Wanted", "Removal")


class TreeQuestions:
    """What a tree is asked."""

    _at: Standing

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
        return self._remedied(found, lambda: reports.enable(found))

    def disable(self, symbol: str, *, config: str = "defconfig", instead: Names = ()) -> Result[Removal]:
        """What keeps a symbol in a config, and the least to turn off (`kweigh disable`)."""
        from analyzer import reports
        from analyzer.pipeline.commands import doctor

        found = doctor.disable(self._at.opened, symbol, config, self._at.known(), names(instead))
        return self._remedied(found, lambda: reports.disable(found))

    def _remedied(self, found: _Remedied, compose: Callable[[], Report]) -> Result[_Remedied]:
        from analyzer import reports

        self._at.hold(found.config.base, found.config)
        return Result(
            value=found,
            compose=compose,
            holds=found.remedy.status == "verified",
            taken=self._at.told(),
            texts={"fragment": lambda: reports.fragment(found.config, found.remedy)},
        )

    def record(self) -> str:
        """What the compiler answers, as the text of a file that `toolchain=` takes (`kweigh toolchain`)."""
        from analyzer import pipeline

        return pipeline.record(self._at.request)
