"""Rule: coherent and shared memory is had where the kernel has it, and refused where it refuses it."""

from __future__ import annotations

from dataclasses import replace

from analyzer.dma import coherent, streaming
from analyzer.model.dma import Attrs, DeviceSetup, Direction, Layout
from tests.dma.machines import FULL, machine


def test_coherent_memory_for_what_does_not_snoop() -> None:
    """6.1 takes the architecture's own for want of another way, 6.12 asks ARCH_HAS_DMA_ALLOC, else gives none."""
    device = DeviceSetup(coherent=False)
    platform = replace(FULL, sync_for_device=True)
    for rules, own, given in (("6.1", False, True), ("6.12", False, False), ("6.12", True, True)):
        m, dev, _ = machine(rules=rules, platform=replace(platform, arch_alloc=own), device=device)
        assert (coherent.dma_alloc(m, dev, 64) is not None) is given
        assert (("arch_dma_alloc", 4096) in m.events) is given


def test_shared_memory_is_mapped_without_the_bit() -> None:
    """DMA_ATTR_CC_SHARED of 7.3: a direct mapping's alone, and nobody allocates so."""
    layout = Layout(sme_mask=1 << 47)
    m, dev, _ = machine(rules="7.3", layout=layout, device=DeviceSetup(dma_mask=(1 << 64) - 1))
    where = (m, dev, 1 << 30, 64, Direction.DMA_TO_DEVICE)
    assert [streaming.dma_map_page(*where, attrs) for attrs in (Attrs.NONE, Attrs.CC_SHARED)] == [
        1 << 47 | 1 << 30,
        1 << 30,
    ]
    assert coherent.dma_alloc(m, dev, 64, Attrs.CC_SHARED) is None
    m, dev, _ = machine(rules="7.3", layout=layout, device=DeviceSetup(ops="dma-iommu"))
    assert streaming.dma_map_page(m, dev, 1 << 30, 64, Direction.DMA_TO_DEVICE, Attrs.CC_SHARED) == m.dma_addr_max
