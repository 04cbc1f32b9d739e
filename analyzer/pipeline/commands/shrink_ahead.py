"""Judges several configs at once: the next one, and those that come after it if it is not good.

Enters: configs that nobody has judged. Leaves: their verdicts in the ledger. Must hold: the search hears of them only
when it asks, so that it takes the same way as with one after another; whatever ends one of them ends all, and no make
is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from analyzer.errors import ToolchainError
from analyzer.model.config import ResolvedConfig
from analyzer.pipeline.build.building import Run
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands.shrink_judge import Judge
from analyzer.pipeline.commands.shrink_lines import key
from analyzer.pipeline.commands.shrink_tests import try_all
from analyzer.pipeline.opening import Progress

if TYPE_CHECKING:
    from analyzer.pipeline.build.cluster import Cluster

_LOOK = 0.5
"""Seconds between two looks at whether somebody interrupts."""


def judge_all(judge: Judge, configs: Sequence[ResolvedConfig], progress: Progress) -> None:
    """Judge each config by the tests of `judge`, all at once, each in a scratch folder of its own; `judge` knows the
    verdicts then. Raises what the first raises that fails."""
    stop = Event()
    hands = [_hand(judge, number, stop) for number in range(len(configs))]
    with ThreadPoolExecutor(len(configs)) as pool:
        running = [pool.submit(hand.judge, config) for hand, config in zip(hands, configs, strict=True)]
        try:
            waiting = set(running)
            while waiting:
                done, waiting = wait(waiting, _LOOK, FIRST_EXCEPTION)
                if any(one.exception() for one in done):
                    break
                progress(f"{len(waiting)} of {len(configs)} builds run", len(configs) - len(waiting), len(configs))
        finally:
            # Those that still run end at the next object.
            stop.set()
    judge.built += len(configs)
    judge.forget()
    failed = [error for one in running if (error := one.exception()) is not None]
    if failed:
        raise next((error for error in failed if not isinstance(error, _Stopped)), failed[0])


def judge_on(judge: Judge, cluster: Cluster, configs: Sequence[ResolvedConfig]) -> None:
    """Judge each config on the workers of a cluster. Raises as `judge_all`."""
    look = partial(try_all, judge.tests)

    def told(config: ResolvedConfig, found: tuple[str, str] | None, seconds: float) -> None:
        judge.keep(config, found, seconds)

    # All at once: what waits is for workers that come.
    for config in configs:
        cluster.begin((key(config),), config, look, partial(told, config))
        judge.built += 1
    for _ in configs:
        cluster.end(0)


class _Stopped(ToolchainError):
    """Ended because another one failed."""


def _hand(judge: Judge, number: int, stop: Event) -> Judge:
    def progress(what: str, done: int, total: int) -> None:
        if stop.is_set():
            raise _Stopped("stopped")

    scratch = judge.setup.scratch if number == 0 else judge.setup.scratch / f"beside-{number}"
    return replace(
        judge,
        setup=replace(judge.setup, scratch=scratch),
        known=Known(judge.setup.ledger),
        run=Run(count=1, progress=progress),
        built=0,
    )
