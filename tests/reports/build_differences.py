"""Two hand-made configs with what explains their difference.

Enters: nothing. Leaves: `Difference` values. Must hold: every kind of cause and of group occurs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from analyzer.model.analysis import compare
from analyzer.model.build import KbuildObject, Step
from analyzer.model.difference import (
    Bytes,
    CauseKind,
    Causes,
    Cited,
    Difference,
    Explained,
    Follower,
    ObjectChanges,
    Part,
    RootCause,
    VerdictChange,
)
from analyzer.model.estimate import Interval, exactly
from analyzer.model.gain import Gain
from analyzer.model.gate import Weight
from analyzer.model.known import Missing
from tests.reports.build_chains import at
from tests.reports.build_configs import difference


def cited(text: str, path: str, line: int) -> Cited:
    """A line and its place."""
    return Cited(text=text, location=at(path, line))


def alone(cause: int, *names: str) -> Explained:
    """What one cause explains, each symbol one deeper than the one before it."""
    return Explained(causes=(cause,), symbols=tuple(Follower(name=n, depth=i) for i, n in enumerate(names)))


def explained() -> Difference:
    """A line that explains two symbols, two that explain one together, and one that nothing explains."""
    line = cited("CONFIG_INTEL_IOMMU=y", "x86_64_defconfig", 236)
    before, after = cited("default y", "kernel/dma/Kconfig", 80), cited("default n", "kernel/dma/Kconfig", 82)
    return Difference(
        diff=difference(),
        causes=Causes(
            causes=(
                RootCause(kind="user", names=("INTEL_IOMMU",), a=(line,)),
                RootCause(kind="default", names=("SWIOTLB",), a=(before,), b=(after,)),
                RootCause(kind="entry", names=("EXTRA",), b=(cited("config EXTRA", "extra/Kconfig", 1),)),
            ),
            groups=(
                alone(0, "DMA_OPS", "SWIOTLB"),
                Explained(causes=(1, 2), symbols=(Follower(name="EXTRA", depth=0),)),
            ),
            unexplained=("NAME",),
            tried=12,
        ),
        objects=ObjectChanges(only_a=(built("kernel/dma/swiotlb.o"),), only_b=(), whole=False),
        verdicts=(VerdictChange(scenario="4", title="a bounce", a="right", b=""),),
    )


def every_kind() -> Difference:
    """One cause of every kind; objects were not looked at, and every scenario ends alike."""
    kinds: tuple[CauseKind, ...] = get_args(CauseKind)
    names = [row.name for row in difference().rows]
    causes = tuple(
        RootCause(kind=kind, names=(), a=(cited(f"old {kind}", "a", 1),), b=(cited(f"new {kind}", "b", 0),))
        for kind in kinds
    )
    found = Causes(
        causes=causes,
        groups=tuple(alone(i, name) for i, name in enumerate(names)),
        unexplained=(),
        tried=len(kinds),
    )
    return Difference(diff=difference(), causes=found, verdicts=())


def same() -> Difference:
    """A config and itself."""
    one = difference().a
    return Difference(
        diff=compare(one, one), causes=Causes(causes=(), groups=(), unexplained=(), tried=0), objects=NOTHING_BUILT
    )


def weighed_both() -> Difference:
    """Two configs that were built."""
    a, b = (Weight(classes={"text": size}, loaded=4096, file=9000, objects=3) for size in (20_000, 18_500))
    source = "measured on Linux 6.1.0 x86_64 with gcc 12.2.0 (builds in the ledger)"
    return replace(same(), bytes=Bytes(a=a, b=b, source_a=source, source_b=source, missing=()))


def weighed_causes() -> Difference:
    """Two configs that were built, and causes: one that was built alone, one that a table tells, one nobody knows."""
    found, (own, told, _) = explained(), gains()
    groups = (replace(alone(0, "DMA_OPS"), gain=own), alone(1, "SWIOTLB"), replace(alone(2, "EXTRA"), gain=told))
    parts = tuple(Part(causes=group.causes, gain=group.gain) for group in groups)
    return replace(found, causes=replace(found.causes, groups=groups, parts=parts), bytes=weighed_both().bytes)


def weighed_in_whole(*, doubt: int) -> Difference:
    """The same two configs, and all causes weighed: 100 bytes off what both differ by, each doubted by so many."""
    found, (own, told, _) = weighed_causes(), gains()
    size = Interval(low=-2400 - doubt, value=-2400, high=-2400 + doubt)
    parts = (Part(causes=(0, 1), gain=own), Part(causes=(2,), gain=replace(told, bytes=size)))
    return replace(found, causes=replace(found.causes, parts=parts))


def weighed_together() -> Difference:
    """A cause that explains symbols alone and with another one, in a config near one that was measured."""
    found, (_, told, near) = explained(), gains()
    groups = (replace(alone(0, "DMA_OPS"), gain=told), replace(alone(0, "EXTRA"), causes=(0, 1), gain=near))
    parts = (Part(causes=(0, 1), gain=near), Part(causes=(2,), gain=None))
    return replace(found, causes=replace(found.causes, groups=groups, parts=parts), bytes=weighed_neither().bytes)


def gains() -> tuple[Gain, Gain, Gain]:
    """Bytes that were built, that a table tells of these configs, and that it tells of a config near."""
    table = "told apart from 2 builds with other options in tinyconfig of Linux 6.1.0 x86_64 with gcc 12.2.0"
    size = Interval(low=-300, value=-200, high=-100)
    return (
        Gain(bytes=exactly(1000), basis="builds", rests="measured on Linux 6.1.0 x86_64 (builds in the ledger)"),
        Gain(bytes=size, basis="options", rests=table),
        Gain(bytes=size, basis="near", rests=table, near="tinyconfig"),
    )


def weighed_neither() -> Difference:
    """Two configs that nobody has built."""
    lacks = Missing(builds=("tinyconfig", "defconfig"), command="kweigh measure tinyconfig defconfig --tree DIR")
    return replace(same(), bytes=Bytes(a=None, b=None, source_a="", source_b="", missing=(lacks,)))


def unexplained(found: Difference) -> Difference:
    """The same without any cause."""
    names = tuple(row.name for row in found.diff.rows)
    return replace(found, causes=Causes(causes=(), groups=(), unexplained=names, tried=3))


def built(path: str) -> KbuildObject:
    """An object of vmlinux."""
    step = Step(where=at("kernel/dma/Makefile", 8), variable="obj-$(CONFIG_SWIOTLB)", word="swiotlb.o")
    return KbuildObject(path=path, goal="vmlinux", into="kernel/dma/built-in.a", because=(step,))


NOTHING_BUILT = ObjectChanges(only_a=(), only_b=(), whole=True)
