"""Hand-made diagnoses, wishes and removals, as values.

Enters: nothing. Leaves: what the reports doctor, enable and disable are made from. Must hold: deterministic; every
verdict and every status of a remedy occurs.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.model.config import Assignment
from analyzer.model.doctor import (
    Change,
    Contradiction,
    Diagnosis,
    LineState,
    Remedy,
    Removal,
    Request,
    Verdict,
    Wanted,
)
from analyzer.model.graph import ProposedValue
from analyzer.model.known import Missing
from analyzer.model.stranger import Stranger, StrangerKind
from tests.reports.build_chains import at, off_chain, on_chain
from tests.reports.build_configs import config
from tests.reports.build_differences import gains

FIX = Remedy(
    wishes=(("VDPA_SIM", "m"),),
    status="verified",
    assignments=(
        ProposedValue(name="INTEL_IOMMU", value="n", current="y", location=at("drivers/iommu/intel/Kconfig", 12)),
        ProposedValue(name="NAME", value='a "box"', current="", location=at("init/Kconfig", 3)),
    ),
    changes=(Change(name="DMA_OPS", before="y", after="n"), Change(name="NAME", before="", after="x")),
    loses=("SWIOTLB",),
)
NEVER = Remedy(
    wishes=(("ARCH_HAS_SYNC", "y"),),
    status="impossible",
    contradiction=Contradiction(
        text="!MMU cannot be at least m",
        steps=(("ARCH_HAS_SYNC is to be y", None), ("ARCH_HAS_SYNC: depends on !MMU", at("kernel/dma/Kconfig", 64))),
    ),
)
LOST = Remedy(
    wishes=(("SWIOTLB", "n"),), status="not found", contradiction=Contradiction(text="every way that was tried failed")
)


def line(number: int, name: str, asked: str, verdict: Verdict, value: str = "") -> LineState:
    """A line of the fragment and its verdict, with nothing else known."""
    assignment = Assignment(name=name, value=asked, location=at("my.config", number))
    return LineState(request=Request(assignment=assignment, value=asked), verdict=verdict, value=value)


def _overridden(found: LineState) -> LineState:
    over = Assignment(name="NAME", value='"a box"', location=at("your.config", 2))
    return replace(found, request=replace(found.request, override=over))


def sick() -> Diagnosis:
    """A line of every verdict."""
    lines = (
        line(1, "INTEL_IOMMU", "y", "kept", "y"),
        line(2, "IOMMU_DMA", "y", "redundant", "y"),
        replace(line(3, "VDPA_SIM", "m", "dropped", "n"), explanation=off_chain(), remedy=FIX),
        replace(line(4, "ARCH_HAS_SYNC", "y", "dropped", "n"), remedy=NEVER),
        replace(line(5, "SWIOTLB", "n", "changed", "y"), explanation=on_chain(), remedy=LOST),
        replace(line(6, "DMA_OPS_BYPASS", "n", "moot", "n"), explanation=off_chain()),
        _overridden(line(7, "NAME", '"x"', "overridden", "a box")),
        replace(
            line(8, "GONE", "y", "unknown"),
            stranger=_GONE,
            remedy=replace(NEVER, wishes=()),
        ),
        line(9, "OLD", "n", "unknown"),
    )
    base = config()
    joint = replace(FIX, wishes=(("VDPA_SIM", "m"), ("SWIOTLB", "n")), loses=())
    return Diagnosis(config=replace(config("tinyconfig+my.config"), base=base), lines=lines, joint=joint)


def sound() -> Diagnosis:
    """A fragment that got what it asked for."""
    return Diagnosis(config=config("tinyconfig+my.config"), lines=(line(1, "INTEL_IOMMU", "y", "kept", "y"),))


def wanted() -> Wanted:
    """Values that can be had."""
    return Wanted(config=config(), remedy=FIX)


def unwanted() -> Wanted:
    """Values that cannot be had."""
    return Wanted(config=config(), remedy=NEVER)


def had() -> Wanted:
    """Values that the config has."""
    return Wanted(config=config(), remedy=replace(FIX, assignments=(), changes=(), loses=()))


def weighed_wish() -> Wanted:
    """Values that can be had, for bytes that a table tells."""
    return Wanted(config=config(), remedy=replace(FIX, gain=gains()[1]))


def unweighed_wish() -> Wanted:
    """Values that can be had, for bytes that nobody knows."""
    builds = ("defconfig", "defconfig+FIX")
    lacks = Missing(builds=builds, command="kweigh measure defconfig defconfig+FIX --arch x86_64 --tree DIR")
    return replace(wanted(), missing=lacks)


def weighed_sick() -> Diagnosis:
    """A line that comes back for bytes that are known in a config near, and a joint fix that was built."""
    own, _, near = gains()
    found = sick()
    lines = tuple(replace(one, remedy=replace(FIX, gain=near)) if one.remedy is FIX else one for one in found.lines)
    assert found.joint is not None
    return replace(found, lines=lines, joint=replace(found.joint, gain=own), missing=unweighed_wish().missing)


def removed(*, least: bool = True) -> Removal:
    """Two selectors that are to be turned off."""
    return Removal(
        config=config(),
        explanation=on_chain(),
        remedy=replace(FIX, wishes=(("DMA_OPS", "n"),), loses=()),
        least=least,
    )


def staying() -> Removal:
    """A symbol for which no set was found."""
    return Removal(config=config(), explanation=on_chain(), remedy=LOST)


_GONE = Stranger(name="GONE", kind="near", near="DONE")


def _kind(name: str) -> StrangerKind:
    return "toolchain" if name.startswith("CC_") else "unknown"


def stray() -> Diagnosis:
    """Many lines of symbols that the tree does not have, of every kind."""
    names = (*(f"CC_HAS_{i}" for i in range(6)), *(f"GONE_{i}" for i in range(9)))
    lines = tuple(
        replace(line(number, name, "y", "unknown"), stranger=Stranger(name=name, kind=_kind(name)))
        for number, name in enumerate(names, 1)
    )
    near = replace(
        line(20, "DMA_OPSS", "y", "unknown"), stranger=Stranger(name="DMA_OPSS", kind="near", near="DMA_OPS")
    )
    other = replace(
        line(21, "ARM_AMBA", "y", "unknown"),
        stranger=Stranger(name="ARM_AMBA", kind="elsewhere", homes=("arm", "arm64")),
    )
    more = (near, other, line(22, "OLD", "n", "unknown"), line(23, "PCI", "y", "kept", "y"))
    return Diagnosis(config=replace(config("tinyconfig+my.config"), base=config()), lines=(*lines, *more))
