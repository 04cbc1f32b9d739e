"""Estimates and costs for reports.

Enters: nothing. Leaves: values as the rooms would make them. Must hold: every provenance and every basis occurs.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.elf import Growth, SymbolChange
from analyzer.model.estimate import (
    Cost,
    Estimate,
    Follower,
    Interval,
    Narrowing,
    Neighbour,
    Term,
    WantedObject,
    exactly,
)
from analyzer.model.known import Missing
from analyzer.model.size import Origin

ORIGIN = Origin(tree="Linux 6.1.0", arch="x86_64", compiler="gcc 12.2.0 (x86_64-linux-gnu)")


def estimated(*, limits: str = "") -> Estimate:
    """One object of each provenance, and more objects behind an option than a table shows."""
    return Estimate(
        origin=ORIGIN,
        objects=(
            Term(label="init/main.o", provenance="measured", bytes=exactly(2000), classes={"text": 1500, "bss": 500}),
            Term(
                label="kernel/fork.o",
                provenance="nearest",
                bytes=Interval(low=7950, value=8000, high=8050),
                classes={"text": 8000},
                differing=("SMP",),
            ),
            *(
                Term(
                    label=f"net/core/o{number}.o",
                    provenance="unmeasured",
                    bytes=Interval(low=1000, value=1800 + number, high=3000),
                    options=("NET",),
                )
                for number in range(20)
            ),
        ),
        tables=(
            Term(
                label="alignment and tables of the link",
                provenance="nearest",
                bytes=Interval(low=480, value=500, high=520),
                classes={"data": 500},
                differing=("NET", "SMP"),
            ),
        ),
        builds=3,
        neighbour=Neighbour(
            content=10_000, differing=tuple((name, "n", "y") for name in ("BPF", "NET", "NLATTR", "SMP", "XPS"))
        ),
        limits=limits,
        loaded=Interval(low=60_000, value=64_000, high=68_000),
        boot=Interval(low=14_000, value=15_000, high=16_000),
    )


def unlearnt() -> Estimate:
    """An estimate from a ledger without builds."""
    nothing = Interval(low=0, value=64, high=128)
    return Estimate(
        origin=ORIGIN,
        objects=(Term(label="init/main.o", provenance="unmeasured", bytes=Interval(low=0, value=90, high=2000)),),
        tables=(Term(label="alignment and tables of the link", provenance="unmeasured", bytes=nothing),),
        builds=0,
        neighbour=None,
    )


def costed() -> Cost:
    """An option with a follower, objects that come and go, and an estimate."""
    gain = Interval(low=90, value=120, high=160)
    return Cost(
        label="tinyconfig on Linux 6.1.0 x86_64",
        tree=ORIGIN.tree,
        arch=ORIGIN.arch,
        compiler=ORIGIN.compiler,
        symbol="PCI",
        before="n",
        after="y",
        why="fill",
        way="by a line of the config",
        unmet=("AMD_NB",),
        follows=(
            Follower(symbol="AMD_NB", before="", after="y", because="default"),
            Follower(symbol="PCI_DOMAINS", before="", after="y", because="selected: X86"),
        ),
        added=(WantedObject(path="drivers/pci/pci-driver.o", options=("PCI",)),),
        removed=(WantedObject(path="lib/no-pci.o", options=("PCI",)),),
        basis="estimated",
        gain=gain,
        parts=(
            Term(label="objects behind PCI", provenance="unmeasured", bytes=Interval(low=80, value=100, high=130)),
            Term(label="objects of both configs", provenance="nearest", bytes=Interval(low=10, value=20, high=30)),
        ),
        changes=(
            Term(
                label="drivers/pci/pci-driver.o",
                provenance="unmeasured",
                bytes=Interval(low=80, value=100, high=130),
                options=("PCI",),
            ),
            Term(
                label="kernel/resource.o",
                provenance="nearest",
                bytes=Interval(low=10, value=20, high=30),
                classes={"text": 30, "data": -10},
            ),
        ),
        touched=1,
        reason="nobody has measured it",
        missing=lacking("PCI=y"),
    )


def costed_by_a_gate() -> Cost:
    """An option whose bytes come from the bundled measurements."""
    return Cost(
        label="tinyconfig on bundled x86_64",
        tree="Linux 6.1.0",
        arch=ORIGIN.arch,
        compiler=ORIGIN.compiler,
        symbol="DMA_OPS",
        before="n",
        after="y",
        why="off",
        way="selected by a symbol of ours in a root Kconfig of ours, since no user can set DMA_OPS here",
        basis="bundled",
        gain=exactly(2128),
        loaded=0,
        file=664,
    )


def costed_by_builds() -> Cost:
    """An option that was built, as it is and turned."""
    growth = Growth(
        title="",
        changes=(
            SymbolChange(name="pci_read", before=None, after=110),
            SymbolChange(name="release", before=40, after=30),
        ),
        before=0,
        after=0,
    )
    return replace(
        costed(),
        basis="measured",
        gain=exactly(120),
        loaded=0,
        file=664,
        parts=(),
        changes=(),
        growth=growth,
        reason="",
        missing=None,
    )


def stuck() -> Cost:
    """A symbol that does not let itself be turned."""
    return Cost(
        label="defconfig on bundled x86_64",
        tree="Linux bundled",
        arch=ORIGIN.arch,
        compiler=ORIGIN.compiler,
        symbol="MMU",
        before="y",
        after="y",
        why="default: def_bool y (arch/x86/Kconfig:290)",
        missed="MMU stays y",
    )


def unmeasured() -> Cost:
    """An option of which no bytes are known."""
    return Cost(
        label="tinyconfig on Linux 6.1.0 x86_64",
        tree=ORIGIN.tree,
        arch=ORIGIN.arch,
        compiler=ORIGIN.compiler,
        symbol="AIO",
        before="y",
        after="n",
        why="user",
        way="by a line of the config",
        removed=(WantedObject(path="fs/aio.o", options=("AIO",)),),
        reason="nobody has measured it",
        missing=lacking("as it is", "AIO=n"),
    )


def lacking(*builds: str) -> Missing:
    """Builds that nobody has made, where others were timed."""
    command = "kweigh gate AIO --config tinyconfig --arch x86_64 --tree ~/linux --build"
    return Missing(builds=builds, command=command, seconds=270.0 * len(builds), timed=3)


def narrowed() -> tuple[Narrowing, ...]:
    """What would narrow the estimate: the config itself, or a symbol of the quick one."""
    itself = Missing(builds=("net",), command="kweigh measure net --arch x86_64 --tree ~/linux")
    return (
        Narrowing(symbol="", base="net", width=40_140, objects=21, missing=itself),
        Narrowing(symbol="NET", base="tinyconfig", width=40_000, objects=20, missing=lacking("NET=y")),
        Narrowing(symbol="SMP", base="tinyconfig", width=100, objects=1, missing=lacking("as it is", "SMP=y")),
    )
