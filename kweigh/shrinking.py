"""The search for a smaller config.

Enters: a config, what is to be kept, how to build. Leaves: `Result`s. Must hold: as in weighing.py; the best good
config is in its file at any moment.
"""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kweigh.asked import Build, Names, names, setup
from kweigh.result import Result

if TYPE_CHECKING:
    from analyzer.model.config import ResolvedConfig
    from analyzer.model.shrink import Shrunk, ShrunkFile
    from kweigh.tree import Tree


class ShrinkingConfig:
    """What a config is asked that is to get smaller."""

    tree: Tree
    resolved: ResolvedConfig
    asked: str

    def shrink(
        self,
        *,
        keep: Names = (),
        boots: str | None = None,
        tests: Names = (),
        base: str | None = None,
        file: str | Path | None = "shrunk.config",
        builds: int | None = None,
        minutes: float | None = None,
        at_once: int = 1,
        scheduler: str | None = None,
        build: Build | None = None,
    ) -> Result[Shrunk]:
        """The least of its lines that keep what is to be kept and pass all tests (`kweigh shrink`): `keep` are symbols
        and queries, `boots` what a guest tries ("": to reach init), `tests` commands whose exit status tells; `base` is
        a config to start from that gets what the test is known to need. At most `builds` are made, `at_once` at a
        time, none begun after `minutes`; the best good config is written to `file`. With `scheduler` builds and tests
        run on the workers of a Dask cluster, one at a time on each."""
        from analyzer import reports
        from analyzer.errors import UsageError
        from analyzer.pipeline.build.cluster import connected
        from analyzer.pipeline.commands import shrink as shrinking
        from analyzer.pipeline.commands import shrink_lines, shrink_tests
        from analyzer.pipeline.commands.shrink_judge import with_targets
        from analyzer.pipeline.commands.weigh import Budget

        at, how = self.tree._at, build or Build()
        at.real()
        if boots is None and not names(tests) and not names(keep):
            raise UsageError("nothing is to be kept", hint="--boots, --test or --keep says what a kernel has to do")
        opened = at.opened
        chosen: list[shrink_tests.Test] = []
        if boots is not None:
            chosen.append(shrink_tests.boot_test(boots, opened.tree, self.resolved.values))
        chosen += [shrink_tests.command_test(one, how.targets) for one in names(tests)]
        fit = partial(shrink_tests.check_all, chosen)
        if scheduler is None:
            fit()
        wanted = shrinking.Wanted(
            config=self.resolved,
            called=self.asked,
            base=base,
            keep=shrink_lines.kept(opened, names(keep)),
            words=tuple(names(keep)),
            tests=chosen,
            file=Path(file) if file is not None else None,
            at_once=at_once,
        )
        budget = Budget(builds=builds, seconds=None if minutes is None else minutes * 60)
        made, progress = setup(how, at.ledger), at.progress
        yard = with_targets(made, chosen)
        there = connected(scheduler, opened.tree, yard, progress, fit) if scheduler is not None else nullcontext()
        with there as cluster:
            asked = replace(wanted, cluster=cluster)
            found = shrinking.shrink(opened, asked, made, budget, progress, known=at.known())
        told = (
            *(("--keep", one) for one in names(keep)),
            *((("--boots", boots),) if boots is not None else ()),
            *(("--test", one) for one in names(tests)),
            *((("--from", base),) if base is not None else ()),
            *((("--write", str(file)),) if file is not None else ()),
            *((("--at-once", str(at_once)),) if at_once > 1 else ()),
            *((("--scheduler", scheduler),) if scheduler is not None else ()),
            *(("--target", one) for one in how.targets),
            *((("--scratch", str(how.scratch)),) if how.scratch else ()),
            *((("--arch", at.request.arch),) if at.request.arch else ()),
        )
        words = shlex.join([self.asked, *(word for pair in told for word in pair)])
        onward = f"kweigh shrink {words} {at.asked.words(at.request.root)}"
        return Result(
            value=found,
            compose=lambda *, whole=False: reports.shrink(found, onward, whole=whole),
            holds=found.size is not None,
            taken=at.told(),
            whole_page=True,
        )


def shrunk(file: str | Path) -> Result[ShrunkFile]:
    """What a file says that a search wrote: which lines are left, why, and what went (`kweigh shrink --explain`).

    Raises SourceError for a file that is none.
    """
    from analyzer import reports
    from analyzer.pipeline.commands.shrink_file import read

    found = read(Path(file))
    return Result(value=found, compose=lambda *, whole=False: reports.shrunk_file(found, whole=whole), whole_page=True)
