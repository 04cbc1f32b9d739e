"""Rule: behind dma-iommu a device reaches its buffers, and of other memory nothing that it need not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.dma import coherent, dma_iova, streaming
from analyzer.dma.access import Fault, device_read, device_write
from analyzer.dma.iova import IovaDomain, iova_rcache_range
from analyzer.dma.mappings import Segment
from analyzer.model.dma import PAGE_SIZE, Attrs, DeviceSetup, Direction, IommuSetup, Layout
from tests.dma.machines import FULL, machine

BEHIND = DeviceSetup(dma_mask=(1 << 48) - 1, ops="dma-iommu", iommu=IommuSetup(bypass=False))
POOLED = Layout(pool=True)
WAYS = st.sampled_from([Direction.DMA_TO_DEVICE, Direction.DMA_FROM_DEVICE, Direction.DMA_BIDIRECTIONAL])
VERSIONS = st.sampled_from(["5.10", "6.1", "6.12", "7.3"])


@given(st.lists(st.tuples(st.integers(1, 80), st.integers(64, 4000), st.booleans()), max_size=40), st.booleans())
def test_addresses_are_aligned_and_nobody_elses(wanted: list[tuple[int, int, bool]], retries: bool) -> None:
    domain, live = IovaDomain(16, retries=retries), dict[int, int]()
    for size, limit, back in wanted:
        pfn = domain.alloc_iova_fast(size, limit, flush_rcache=True)
        if pfn:
            assert pfn % (1 << (size - 1).bit_length()) == 0
            assert 16 <= pfn <= pfn + size - 1 <= limit
            assert all(pfn + size <= other or other + length <= pfn for other, length in live.items())
            live[pfn] = size
        if back and live:
            domain.free_iova_fast(*live.popitem())


def test_what_is_given_back_is_taken_again() -> None:
    domain = IovaDomain(1, retries=True)
    first, second = (domain.alloc_iova_fast(4, 1 << 20, flush_rcache=True) for _ in range(2))
    domain.free_iova_fast(first, 4)
    domain.free_iova_fast(second, 4)
    assert [domain.alloc_iova_fast(3, 1 << 20, flush_rcache=True) for _ in range(2)] == [second, first]
    assert iova_rcache_range() == 32 * PAGE_SIZE


def test_caches_are_emptied_before_there_is_no_room() -> None:
    domain = IovaDomain(1, retries=True)
    taken = [domain.alloc_iova_fast(1, 8, flush_rcache=True) for _ in range(8)]
    assert taken == [8, 7, 6, 5, 4, 3, 2, 1]
    for pfn in taken:
        domain.free_iova_fast(pfn, 1)
    assert domain.alloc_iova_fast(4, 8, flush_rcache=False) == 0
    assert domain.alloc_iova_fast(4, 8, flush_rcache=True) == 4


@given(VERSIONS, WAYS, st.integers(0, 4095), st.integers(1, 9000), st.booleans(), st.booleans())
def test_a_page_moves_its_bytes(
    rules: str, way: Direction, low: int, size: int, untrusted: bool, coherent_too: bool
) -> None:
    platform = replace(FULL, sync_for_device=True, sync_for_cpu=True)
    device = replace(BEHIND, untrusted=untrusted, coherent=coherent_too)
    m, dev, _ = machine(rules=rules, platform=platform, device=device, layout=POOLED)
    phys, data = (1 << 30) + low, bytes(range(1, 252)) * 40
    m.memory.cpu_write(phys, data[:size])
    dma = streaming.dma_map_page(m, dev, phys, size, way)
    assert dma != m.dma_addr_max
    if way is not Direction.DMA_FROM_DEVICE:
        assert device_read(m, dev, dma, size) == data[:size]
    if way is not Direction.DMA_TO_DEVICE:
        device_write(m, dev, dma, data[1 : size + 1])
    streaming.dma_unmap_page(m, dev, dma, size, way)
    assert m.memory.cpu_read(phys, size) == (data[:size] if way is Direction.DMA_TO_DEVICE else data[1 : size + 1])
    with pytest.raises(Fault):
        device_read(m, dev, dma, 1)


@pytest.mark.parametrize(
    ("rules", "seen"), [("5.10", b"secret"), ("6.1", bytes(6)), ("6.12", bytes(6)), ("7.3", bytes(6))]
)
def test_what_an_untrusted_device_sees_of_its_neighbours(rules: str, seen: bytes) -> None:
    m, dev, _ = machine(rules=rules, device=replace(BEHIND, untrusted=True), layout=POOLED)
    m.memory.cpu_write(1 << 30, b"secret")
    dma = streaming.dma_map_page(m, dev, (1 << 30) + 512, 64, Direction.DMA_TO_DEVICE)
    assert device_read(m, dev, dma & -PAGE_SIZE, 6) == seen


@given(VERSIONS, st.lists(st.tuples(st.integers(0, 4095), st.integers(1, 9000)), min_size=1, max_size=6), st.booleans())
def test_a_list_moves_its_bytes(rules: str, parts: list[tuple[int, int]], untrusted: bool) -> None:
    device = replace(BEHIND, untrusted=untrusted, seg_boundary=(1 << 14) - 1, max_seg_size=1 << 15)
    m, dev, _ = machine(rules=rules, device=device, layout=POOLED)
    segments = [Segment((1 << 30) + (number << 20) + low, size) for number, (low, size) in enumerate(parts)]
    for number, segment in enumerate(segments):
        m.memory.cpu_write(segment.phys, bytes([number + 1]) * segment.length)
    count = streaming.dma_map_sg(m, dev, segments, Direction.DMA_TO_DEVICE)
    assert 1 <= count <= len(segments)
    seen = b"".join(device_read(m, dev, s.dma_address, s.dma_length) for s in segments[:count])
    assert seen == b"".join(bytes([number + 1]) * s.length for number, s in enumerate(segments))
    streaming.dma_unmap_sg(m, dev, segments, Direction.DMA_TO_DEVICE)
    with pytest.raises(Fault):
        device_read(m, dev, segments[0].dma_address, 1)


def test_coherent_memory_is_pages_in_a_row_for_the_device() -> None:
    m, dev, _ = machine(device=BEHIND)
    memory = coherent.dma_alloc(m, dev, 3 * PAGE_SIZE)
    assert memory is not None
    assert [size for _, size in memory.pages] == [PAGE_SIZE] * 3
    device_write(m, dev, memory.dma_address, b"a" * PAGE_SIZE + b"b" * PAGE_SIZE + b"c" * PAGE_SIZE)
    assert b"".join(m.memory.read(phys, 1) for phys, _ in memory.pages) == b"abc"
    coherent.dma_free(m, dev, memory)
    with pytest.raises(Fault):
        device_read(m, dev, memory.dma_address, 1)


@given(st.integers(0, 4095), st.lists(st.integers(1, 3), max_size=4), st.integers(1, 4096), st.booleans())
def test_one_range_moves_its_bytes(low: int, pages: list[int], last: int, untrusted: bool) -> None:
    device = replace(BEHIND, untrusted=untrusted, min_align_mask=PAGE_SIZE - 1)
    m, dev, _ = machine(rules="7.3", device=device, layout=POOLED)
    sizes = [PAGE_SIZE - low, *(count * PAGE_SIZE for count in pages), last]
    places = [(1 << 30) + low, *((1 << 30) + (number << 20) for number in range(1, len(sizes)))]
    state = dma_iova.dma_iova_try_alloc(m, dev, places[0], sum(sizes))
    assert state is not None
    offset = 0
    for number, (phys, size) in enumerate(zip(places, sizes, strict=True)):
        m.memory.cpu_write(phys, bytes([number + 1]) * size)
        part = dma_iova.Part(phys, offset, size)
        assert dma_iova.dma_iova_link(m, dev, state, part, Direction.DMA_BIDIRECTIONAL) == 0
        offset += size
    assert dma_iova.dma_iova_sync(m, dev, state, 0, offset) == 0
    seen = device_read(m, dev, state.addr, offset)
    assert seen == b"".join(bytes([number + 1]) * size for number, size in enumerate(sizes))
    device_write(m, dev, state.addr, b"x" * offset)
    dma_iova.dma_iova_destroy(m, dev, state, offset, Direction.DMA_BIDIRECTIONAL, Attrs.NONE)
    assert b"".join(m.memory.cpu_read(*at) for at in zip(places, sizes, strict=True)) == b"x" * offset
    with pytest.raises(Fault):
        device_read(m, dev, state.addr, 1)


@pytest.mark.parametrize(("rules", "ops"), [("6.12", "dma-iommu"), ("7.3", "")])
def test_nobody_else_has_one_range(rules: str, ops: str) -> None:
    m, dev, _ = machine(rules=rules, device=replace(BEHIND, ops=ops))
    assert dma_iova.dma_iova_try_alloc(m, dev, 1 << 30, PAGE_SIZE) is None


def test_page_zero_is_taken_for_no_mapping() -> None:
    """From 6.1 on: iommu_iova_to_phys() says 0 for both, and what starts there is never taken out."""
    m, dev, _ = machine(device=BEHIND)
    dma = streaming.dma_map_page(m, dev, 0, PAGE_SIZE, Direction.DMA_TO_DEVICE)
    streaming.dma_unmap_page(m, dev, dma, PAGE_SIZE, Direction.DMA_TO_DEVICE)
    assert ("WARN", "!phys") in m.events
    assert device_read(m, dev, dma, 1) == b"\0"


def test_an_untrusted_device_needs_a_pool() -> None:
    m, dev, _ = machine(device=replace(BEHIND, untrusted=True), layout=Layout(pool=False))
    assert streaming.dma_map_page(m, dev, 1 << 30, 64, Direction.DMA_TO_DEVICE) == m.dma_addr_max
    assert streaming.dma_map_page(m, dev, 1 << 30, PAGE_SIZE, Direction.DMA_TO_DEVICE) != m.dma_addr_max
