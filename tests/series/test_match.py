"""The files of a series beside a tree's."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from analyzer.model.expr import YES, And, Expr, Location, Ref
from analyzer.model.feature import Feature, FeatureSet
from analyzer.model.kconfig import ChoiceRules, Definition, Dialect, EmptyNumber, KconfigModel, Select, Symbol
from analyzer.model.series import SeriesRow
from analyzer.series import bundled_path, match, read
from analyzer.series.roles import role

TREE = [
    "Kconfig",
    "Makefile",
    "arch/Kconfig",
    "arch/x86/Kconfig",
    "drivers/iommu/Kconfig",
    "drivers/misc/Kconfig",
    "drivers/misc/other/Kconfig",
    "drivers/xen/Kconfig",
    "include/linux/device.h",
    "kernel/dma/mapping.c",
    "kernel/dma/ops.c",
]
FEATURES = FeatureSet(
    name="dma",
    title="DMA",
    origin="dma.toml",
    features=(
        Feature(name="ops", symbols=("DMA_OPS", "ARCH_HAS_DMA_OPS")),
        Feature(name="bypass", symbols=("DMA_OPS_BYPASS",)),
        Feature(name="any ops", symbols=("DMA_OPS",)),
    ),
)


def at(path: str, line: int) -> Location:
    return Location(path=path, line=line)


def symbol(name: str, where: Location, *selects: tuple[str, Expr]) -> Symbol:
    """A bool that is defined at one place; its select lines follow each other from the second line on."""
    lines = tuple(
        Select(target=target, condition=condition, location=at(where.path, where.line + 2 + index))
        for index, (target, condition) in enumerate(selects)
    )
    return Symbol(name=name, type="bool", definitions=(Definition(location=where, selects=lines),))


def model(arch: str, *symbols: Symbol) -> KconfigModel:
    """A model that read exactly the files that define its symbols."""
    return KconfigModel(
        mainmenu="",
        dialect=Dialect(choices=ChoiceRules.SYMBOL, empty_number=EmptyNumber.EMPTY),
        symbols=MappingProxyType({s.name: s for s in symbols}),
        choices=MappingProxyType({}),
        menu=(),
        modules=None,
        files=tuple(dict.fromkeys(s.location.path for s in symbols)),
        environment=MappingProxyType({"ARCH": arch}),
    )


def rows(*names: str, models: tuple[KconfigModel, ...] = ()) -> tuple[SeriesRow, ...]:
    """The rows of a diffstat of these names."""
    return match(read("".join(f" {name} | 1 +\n" for name in names), "stat"), TREE, models, FEATURES)


def row(name: str, *models: KconfigModel) -> SeriesRow:
    (found,) = rows(name, models=models)
    return found


@pytest.mark.parametrize(
    ("name", "kind", "path", "nearest"),
    [
        ("drivers/xen/Kconfig", "found", "drivers/xen/Kconfig", ()),
        ("drivers/misc/mic/Kconfig", "gone", None, ("drivers/misc/Kconfig",)),
        ("drivers/misc/other/deep/Kconfig", "gone", None, ("drivers/misc/other/Kconfig",)),
        ("sound/Kconfig", "gone", None, ()),
        ("kernel/mapping.c", "gone", None, ("kernel/dma/mapping.c",)),
        ("mapping.c", "gone", None, ("kernel/dma/mapping.c",)),
        ("kernel/dma/dummy.c", "gone", None, ()),
        ("arch/alpha/boot.S", "not kept", None, ()),
        ("drivers/{iommu => iommus}/Kconfig", "old path", "drivers/iommu/Kconfig", ()),
        ("drivers/{xyz => iommu}/Kconfig", "found", "drivers/iommu/Kconfig", ()),
        ("drivers/new/Kconfig (new)", "new", None, ()),
        ("drivers/misc/gone/Kconfig (gone)", "removed", None, ("drivers/misc/Kconfig",)),
        (".../dma/mapping.c", "abbreviated", None, ("kernel/dma/mapping.c",)),
        (".../misc/Kconfig", "abbreviated", None, ("drivers/misc/Kconfig",)),
        (".../Kconfig", "abbreviated", None, tuple(p for p in TREE if p.endswith("Kconfig"))[:5]),
        (".../isc/Kconfig", "abbreviated", None, ()),
    ],
)
def test_counterparts(name: str, kind: str, path: str | None, nearest: tuple[str, ...]) -> None:
    found = row(name).counterpart
    assert (found.kind, found.path, found.nearest) == (kind, path, nearest)
    assert bool(found.reason) == (kind != "found")
    assert "\n" not in found.reason


def test_a_copy_has_no_counterpart_under_its_old_path() -> None:
    text = "diff --git a/kernel/dma/ops.c b/kernel/dma/copy.c\nsimilarity index 90%\ncopy from kernel/dma/ops.c\n"
    (found,) = match(read(f"{text}copy to kernel/dma/copy.c\n", "diff"), TREE, (), FEATURES)
    assert found.counterpart.kind == "new"


def test_symbols_and_selects_of_a_kconfig_file() -> None:
    condition = And((Ref("PCI"), Ref("64BIT")))
    path = "drivers/xen/Kconfig"
    read_by = model(
        "x86_64",
        symbol("SWIOTLB_XEN", at(path, 20), ("DMA_OPS", condition), ("SWIOTLB", YES)),
        symbol("XEN", at(path, 3), ("DMA_OPS_BYPASS", YES)),
        symbol("DMA_OPS", at("kernel/dma/Kconfig", 5)),
        symbol("DMA_OPS_BYPASS", at("kernel/dma/Kconfig", 9)),
    )
    found = row(path, read_by)
    assert found.read_for == ("x86_64",)
    assert [(s.name, s.location.line, s.features) for s in found.symbols] == [("XEN", 3, ()), ("SWIOTLB_XEN", 20, ())]
    assert [(s.symbol, s.target, s.condition, s.location) for s in found.selects] == [
        ("XEN", "DMA_OPS_BYPASS", YES, at(path, 5)),
        ("SWIOTLB_XEN", "DMA_OPS", condition, at(path, 22)),
    ]


def test_a_file_that_defines_features_names_them() -> None:
    path = "drivers/iommu/Kconfig"
    found = row(path, model("arm", symbol("DMA_OPS", at(path, 5)), symbol("OTHER", at(path, 7))))
    assert [(s.name, s.features) for s in found.symbols] == [("DMA_OPS", ("ops", "any ops")), ("OTHER", ())]


def test_a_feature_stands_for_the_first_symbol_that_the_tree_defines() -> None:
    path = "arch/x86/Kconfig"
    newer = model(
        "x86_64", symbol("X86", at(path, 1), ("ARCH_HAS_DMA_OPS", YES)), symbol("ARCH_HAS_DMA_OPS", at("k", 1))
    )
    assert [s.target for s in row(path, newer).selects] == ["ARCH_HAS_DMA_OPS"]
    older = model("x86_64", symbol("X86", at(path, 1), ("ARCH_HAS_DMA_OPS", YES)), symbol("DMA_OPS", at("k", 1)))
    assert row(path, older).selects == ()


def test_what_two_architectures_read_is_given_once() -> None:
    path = "drivers/xen/Kconfig"
    both = [model(arch, symbol("XEN", at(path, 3), ("DMA_OPS", YES)), symbol("DMA_OPS", at("k", 1))) for arch in "ab"]
    found = row(path, *both)
    assert found.read_for == ("a", "b")
    assert len(found.symbols) == len(found.selects) == 1


def test_a_file_that_no_model_read_is_told_from_one_that_defines_nothing() -> None:
    read_it = model("x86_64", symbol("XEN", at("drivers/xen/Kconfig", 3)))
    assert row("drivers/iommu/Kconfig", read_it).read_for == ()
    assert row("drivers/xen/Kconfig", read_it).read_for == ("x86_64",)


def test_the_bundled_tree_keeps_kernel_paths_below_kconfig() -> None:
    series = read(" arch/x86/Kconfig | 1 +\n drivers/xen/Kconfig | 1 +\n kernel/dma/direct.c | 1 -\n", "stat")
    paths = ["arch/x86/Kconfig", "kconfig/drivers/xen/Kconfig", "kconfig/kernel/dma/Makefile"]
    found = [r.counterpart for r in match(series, paths, (), FEATURES, bundled_path)]
    assert [c.path for c in found] == [*paths[:2], None]
    assert found[2].kind == "not kept"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("arch/x86/Kconfig", "Kconfig"),
        ("lib/Kconfig.debug", "Kconfig"),
        ("Kconfig", "Kconfig"),
        ("kernel/dma/Makefile", "Makefile"),
        ("scripts/Makefile.lib", "Makefile"),
        ("tools/Build.mk", "Makefile"),
        ("arch/arm/configs/multi_v7_defconfig", "config"),
        ("kernel/configs/tiny.config", "config"),
        ("kernel/dma/mapping.c", "C source"),
        ("include/linux/device.h", "header"),
        ("arch/x86/entry/entry.S", "assembly"),
        ("rust/kernel/lib.rs", "Rust source"),
        ("arch/arm/boot/dts/x.dtsi", "device tree"),
        ("Documentation/core-api/dma-api.rst", "documentation"),
        ("scripts/checkpatch.pl", "script"),
        (".mailmap", "other"),
    ],
)
def test_roles(path: str, expected: str) -> None:
    assert role(path) == expected
