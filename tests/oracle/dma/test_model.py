"""Rule: the mapping model does what the tree's own C does, call by call.

Enters: random machines, devices and calls under every combination of the options that decide, for each version that a
tree's own C judges. Must hold: values, callbacks, copies, cache maintenance, warnings, device state and memory are
equal; the first difference is printed.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from random import Random

import pytest

from analyzer.dma.rules import VERSIONS
from tests.oracle.dma.conftest import JUDGED, kernel_in
from tests.oracle.dma.drawn import first_difference

MACHINES = int(os.environ.get("KWEIGH_MACHINES", "300"))
"""Machines per config, each with a dozen groups of calls: over 100,000 combinations for each version."""

GATES = ("DMA_OPS", "DMA_OPS_BYPASS", "ARCH_HAS_DMA_MAP_DIRECT")
OTHERS = (
    (
        *("SWIOTLB", "ZONE_DMA", "ZONE_DMA32", "ARCH_DMA_ADDR_T_64BIT", "NEED_SG_DMA_LENGTH"),
        *("AMD_MEM_ENCRYPT", "ARCH_HAS_FORCE_DMA_UNENCRYPTED"),
    ),
    ("ZONE_DMA32", "ARCH_DMA_ADDR_T_64BIT"),
    (
        "SWIOTLB",
        "ARCH_DMA_ADDR_T_64BIT",
        "NEED_SG_DMA_LENGTH",
        "ARCH_HAS_SYNC_DMA_FOR_DEVICE",
        "ARCH_HAS_SYNC_DMA_FOR_CPU",
        "DMA_DIRECT_REMAP",
    ),
    ("SWIOTLB", "ZONE_DMA", "ARCH_HAS_SYNC_DMA_FOR_DEVICE", "ARCH_HAS_SYNC_DMA_FOR_CPU_ALL"),
)
NEWER = (
    ("IOMMU_DMA",),
    (),
    ("IOMMU_DMA", "DMA_BOUNCE_UNALIGNED_KMALLOC", "ARCH_HAS_BATCHED_DMA_SYNC"),
    ("DMA_BOUNCE_UNALIGNED_KMALLOC",),
)
"""What 6.12 and later have besides, to each of the others."""

OLDER = (("IOMMU_DMA",), (), ("IOMMU_DMA",), ())
"""What older ones have besides where DMA_OPS is on, which IOMMU_DMA selects there."""
NONE = ((),) * len(OTHERS)


def configs_of(version: str) -> list[tuple[str, ...]]:
    """The options' combinations that a version is judged under."""
    older = not VERSIONS[version].dma_iommu
    configs = [
        (*(gate for gate, on in zip(GATES, chosen, strict=True) if on), *others, *more)
        for chosen in product((False, True), repeat=3)
        for others, more in zip(OTHERS, (OLDER if chosen[0] else NONE) if older else NEWER, strict=True)
    ]
    # An architecture's own coherent memory, in half of what has no other for devices that do not snoop.
    own = {"ARCH_HAS_SYNC_DMA_FOR_CPU_ALL", GATES[1]}
    return [(*config, "ARCH_HAS_DMA_ALLOC") if not older and own <= {*config} else config for config in configs]


CASES = [(version, config) for version in JUDGED for config in configs_of(version)]


@pytest.mark.parametrize(
    ("version", "config"), CASES, ids=[f"{version}-{'+'.join(config)}" for version, config in CASES]
)
def test_model_does_what_the_kernel_does(version: str, config: tuple[str, ...], judged_trees: dict[str, Path]) -> None:
    if version not in judged_trees:
        pytest.skip(f"no tree whose kernel/dma is {version}'s")
    kernel = kernel_in(judged_trees[version], frozenset(config))
    assert first_difference(kernel, VERSIONS[version], Random("+".join(config)), MACHINES) == ""
