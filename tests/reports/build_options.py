"""Tables of options for reports.

Enters: nothing. Leaves: values as `kweigh weigh` makes them. Must hold: every kind of row occurs.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.boot import Booted, Memory
from analyzer.model.estimate import Interval
from analyzer.model.option import OptionTable, OptionWeight


def optioned() -> OptionTable:
    """Options built alone and with others, certain and doubtful, and some without a number."""
    return OptionTable(
        config="tinyconfig",
        tree="Linux 6.1.0",
        arch="x86_64",
        compiler="gcc 12.2.0 (x86_64-linux-gnu)",
        content=1_809_233,
        builds=7,
        weights=(
            _weight("SIGNALFD", 1_671, objects=2, builds=2),
            _weight("SMP", 401_022, objects=283, alone=True),
            _weight("TIMERFD", 3_137, doubt=640, builds=1),
            _weight("VIRT_DRIVERS", 0, objects=0, builds=2),
            _weight("PRINTK_TIME", -12, value="n", builds=2),
        ),
        missing=("NET",),
        failed=(("EXPERT", "does not stick"), ("WERROR", "make vmlinux failed: error: unused variable")),
    )


def booted() -> tuple[OptionTable, Booted]:
    """The same, some of which were booted."""
    found = optioned()
    memory = {
        "SMP": Memory(taken=1_101_824, reserved=2_097_152, machine="qemu"),
        "SIGNALFD": Memory(taken=0, reserved=0, machine="qemu"),
    }
    weights = tuple(replace(one, memory=memory.get(one.symbol)) for one in found.weights)
    return replace(found, weights=weights), Booted(done=2, failed=(("TIMERFD", "no init within 60 seconds"),))


def untold() -> OptionTable:
    """A config that was measured, and nothing else."""
    return OptionTable(
        config=".config",
        tree="Linux 7.3.0",
        arch="arm64",
        compiler="gcc 12.2.0",
        content=2_000_000,
        builds=1,
        weights=(),
    )


def _weight(
    symbol: str, gain: int, *, value: str = "y", doubt: int = 0, objects: int = 1, alone: bool = False, builds: int = 1
) -> OptionWeight:
    return OptionWeight(
        symbol=symbol,
        before="n" if value == "y" else "y",
        value=value,
        follows=tuple((f"OTHER{number}", "n", "y") for number in range(39 * (symbol == "SMP"))),
        content=Interval(low=gain - doubt, value=gain, high=gain + doubt),
        classes={"text": gain} if gain else {},
        objects=objects,
        alone=alone,
        builds=builds,
    )
