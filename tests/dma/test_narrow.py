"""Rule: where dma_addr_t has 32 bits, masks and errors end there, and an address that wrapped is not used."""

from __future__ import annotations

from dataclasses import replace

from analyzer.dma.masks import dma_get_required_mask, dma_set_mask
from analyzer.dma.streaming import dma_map_page
from analyzer.model.dma import DeviceSetup, Direction, Layout
from tests.dma.machines import FULL, NARROW, machine

TO = Direction.DMA_TO_DEVICE
BITS_32 = (1 << 32) - 1


def test_a_wider_mask_is_cut() -> None:
    m, dev, _ = machine(platform=NARROW)
    assert dma_set_mask(m, dev, (1 << 64) - 1) == 0
    assert dev.dma_mask == BITS_32


def test_an_address_that_wraps_is_out_of_reach() -> None:
    m, dev, _ = machine(platform=replace(NARROW, swiotlb=False), device=DeviceSetup(offset=1 << 31))
    assert dma_map_page(m, dev, 1 << 30, 4096, TO) == 3 << 30
    assert dma_map_page(m, dev, (1 << 31) + (1 << 20), 4096, TO) == BITS_32


def test_the_error_is_all_ones_of_its_width() -> None:
    for platform, error in ((NARROW, BITS_32), (FULL, (1 << 64) - 1)):
        device = DeviceSetup(dma_mask=(1 << 24) - 1)
        m, dev, _ = machine(platform=replace(platform, swiotlb=False), layout=Layout(ram=8 << 30), device=device)
        assert dma_map_page(m, dev, 1 << 30, 4096, TO) == error


def test_the_required_mask_covers_ram() -> None:
    m, dev, _ = machine(platform=NARROW, layout=Layout(ram=2 << 30))
    assert dma_get_required_mask(m, dev) == (1 << 31) - 1
