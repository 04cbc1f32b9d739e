"""Rankings for reports.

Enters: nothing. Leaves: values as `kweigh rank` makes them. Must hold: every kind of row occurs.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.estimate import Interval, exactly
from analyzer.model.known import Missing
from analyzer.model.rank import RankedObject, RankedOption, Ranking, Saved

_OBJECTS = (
    RankedObject(path="kernel/events/core.o", options=("PERF_EVENTS",), classes={"text": 70_000, "data": 900}),
    RankedObject(path="arch/x86/events/intel/core.o", options=("CPU_SUP_INTEL", "PERF_EVENTS"), classes={"text": 9000}),
    RankedObject(path="kernel/signalfd.o", options=("SIGNALFD",), classes={"text": 1500, "bss": 8}),
    RankedObject(path="kernel/main.o", options=(), classes={"text": 20_000, "discarded": 16}),
    RankedObject(path="kernel/empty.o", options=("EMPTY",), classes={}),
)


def ranked() -> Ranking:
    """A config that was built: options with and without savings, certain and doubtful, and many small ones."""
    small = tuple(
        RankedObject(path=f"lib/small{n}.o", options=(f"SMALL_{n}",), classes={"text": 10}) for n in range(17)
    )
    return _ranking(
        (*_OBJECTS, *small),
        saved={
            "SIGNALFD": Saved(size=exactly(1671), changes=1, alone=True),
            "PERF_EVENTS": Saved(size=Interval(low=80_000, value=81_000, high=82_000), changes=3, alone=False),
            "BASE_FULL": Saved(size=exactly(-12), changes=2, alone=True),
        },
    )


def supposed() -> Ranking:
    """A config that was not built: what it loads is not known, one object neither, and there are modules."""
    unknown = RankedObject(path="net/core/dev.o", options=("NET", "INET"), classes=None)
    return replace(
        _ranking((*_OBJECTS, unknown)),
        what="loaded",
        basis="estimated",
        total=None,
        boot=None,
        modules=3,
        missing=Missing(builds=(".config",), command="kweigh measure .config --arch x86_64 --tree DIR"),
    )


def in_memory() -> Ranking:
    """A config that was booted: options that were turned off in it, and one that was turned on elsewhere."""
    elsewhere = "tinyconfig of Linux 6.1.192"
    saved = {
        "SMP": Saved(size=exactly(1_101_824), changes=40, alone=True),
        "NET": Saved(size=exactly(28_672), changes=10, alone=True, where=elsewhere),
        "SIGNALFD": Saved(size=exactly(0), changes=1, alone=True),
    }
    return replace(_ranking((), saved=saved), what="memory", total=10_493_952, boot=None)


def optionless() -> Ranking:
    """A config in which no makefile line asks for an option."""
    return _ranking(_OBJECTS[3:4])


def _ranking(objects: tuple[RankedObject, ...], saved: dict[str, Saved] | None = None) -> Ranking:
    saved = saved or {}
    names = dict.fromkeys((*(name for one in objects for name in one.options), *saved))
    options = (
        RankedOption(
            symbol=name,
            value="m" if name == "INET" else "y",
            objects=tuple(one for one in objects if name in one.options),
            saved=saved.get(name),
        )
        for name in names
    )
    return Ranking(
        config="tinyconfig",
        tree="Linux 6.1.0",
        arch="x86_64",
        compiler="gcc 12.2.0 (x86_64-linux-gnu)",
        what="content",
        basis="measured",
        total=120_000,
        boot=500_000,
        objects=objects,
        options=tuple(sorted(options, key=lambda one: -one.size)),
    )
