"""Rule: the mapping model does what the tree's own C does, call by call.

Enters: random machines, devices and calls under every combination of the options that decide. Must hold: values,
callbacks, copies, cache maintenance, warnings, device state and memory are equal; the first difference is printed.
"""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from tests.oracle.dma.conftest import KernelOf
from tests.oracle.dma.drawn import CALLS
from tests.oracle.dma.pair import pair

MACHINES = 300
"""Machines per config, each with a dozen groups of calls: over 100,000 combinations in all."""

GATES = ("DMA_OPS", "DMA_OPS_BYPASS", "ARCH_HAS_DMA_MAP_DIRECT")
OTHERS = (
    ("SWIOTLB", "ZONE_DMA", "ZONE_DMA32", "ARCH_DMA_ADDR_T_64BIT", "NEED_SG_DMA_LENGTH"),
    ("ZONE_DMA32", "ARCH_DMA_ADDR_T_64BIT"),
    (
        "SWIOTLB",
        "ARCH_DMA_ADDR_T_64BIT",
        "NEED_SG_DMA_LENGTH",
        "ARCH_HAS_SYNC_DMA_FOR_DEVICE",
        "ARCH_HAS_SYNC_DMA_FOR_CPU",
        "DMA_DIRECT_REMAP",
    ),
    ("SWIOTLB", "ZONE_DMA", "ARCH_HAS_SYNC_DMA_FOR_DEVICE", "ARCH_HAS_SYNC_DMA_FOR_CPU_ALL", "DMA_DIRECT_REMAP"),
)
CONFIGS = [
    (*(gate for gate, on in zip(GATES, chosen, strict=True) if on), *others)
    for chosen in product((False, True), repeat=3)
    for others in OTHERS
]


@pytest.mark.parametrize("config", CONFIGS, ids="+".join)
def test_model_does_what_the_kernel_does(config: tuple[str, ...], kernel_of: KernelOf) -> None:
    kernel = kernel_of(*config)
    chance = Random("+".join(config))
    for number in range(MACHINES):
        both = pair(kernel, chance)
        for _ in range(12):
            call = chance.choice(CALLS)
            theirs, mine = call(both, chance)
            assert mine == theirs, f"machine {number}, {call.__name__}: {both.here.setup} {both.model.layout}"
            if both.stopped:
                break
