"""Rule: the built-in set has what the series touches, under the name that each tree gives it.

Enters: dma.toml. Leaves: nothing. Must hold: the symbols of the posted series and of newer trees are all there.
"""

from __future__ import annotations

from analyzer.features import load, meant


def test_the_series_and_what_decides_about_it() -> None:
    symbols = {symbol for feature in load("dma").features for symbol in feature.symbols}
    assert symbols >= {
        "DMA_OPS", "DMA_OPS_BYPASS", "DMA_VIRT_OPS", "IOMMU_DMA", "INTEL_IOMMU", "AMD_IOMMU", "GART_IOMMU", "SWIOTLB",
        "SWIOTLB_XEN", "VDPA_SIM", "INTEL_MIC_HOST", "HAS_DMA", "NEED_SG_DMA_LENGTH", "NEED_DMA_MAP_STATE",
        "ARCH_HAS_DMA_MAP_DIRECT", "ARCH_DMA_ADDR_T_64BIT", "ARCH_HAS_SYNC_DMA_FOR_DEVICE", "ARCH_HAS_SYNC_DMA_FOR_CPU",
        "ARCH_HAS_SYNC_DMA_FOR_CPU_ALL", "DMA_API_DEBUG", "DMA_CMA", "DMA_COHERENT_POOL",
    }  # fmt: skip


def test_newer_trees_call_some_of_it_otherwise() -> None:
    by_name = {feature.name: feature.symbols for feature in load("dma").features}
    assert by_name["DMA_OPS"] == ("DMA_OPS", "ARCH_HAS_DMA_OPS")
    assert by_name["DMA_OPS_HELPERS"] == ("DMA_OPS_HELPERS", "DMA_OPS")
    assert by_name["DMA_NEED_SYNC"] == ("DMA_NEED_SYNC", "HAS_DMA")
    assert by_name["DMA_DEFAULT_COHERENT"] == ("ARCH_DMA_DEFAULT_COHERENT", "OF_DMA_DEFAULT_COHERENT")
    assert by_name["DMA_NUMA_CMA"] == ("DMA_NUMA_CMA", "DMA_PERNUMA_CMA")


def test_what_a_tree_calls_a_symbol_of_another() -> None:
    assert meant("DMA_OPS", {"ARCH_HAS_DMA_OPS", "DMA_OPS_HELPERS", "PCI"}) == "ARCH_HAS_DMA_OPS"
    assert meant("ARCH_HAS_DMA_OPS", {"DMA_OPS", "PCI"}) == "DMA_OPS"
    assert meant("DMA_OPS", {"DMA_OPS", "ARCH_HAS_DMA_OPS"}) == ""
    assert meant("PCI", {"DMA_OPS"}) == meant("DMA_OPS", {"PCI"}) == ""
