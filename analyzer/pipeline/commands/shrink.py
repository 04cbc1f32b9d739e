"""Finds a config that does its job and weighs least, by building and testing.

Enters: an open tree, where to start, what is to be kept, tests, how much may be built. Leaves: a `Shrunk`, and the best
good config in a file at any moment. Must hold: it can be stopped at any moment and goes on where it was, to the same
end, since every verdict is in the ledger before the search hears of it; what is built is what was resolved; the file
is a whole one of a config that was judged good, or there is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.boot import checks, machines
from analyzer.errors import AnalyzerError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.shrink import KeptLine, Shrunk, Verdict
from analyzer.pipeline.build.building import BuildSetup, Run, origin_of
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands import shrink_lines
from analyzer.pipeline.commands.shrink_ahead import judge_all, judge_on
from analyzer.pipeline.commands.shrink_file import write
from analyzer.pipeline.commands.shrink_judge import Judge
from analyzer.pipeline.commands.shrink_lines import Keep, Lines
from analyzer.pipeline.commands.shrink_tests import BootTest, Test
from analyzer.pipeline.commands.weigh import Budget
from analyzer.pipeline.opening import OpenTree, Progress, silent
from analyzer.shrink.search import Search

if TYPE_CHECKING:
    from analyzer.pipeline.build.cluster import Cluster

_EXPECTED = 8
"""How many lines may be needed that no feature set names: the chance of each is that by the number of lines."""
_NAMED = 0.9
"""How likely a line is needed that a feature set of the test names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: from `config`, which is `called` so, or from `base` where that does with what the tests need
    (None: only from `config`), to something in `file` (None: no file) that keeps `keep` (as `kept` read them from
    `words`) and passes `tests`. `at_once` are so many builds; where there is a `cluster` builds and tests run there, as
    many as it has workers if `at_once` says no other number."""

    config: ResolvedConfig
    called: str
    base: str | None
    keep: Keep
    words: tuple[str, ...]
    tests: Sequence[Test]
    file: Path | None
    at_once: int = 1
    cluster: Cluster | None = None


def shrink(
    opened: OpenTree,
    wanted: Wanted,
    setup: BuildSetup,
    budget: Budget,
    progress: Progress = silent,
    *,
    clock: Callable[[], float] = time.monotonic,
    known: Known | None = None,
) -> Shrunk:
    """Search as far as the budget goes.

    Raises UsageError where the config cannot have what is to be kept, ToolchainError when a build or a test is stopped
    by something else than its config.
    """
    known = known or Known(setup.ledger)
    judge = Judge(tests=wanted.tests, setup=setup, known=known, run=Run(count=1, progress=progress))
    return _Work(opened, wanted, judge, budget, clock, progress).run()


def chances(lines: Lines, named: Sequence[str]) -> dict[str, float]:
    """How likely each line is needed, where a test is known to need those that are `named`."""
    other = min(_EXPECTED / max(len(lines.names), 1), 0.2)
    return {name: _NAMED if name in named else other for name in lines.names}


class _Spent(Exception):
    """The budget is used up."""


class _Work:
    def __init__(
        self,
        opened: OpenTree,
        wanted: Wanted,
        judge: Judge,
        budget: Budget,
        clock: Callable[[], float],
        progress: Progress,
    ) -> None:
        self._opened = opened
        self._wanted = wanted
        self._judge = judge
        self._budget = budget
        self._clock = clock
        self._begun = clock()
        self._progress = progress

    def run(self) -> Shrunk:
        """Find where to start, then remove what can go."""
        search: Search | None = None
        lacks, done = "", False
        lines = Lines(self._opened, {}, self._wanted.keep)
        try:
            for lines in self._starts():
                verdict = self._verdict(lines.config(lines.names))
                if verdict.result == "good":
                    break
                lacks = verdict.reason
            else:
                return self._told(lines, None, lacks, done=True)
            lacks = ""
            search = self._search(lines)
            caught_up = False
            while (asked := search.following()) is not None:
                config = lines.config(asked)
                if self._judge.recall(config) is None:
                    if not caught_up:
                        # What another run had found is written as it left it, not as it came to it.
                        self._write(lines, search)
                        caught_up = True
                    self._ahead(lines, search)
                search.tell(self._verdict(config).judged)
                self._progress(f"{len(search.best)} lines, {search.size or 0:,} bytes", len(search.steps), 0)
                if search.steps[-1].taken and self._judge.built:
                    self._write(lines, search)
            done = True
        except _Spent:
            lacks = lacks or ("" if search is not None else "the budget ended before a config was good")
        found = self._told(lines, search, lacks, done=done)
        if self._wanted.file is not None and search is not None and search.size is not None:
            write(self._wanted.file, found)
        return found

    def _starts(self) -> Iterator[Lines]:
        """Sets of lines to start from: the base with what the tests name, then with what the config has of what any
        feature set names, then the config itself, then the config with what the tests name."""
        wanted, opened = self._wanted, self._opened
        keep = dict(wanted.keep.symbols)
        needs = {**self._named(), **keep}
        tried: set[str] = set()
        base = opened.resolve(wanted.base) if wanted.base is not None else None
        likely = {name: value for name, value in self._likely() if wanted.config.values.get(name) == value}
        asked = ((base, needs), (base, likely | needs), (wanted.config, keep), (wanted.config, needs))
        for place, (config, more) in enumerate(asked):
            if config is None:
                continue
            try:
                values = shrink_lines.with_wanted(opened, shrink_lines.lines_of(config), more)
                if place == 2 and not self._has(values, needs):
                    # What a feature set names is not all there: a build of it would tell nothing.
                    continue
            except AnalyzerError:
                if place == len(asked) - 1:
                    raise
                continue
            lines = shrink_lines.true_lines(opened, values, wanted.keep)
            key = shrink_lines.key(lines.config(lines.names))
            if key not in tried:
                tried.add(key)
                yield lines

    def _has(self, values: Mapping[str, str], needs: Mapping[str, str]) -> bool:
        config = self._opened.resolved(shrink_lines.source(self._opened, values))
        return all(config.values[name] == value for name, value in needs.items())

    def _likely(self) -> Iterator[tuple[str, str]]:
        """What any test may need, as far as the tree has it."""
        try:
            machine = machines.machine(self._opened.tree.arch, self._wanted.config.values)
        except UsageError:
            machine = None
        yield from (line for line in checks.likely(machine) if line[0] in self._opened.model.symbols)

    def _named(self) -> dict[str, str]:
        """The symbols of this tree that the feature sets of the tests name."""
        symbols = self._opened.model.symbols
        sets = (lines for test in self._wanted.tests if isinstance(test, BootTest) for lines in test.needs().values())
        return {name: value for lines in sets for name, value in lines if name in symbols}

    def _search(self, lines: Lines) -> Search:
        self._progress("what each line weighs", 0, 1)
        weights = shrink_lines.weights(lines.config(lines.names), lines, self._judge.known)
        named = [*self._named(), *self._wanted.keep.symbols]
        return Search(lines.names, weights, chances(lines, named), lines.resolve)

    def _ahead(self, lines: Lines, search: Search) -> None:
        """Where several builds may run at once: judge what is asked for, and what will be if that is not good."""
        some = min(self._at_once, self._left())
        if some < 2:
            return
        found = [lines.config(one) for one in search.ahead(some)]
        lacking = [one for one in found if self._judge.recall(one) is None]
        if self._wanted.cluster is not None:
            judge_on(self._judge, self._wanted.cluster, lacking)
        else:
            judge_all(self._judge, lacking, self._progress)

    @property
    def _at_once(self) -> int:
        """How many builds run at once."""
        many, cluster = self._wanted.at_once, self._wanted.cluster
        return cluster.room if cluster is not None and many < 2 else many

    def _left(self) -> int:
        """How many builds more may be made."""
        late = self._budget.seconds is not None and self._clock() - self._begun >= self._budget.seconds
        most = self._at_once if self._budget.builds is None else self._budget.builds - self._judge.built
        return 0 if late else most

    def _verdict(self, config: ResolvedConfig) -> Verdict:
        found = self._judge.recall(config)
        if found is not None:
            return found
        if self._left() < 1:
            raise _Spent
        self._judge.run.count = self._judge.built + 1
        if self._wanted.cluster is not None:
            judge_on(self._judge, self._wanted.cluster, [config])
            found = self._judge.recall(config)
            assert found is not None
            return found
        return self._judge.judge(config)

    def _write(self, lines: Lines, search: Search) -> None:
        if self._wanted.file is not None and search.size is not None:
            write(self._wanted.file, self._told(lines, search, "", done=False))

    def _told(self, lines: Lines, search: Search | None, lacks: str, *, done: bool) -> Shrunk:
        origin = origin_of(self._wanted.config)
        proofs = search.proofs() if search is not None else {}
        steps = tuple(search.steps) if search is not None else ()
        return Shrunk(
            config=self._wanted.called
            if self._wanted.base is None
            else f"{self._wanted.base} or {self._wanted.called}",
            tree=origin.tree,
            arch=origin.arch,
            compiler=origin.compiler,
            test=", then ".join(test.words for test in self._wanted.tests) or "builds",
            keep=self._wanted.words,
            first=next((step.judged.size for step in steps if step.taken), None),
            size=search.size if search is not None else None,
            lines=tuple(
                KeptLine(name=name, text=lines.text(name), proof=proofs[name]) for name in lines.order if name in proofs
            ),
            steps=steps,
            built=self._judge.built,
            done=done,
            lacks=lacks,
            file=str(self._wanted.file or ""),
        )
