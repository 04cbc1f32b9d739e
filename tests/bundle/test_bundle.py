"""The bundled tree says what the posted series says.

Source of every row: the patches of "generic DMA bypass flag v4" (2020-07-09); v5.9 kept each of these conditions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import kconfiglib
import pytest

from tests.bundle.tree import ROOT, SRCARCH, BundleOf, assignments, kconfig_files, kconfig_path


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """One line `select <gate> if <condition>` that the series adds to `entry` in the kernel's `file`."""

    file: str
    entry: str
    gate: str = "DMA_OPS"
    condition: str = "y"


SELECTS = (
    Select(file="arch/alpha/Kconfig", entry="ALPHA", condition="PCI"),
    Select(file="arch/arm/Kconfig", entry="ARM"),
    Select(file="arch/ia64/Kconfig", entry="IA64_HP_SBA_IOMMU"),
    Select(file="arch/mips/Kconfig", entry="MACH_JAZZ"),
    Select(file="arch/parisc/Kconfig", entry="PARISC"),
    Select(file="arch/powerpc/Kconfig", entry="PPC", condition="PPC64"),  # patch 3/5
    Select(file="arch/powerpc/Kconfig", entry="PPC", gate="DMA_OPS_BYPASS", condition="PPC64"),  # patch 5/5
    Select(file="arch/s390/Kconfig", entry="S390", condition="PCI"),
    Select(file="arch/sparc/Kconfig", entry="SPARC"),
    Select(file="arch/x86/Kconfig", entry="GART_IOMMU"),
    Select(file="drivers/iommu/Kconfig", entry="IOMMU_DMA"),
    Select(file="drivers/iommu/Kconfig", entry="INTEL_IOMMU"),
    Select(file="drivers/misc/mic/Kconfig", entry="INTEL_MIC_HOST"),  # merged with three more
    Select(file="drivers/vdpa/Kconfig", entry="VDPA_SIM"),
    Select(file="drivers/xen/Kconfig", entry="SWIOTLB_XEN"),
    Select(file="kernel/dma/Kconfig", entry="DMA_VIRT_OPS"),
)

OPENED_BY = {
    "GART_IOMMU": "CONFIG_PCI=y CONFIG_GART_IOMMU=y",
    "IOMMU_DMA": "CONFIG_PCI=y CONFIG_AMD_IOMMU=y",
    "INTEL_IOMMU": "CONFIG_PCI=y CONFIG_PCI_MSI=y CONFIG_INTEL_IOMMU=y",
    "INTEL_MIC_HOST": "CONFIG_MODULES=y CONFIG_PCI=y CONFIG_INTEL_MIC_BUS=m CONFIG_SCIF_BUS=m CONFIG_VOP_BUS=m "
    "CONFIG_SCIF=m CONFIG_MIC_COSM=m CONFIG_INTEL_MIC_HOST=m",
    "VDPA_SIM": "CONFIG_MODULES=y CONFIG_NET=y CONFIG_VDPA=m CONFIG_VDPA_SIM=m",
    "SWIOTLB_XEN": "CONFIG_HYPERVISOR_GUEST=y CONFIG_PARAVIRT=y CONFIG_XEN=y",
    "DMA_VIRT_OPS": "CONFIG_NET=y CONFIG_INET=y CONFIG_INFINIBAND=y CONFIG_LIBCRC32C=y CONFIG_RDMA_SIW=y",
}
"""What a user of x86_64, whose architecture opens nothing by itself, has to set to arrive at each driver's entry."""

VALUES = """
    arch      config                   DMA_OPS  DMA_OPS_BYPASS
    alpha     tinyconfig               n        n
    alpha     defconfig                y        n
    arm       tinyconfig               y        n
    arm       multi_v7_defconfig       y        n
    ia64      tinyconfig               n        n
    ia64      generic_defconfig        y        n
    mips      tinyconfig               n        n
    mips      generic_defconfig        n        n
    mips      jazz_defconfig           y        n
    parisc    tinyconfig               y        n
    parisc    generic-32bit_defconfig  y        n
    parisc64  tinyconfig               y        n
    parisc64  generic-64bit_defconfig  y        n
    powerpc   tinyconfig               n        n
    powerpc   ppc64_defconfig          y        y
    powerpc   pmac32_defconfig         n        n
    powerpc   cell_defconfig           y        y
    s390      tinyconfig               n        n
    s390      defconfig                y        n
    sparc32   tinyconfig               y        n
    sparc32   sparc32_defconfig        y        n
    sparc64   tinyconfig               y        n
    sparc64   sparc64_defconfig        y        n
    i386      tinyconfig               n        n
    i386      i386_defconfig           n        n
    x86_64    tinyconfig               n        n
    x86_64    x86_64_defconfig         y        n
"""
ROWS = [tuple(line.split()) for line in VALUES.strip().splitlines()[1:]]

CONFIGS = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in sorted(ROOT.glob("arch/*/configs/*"))]


def test_every_kconfig_file_of_the_diffstat_has_a_counterpart_that_is_read(bundle_of: BundleOf) -> None:
    files = {select.file for select in SELECTS}
    assert len(files) == 14
    read = {name for arch in SRCARCH for name in bundle_of(arch).tree.kconfig_filenames}
    assert {kconfig_path(file) for file in files} <= read


def test_no_kconfig_file_lies_idle(bundle_of: BundleOf) -> None:
    read = {name for arch in SRCARCH for name in bundle_of(arch).tree.kconfig_filenames}
    assert {str(path.relative_to(ROOT)) for path in kconfig_files()} == read


@pytest.mark.parametrize("arch", SRCARCH)
def test_it_parses_without_a_warning(bundle_of: BundleOf, arch: str) -> None:
    assert bundle_of(arch).tree.warnings == []


def test_it_asks_nothing_of_its_environment_but_the_architecture() -> None:
    asked = {name for path in kconfig_files() for name in re.findall(r"\$\(?([\w-]+)", path.read_text())}
    assert asked == {"ARCH", "SRCARCH"}


@pytest.mark.parametrize("select", SELECTS, ids=lambda select: f"{select.entry}-{select.gate}")
def test_the_select_stands_with_exactly_its_condition(bundle_of: BundleOf, select: Select) -> None:
    arch = select.file.split("/")[1] if select.file.startswith("arch/") else "x86"
    nodes = [
        node for node in bundle_of(arch).tree.syms[select.entry].nodes if node.filename == kconfig_path(select.file)
    ]
    assert len(nodes) == 1
    lines = [kconfiglib.expr_str(condition) for gate, condition in nodes[0].orig_selects if gate.name == select.gate]
    assert lines == [select.condition]


def test_nothing_else_selects_the_gates(bundle_of: BundleOf) -> None:
    found = {
        (node.filename, symbol.name, gate.name)
        for arch in SRCARCH
        for symbol in bundle_of(arch).tree.unique_defined_syms
        for node in symbol.nodes
        for gate, _ in node.orig_selects
        if gate.name in {"DMA_OPS", "DMA_OPS_BYPASS"}
    }
    assert found == {(kconfig_path(select.file), select.entry, select.gate) for select in SELECTS}


@pytest.mark.parametrize("gate", ["DMA_OPS", "DMA_OPS_BYPASS"])
def test_a_gate_is_a_bool_without_prompt_or_dependency_that_explains_itself(bundle_of: BundleOf, gate: str) -> None:
    symbol = bundle_of("x86_64").tree.syms[gate]
    (node,) = symbol.nodes
    assert symbol.orig_type == kconfiglib.BOOL
    assert node.prompt is None
    assert kconfiglib.expr_str(node.dep) == "y"  # `depends on HAS_DMA` came with v5.10
    assert node.help


def test_iommu_dma_is_a_promptless_bool_that_only_amd_iommu_selects(bundle_of: BundleOf) -> None:
    tree = bundle_of("x86_64").tree
    (node,) = tree.syms["IOMMU_DMA"].nodes
    selectors = {
        other.name for other in tree.unique_defined_syms for gate, _ in other.selects if gate.name == "IOMMU_DMA"
    }
    assert (node.prompt, node.defaults, selectors) == (None, [], {"AMD_IOMMU"})


@pytest.mark.parametrize("entry", OPENED_BY)
def test_each_driver_alone_opens_the_gate(bundle_of: BundleOf, entry: str) -> None:
    bundle = bundle_of("x86_64")
    wanted = assignments(OPENED_BY[entry].replace(" ", "\n"))
    lines = wanted.items()
    values = bundle.alldefconfig(wanted)
    assert {name: values[name] for name in wanted} == wanted
    assert (values[entry] != "n", values["DMA_OPS"]) == (True, "y")
    assert bundle.alldefconfig(dict(list(lines)[:-1]))["DMA_OPS"] == "n"  # the last line is the one that does it


@pytest.mark.parametrize(("arch", "config", "dma_ops", "bypass"), ROWS, ids=lambda value: value)
def test_the_gates_under_tiny_and_default_configs(
    bundle_of: BundleOf, tmp_path: Path, arch: str, config: str, dma_ops: str, bypass: str
) -> None:
    bundle = bundle_of(arch)
    path = ROOT / "arch" / SRCARCH[arch] / "configs" / config
    values = bundle.tinyconfig(tmp_path) if config == "tinyconfig" else bundle.defconfig(path)
    assert (values["DMA_OPS"], values["DMA_OPS_BYPASS"]) == (dma_ops, bypass)


@pytest.mark.parametrize(
    ("arch", "config"), [row[:2] for row in ROWS if row[1] != "tinyconfig"], ids=lambda value: value
)
def test_every_line_of_a_defconfig_sticks(bundle_of: BundleOf, arch: str, config: str) -> None:
    path = ROOT / "arch" / SRCARCH[arch] / "configs" / config
    wanted = assignments(path.read_text())
    values = bundle_of(arch).defconfig(path)
    assert {name: values[name] for name in wanted} == wanted


def test_the_table_has_every_defconfig_and_tinyconfig() -> None:
    defconfigs = {(path.parts[-3], path.name) for path in ROOT.glob("arch/*/configs/*defconfig")}
    tinies = {(path.parts[-3], "tinyconfig") for path in ROOT.glob("arch/*/configs/tiny.config")}
    assert {(SRCARCH[arch], config) for arch, config, *_ in ROWS} == defconfigs | tinies
    assert len(tinies) == 9


@pytest.mark.parametrize("path", CONFIGS)
def test_a_config_names_only_symbols_of_its_architecture(bundle_of: BundleOf, path: Path) -> None:
    names = assignments(path.read_text()).keys()
    assert names
    for arch in (arch for arch, folder in SRCARCH.items() if folder == path.parts[-3]):
        assert names <= bundle_of(arch).defined(), arch


@pytest.mark.parametrize("name", ["tiny-base.config", "tiny.config"])
def test_the_generic_fragments_name_only_symbols_of_every_architecture(bundle_of: BundleOf, name: str) -> None:
    names = assignments((ROOT / "kconfig/kernel/configs" / name).read_text()).keys()
    assert names
    assert all(names <= bundle_of(arch).defined() for arch in SRCARCH)


def test_xen_config_makes_a_guest_of_both_defconfigs(bundle_of: BundleOf, tmp_path: Path) -> None:
    configs = ROOT / "arch/x86/configs"
    for arch in ("i386", "x86_64"):
        merged = tmp_path / arch
        merged.write_text((configs / f"{arch}_defconfig").read_text() + (configs / "xen.config").read_text())
        values = bundle_of(arch).defconfig(merged)
        assert (values["XEN"], values["SWIOTLB_XEN"], values["DMA_OPS"]) == ("y", "y", "y")
