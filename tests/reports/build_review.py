"""A review, hand-made.

Enters: nothing. Leaves: `Review`. Must hold: as in build_configs.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from analyzer.dma import VERSIONS, ways_taken
from analyzer.dma.platforms import REFERENCE
from analyzer.model.build import Step as Line
from analyzer.model.by_arch import Places
from analyzer.model.config import Assignment
from analyzer.model.difference import Cited, RootCause, VerdictChange
from analyzer.model.elf import SymbolChange
from analyzer.model.estimate import Interval
from analyzer.model.gain import Gain
from analyzer.model.gate import Weight
from analyzer.model.graph import Explanation, Step
from analyzer.model.mapping import WayThrough
from analyzer.model.review import (
    Chains,
    Effect,
    EntryChange,
    Failed,
    FaultFate,
    LostLine,
    Move,
    ObjectChange,
    Relocated,
    Rename,
    Review,
    SavedLine,
    SeriesFault,
    Unmet,
)
from analyzer.model.review_bytes import SeriesBuild, SeriesBytes, SeriesGain
from analyzer.model.review_mapping import MappingChange, SeriesMapping
from analyzer.model.upgrade import Likeness, Successor
from tests.reports.build_chains import at
from tests.reports.build_lint import linted

_GATE = RootCause(
    kind="entry",
    names=("ARCH_HAS_DMA_OPS",),
    a=(Cited(text="select DMA_OPS", location=at("arch/Kconfig", 26)),),
    b=(Cited(text="select DMA_OPS if PCI", location=at("arch/Kconfig", 26)),),
)
_NEW = RootCause(
    kind="entry", names=("NEED_IT",), b=(Cited(text="config NEED_IT", location=at("kernel/dma/Kconfig", 33)),)
)
_GONE = RootCause(kind="entry", names=("OLD",), a=(Cited(text="config OLD", location=at("kernel/dma/Kconfig", 3)),))


def _explained(value: str) -> Explanation:
    step = Step(name="DMA_OPS", value=value, kind="off", location=at("kernel/dma/Kconfig", 15))
    return Explanation(symbol="DMA_OPS", value=value, type="bool", steps=(step,))


_LIKE = Likeness(
    kind="prompt",
    text='its prompt is "Avoid speculation" as well',
    weight=4.0,
    old=at("arch/x86/Kconfig", 462),
    new=at("arch/x86/Kconfig", 2460),
)


def _object(path: str, before: str, after: str, places: Places) -> ObjectChange:
    makefile = at(f"{path.rpartition('/')[0]}/Makefile", 7)
    step = Line(where=makefile, variable="obj-$(CONFIG_DMA_OPS)", word=path.rpartition("/")[2])
    return ObjectChange(path=path, before=before, after=after, step=step, asked=("DMA_OPS",), places=places)


def mapped() -> SeriesMapping:
    """A gate that powerpc selects and arm does not; a table of ops that is no more."""
    taken = ways_taken(VERSIONS["v4"], REFERENCE, count=4)
    return SeriesMapping(
        before="Linux 5.8, before the series",
        after="the series, version 4",
        notes=("this tree lies between the versions that are judged", ""),
        files=("kernel/dma/mapping.c",),
        changes=(
            MappingChange(
                places=(("powerpc", ("ppc64_defconfig",)),),
                turned=(("DMA_OPS_BYPASS is not in this tree", "DMA_OPS_BYPASS=y"),),
                ends=(
                    VerdictChange(scenario="21", title="powerpc, bounced", a="stale", b="right"),
                    VerdictChange(scenario="40", title="a sync left out", a="right", b="stale"),
                    VerdictChange(scenario="10", title="the flag on", a="", b="-"),
                ),
                otherwise=1,
                ways=(WayThrough(way=taken[0].way, taken=(taken[0], taken[-1])),),
            ),
            MappingChange(
                places=(("arm", ("tinyconfig",)),),
                turned=(("DMA_OPS=y", "DMA_OPS=n"),),
                ends=(VerdictChange(scenario="9", title="ops", a="failed", b=""),),
                otherwise=0,
                ways=(WayThrough(way="IOMMU, translated", taken=(taken[-1], None)),),
            ),
            MappingChange(places=(("s390", ("tinyconfig",)),), turned=(), ends=(), otherwise=2, ways=()),
        ),
    )


def weighed() -> SeriesBytes:
    """A config that grows, one that does not build any more, one in which nothing changes, and an estimate."""
    before = Weight(classes={"text": 900_000, "data": 100_000}, loaded=2_000_000, file=2_500_000, objects=436)
    after = replace(before, classes={"text": 901_000, "data": 100_000}, objects=437)
    changes = (
        SymbolChange(name="sorted_up_to", before=None, after=800),
        SymbolChange(name="grows", before=100, after=400),
        SymbolChange(name="is_gone", before=100, after=None),
        SymbolChange(name="small", before=8, after=9),
    )
    return SeriesBytes(
        builds=(
            SeriesBuild(
                arch="x86_64",
                config="tinyconfig",
                before=before,
                after=after,
                boot=(700_000, 700_400),
                compiled=(None, 2),
                changes=changes,
            ),
            SeriesBuild(
                arch="arm", config="tinyconfig", before=before, reason="it does not build after: x", fails=True
            ),
            SeriesBuild(arch="s390", config="tinyconfig", reason="nothing that it is built from changes"),
        ),
        estimates=(
            SeriesGain(
                arch="x86_64",
                config="tinyconfig",
                gain=Gain(bytes=Interval(low=5, value=9, high=12), basis="options", rests="built alone in tinyconfig"),
            ),
        ),
        command="kweigh review 0001-dma.patch --tree linux --build x86_64",
    )


def reviewed(times: int = 1) -> Review:
    """An entry that changes a value, alone and together with a new one; `times` further causes."""
    places = (("arm", ("a_defconfig", "tinyconfig")), ("x86_64", ("tinyconfig",)))
    more = tuple(
        RootCause(
            kind="default", names=(f"N_{i}",), b=(Cited(text=f"default {i}", location=at(f"drivers/{i}/Kconfig", 7)),)
        )
        for i in range(times)
    )
    chains = Chains(arch="arm", config="a_defconfig", symbol="DMA_OPS", before=_explained("y"), after=_explained("n"))
    return Review(
        tree="Linux 7.3.4",
        source="0001-dma.patch",
        arches=("arm", "s390", "x86_64"),
        alike=("s390",),
        looked_at=(("arm", ("a_defconfig", "tinyconfig")), ("s390", ("tinyconfig",)), ("x86_64", ("tinyconfig",))),
        entries=(
            EntryChange(fate="changed", cause=_GATE, arches=("arm", "x86_64")),
            EntryChange(fate="new", cause=_NEW, arches=("arm", "x86_64")),
            EntryChange(fate="gone", cause=_GONE, arches=("arm",)),
        ),
        causes=(_GATE, _NEW, *more),
        effects=(
            Effect(
                causes=(0,),
                moves=(
                    Move(symbol="DMA_OPS", before="y", after="n", places=places),
                    Move(symbol="NR", before="1", after="2", places=places[:1]),
                ),
                chains=chains,
            ),
            *(
                Effect(causes=(2 + i,), moves=(Move(symbol=f"N_{i}", before="", after=f"{i}", places=places[1:]),))
                for i in range(times)
            ),
            Effect(
                causes=(0, 1),
                moves=(Move(symbol="NEED_IT", before="", after="m", places=places[1:]),),
                chains=Chains(arch="x86_64", config="tinyconfig", symbol="NEED_IT", before=None, after=None),
            ),
        ),
        unexplained=(Move(symbol="ODD", before="n", after="y", places=places[1:]),),
        failed=(Failed(arch="um", config="*", error="no compiler"),),
        lost=(
            LostLine(
                arch="arm",
                config="a_defconfig",
                line=Assignment(name="NR", value="1", location=at("arch/arm/configs/a_defconfig", 9)),
                after="2",
            ),
        ),
        unmet=(Unmet(symbol="DMA_OPS", location=at("kernel/dma/Kconfig", 15), places=places),),
        faults=tuple(
            SeriesFault(fate=fate, fault=fault, arches=("arm", "x86_64"))
            for fate, fault in zip(get_args(FaultFate), linted().faults, strict=False)
        ),
        objects=(
            _object("kernel/dma/ops.o", "", "vmlinux", places),
            _object("kernel/dma/dummy.o", "vmlinux", "", places[1:]),
            _object("drivers/a.o", "vmlinux", "drivers/a.ko", places[:1]),
        ),
        saved=(
            SavedLine(symbol="NR", before="CONFIG_NR=1", after="", places=places[:1], asked=places[:1]),
            SavedLine(symbol="OLD", before="# CONFIG_OLD is not set", after="CONFIG_OLD=m", places=places),
        ),
        renames=(
            Rename(
                successor=Successor(
                    name="RETPOLINE", became=("MITIGATION_RETPOLINE",), kind="renamed", evidence=(_LIKE,)
                ),
                arches=("arm", "x86_64"),
                kept=places,
                asked=places[:1],
            ),
            Rename(
                successor=Successor(name="CFI_CLANG", became=("CFI",), kind="renamed", evidence=()),
                arches=("arm",),
                transitional=True,
                asked=places[1:],
            ),
        ),
        relocated=(
            Relocated(symbol="KEPT", before=at("lib/Kconfig", 3), after=at("mm/Kconfig", 9), arches=("arm", "x86_64")),
        ),
        fresh=(("arm", ("new_defconfig",)), ("sh", ("tinyconfig", "new_defconfig"))),
        mapping=mapped(),
        bytes=weighed(),
        remarks=("the hunk at line 12 for arch/Kconfig stands +2 lines from where it says",),
    )


def unchanged() -> Review:
    """A change of comments."""
    return Review(
        tree="bundled tree",
        source="standard input",
        arches=("arm",),
        alike=("arm",),
        looked_at=(("arm", ("tinyconfig",)),),
        entries=(),
        causes=(),
        effects=(),
        unexplained=(),
        faults=(),
    )
