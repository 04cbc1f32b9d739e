"""A small hand-made tree and its configs, as values.

Enters: nothing. Leaves: `SourceTree`, `ResolvedConfig`, and what features, diff and matrix make of them. Must hold:
deterministic; nothing is read or resolved.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analyzer.features import features_of
from analyzer.model.analysis import Analysis, ConfigDiff, Matrix, MatrixRow, compare
from analyzer.model.config import Assignment, Cause, ConfigSource, Reason, ResolvedConfig
from analyzer.model.expr import YES, Location, Ref, SymbolType, Tristate
from analyzer.model.feature import Feature, FeatureSet
from analyzer.model.kconfig import ChoiceRules, Definition, Dialect, EmptyNumber, KconfigModel, Symbol
from analyzer.model.tree import SourceTree, Toolchain
from tests.reports.build_chains import at, forced

DIALECT = Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY)


def cause(name: str, text: str, where: Location, *, value: Tristate = Tristate.y) -> Cause:
    """A line that took part, its condition the other symbol alone."""
    return Cause(name=name, text=text, condition=Ref(name) if name else YES, value=value, location=where)


def tree(arch: str = "x86_64") -> SourceTree:
    """A tree that is nowhere."""
    return SourceTree(
        root=Path("/src/linux"),
        kind="linux",
        version="6.1.0",
        arch=arch,
        srcarch="x86",
        kconfig="Kconfig",
        dialect=DIALECT,
        toolchain=Toolchain(prefix="", programs={}, identity="gcc 12.2.0 (x86_64-linux-gnu)"),
        environment={},
    )


def symbol(name: str, where: Location, kind: SymbolType = "bool") -> Symbol:
    """A symbol with one bare definition."""
    return Symbol(name=name, type=kind, definitions=(Definition(location=where),))


SYMBOLS = {
    s.name: s
    for s in (
        symbol("DMA_OPS", at("kernel/dma/Kconfig", 11)),
        symbol("DMA_OPS_BYPASS", at("kernel/dma/Kconfig", 20)),
        symbol("INTEL_IOMMU", at("drivers/iommu/intel/Kconfig", 12)),
        symbol("IOMMU_DMA", at("drivers/iommu/Kconfig", 150)),
        symbol("SWIOTLB", at("kernel/dma/Kconfig", 79)),
        symbol("ARCH_HAS_SYNC", at("kernel/dma/Kconfig", 63)),
        symbol("VDPA_SIM", at("drivers/vdpa/Kconfig", 12), "tristate"),
        symbol("NAME", at("init/Kconfig", 3), "string"),
    )
}

REASONS = {
    "DMA_OPS": Reason(
        kind="selected",
        location=at("drivers/iommu/intel/Kconfig", 15),
        causes=(
            cause("INTEL_IOMMU", "select DMA_OPS", at("drivers/iommu/intel/Kconfig", 15)),
            cause("IOMMU_DMA", "select DMA_OPS if PCI", at("drivers/iommu/Kconfig", 152)),
        ),
    ),
    "DMA_OPS_BYPASS": Reason(kind="off", location=at("kernel/dma/Kconfig", 20)),
    "INTEL_IOMMU": Reason(
        kind="user",
        location=at("x86_64_defconfig", 236),
        causes=(cause("", "CONFIG_INTEL_IOMMU=y", at("x86_64_defconfig", 236)),),
    ),
    "IOMMU_DMA": Reason(
        kind="default",
        location=at("drivers/iommu/Kconfig", 151),
        causes=(cause("", "default ARM64 || X86", at("drivers/iommu/Kconfig", 151)),),
    ),
    "SWIOTLB": Reason(
        kind="implied",
        location=at("arch/x86/Kconfig", 34),
        causes=(cause("X86_64", "imply SWIOTLB", at("arch/x86/Kconfig", 34)),),
    ),
    "ARCH_HAS_SYNC": Reason(
        kind="unmet",
        location=at("kernel/dma/Kconfig", 64),
        causes=(cause("", "depends on HAS_DMA && !MMU", at("kernel/dma/Kconfig", 64), value=Tristate.n),),
    ),
    "VDPA_SIM": Reason(kind="fill", location=at("allmodconfig", 0)),
    "NAME": Reason(kind="environment", location=at("init/Kconfig", 3)),
}

VALUES = {
    "DMA_OPS": "y",
    "DMA_OPS_BYPASS": "n",
    "INTEL_IOMMU": "y",
    "IOMMU_DMA": "y",
    "SWIOTLB": "y",
    "ARCH_HAS_SYNC": "n",
    "VDPA_SIM": "m",
    "NAME": "a box",
}


def config(name: str = "x86_64_defconfig", **changed: str) -> ResolvedConfig:
    """The config, with other values where given."""
    asked = (
        Assignment(name="INTEL_IOMMU", value="y", location=at(name, 236)),
        Assignment(name="ARCH_HAS_SYNC", value="y", location=at(name, 7)),
        Assignment(name="NAME", value='"a box"', location=at(name, 8)),
    )
    return ResolvedConfig(
        tree=tree(),
        model=KconfigModel(
            mainmenu="Linux",
            dialect=DIALECT,
            symbols=SYMBOLS,
            choices={},
            menu=(),
            modules=None,
            files=("Kconfig",),
            environment={},
        ),
        source=ConfigSource(name=name, assignments=asked, files=(f"arch/x86/configs/{name}",)),
        values={**VALUES, **changed},
        choice_values={},
        visibility=dict.fromkeys(VALUES, Tristate.n),
        written=frozenset(VALUES),
        texts=frozenset(name for name, symbol in SYMBOLS.items() if not symbol.is_tristate_valued),
        reasons=REASONS,
        ignored=(Assignment(name="GONE", value="m", location=at(name, 9)),),
        rejected=(Assignment(name="SWIOTLB", value="17", location=at(name, 10)),),
    )


FEATURES = FeatureSet(
    name="dma",
    title="DMA features",
    features=(
        Feature(name="DMA_OPS", symbols=("DMA_OPS",), group="Dispatch", about="operations of their own"),
        Feature(name="DMA_OPS_BYPASS", symbols=("DMA_OPS_BYPASS",), group="Dispatch"),
        Feature(name="IOMMU_DMA", symbols=("IOMMU_DMA",), group="IOMMUs"),
        Feature(name="INTEL_IOMMU", symbols=("INTEL_IOMMU",), group="IOMMUs"),
        Feature(name="SWIOTLB", symbols=("SWIOTLB",)),
        Feature(name="SYNC", symbols=("DMA_NEED_SYNC", "ARCH_HAS_SYNC")),
        Feature(name="VDPA_SIM", symbols=("VDPA_SIM",)),
        Feature(name="HELPERS", symbols=("DMA_OPS_HELPERS",)),
    ),
    origin="dma.toml",
)


def analysis() -> Analysis:
    """All that is known of one config."""
    resolved = config()
    return Analysis(config=resolved, feature_set=FEATURES, features=features_of(resolved, FEATURES), unmet=(forced(),))


def difference() -> ConfigDiff:
    """Two configs that differ in a feature, a text and a symbol that one alone defines."""
    left, right = config(), config("tinyconfig", DMA_OPS="n", NAME="", SWIOTLB="n")
    more = {"EXTRA": symbol("EXTRA", at("extra/Kconfig", 1)), "OFF": symbol("OFF", at("extra/Kconfig", 5))}
    right = replace(
        right,
        model=replace(right.model, symbols={**SYMBOLS, **more}),
        values={**right.values, "EXTRA": "y", "OFF": "n"},
        reasons={**REASONS, "EXTRA": Reason(kind="default", location=at("extra/Kconfig", 2)), "OFF": REASONS["NAME"]},
    )
    return compare(
        Analysis(config=left, feature_set=FEATURES, features=features_of(left, FEATURES)),
        Analysis(config=right, feature_set=FEATURES, features=features_of(right, FEATURES)),
    )


def side_by_side(arches: tuple[str, ...] = ("alpha", "arm", "x86_64")) -> Matrix:
    """Two configs per architecture; the last architecture has what alpha lacks."""
    rows = []
    for arch in arches:
        tiny, full = config("tinyconfig", DMA_OPS="n", IOMMU_DMA="n", INTEL_IOMMU="n"), config("defconfig")
        if arch != arches[-1]:
            less = {name: s for name, s in SYMBOLS.items() if name != "INTEL_IOMMU"}
            full = replace(full, model=replace(full.model, symbols=less))
        rows += [MatrixRow(arch=arch, config=c.source.name, features=features_of(c, FEATURES)) for c in (tiny, full)]
    return Matrix(tree="Linux 6.1.0", feature_set=FEATURES, rows=tuple(rows))


def with_failure() -> Matrix:
    """A matrix in which one config could not be resolved."""
    whole = side_by_side()
    failed = MatrixRow(arch="arm", config="odd_defconfig", error="arch/arm/Kconfig:7: syntax error")
    return replace(whole, rows=(*whole.rows[:3], failed, *whole.rows[4:]))
