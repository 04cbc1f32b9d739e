"""Rule: the judge answers the scenarios whose outcome is told beforehand, and survives what would stop a kernel.

The numbers in brackets are those of the series' scenario table; every expected value follows from it, or from the
kernel's documentation of the call, never from the judge.
"""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.oracle.dma.conftest import KernelOf
from tests.oracle.dma.examples import (
    ANSWERS,
    BOTH,
    CALLBACKS,
    EIO,
    FORCED,
    FROM_DEVICE,
    GIB,
    HIGH,
    IOVA,
    MIB,
    PAGE,
    PLAIN,
    POOL,
    SIZE_MAX,
    SYNCED,
    TO_DEVICE,
    bits,
    facts,
)
from tests.oracle.dma.facts import DMA_ATTR_SKIP_CPU_SYNC, BuiltInOps, DeviceFacts, Direction, Outcome, Pool, Window
from tests.oracle.dma.kernel import Kernel


def path(kernel: Kernel, done: Outcome[int], phys: int) -> str:
    """How a page was mapped, by what the call returned and did."""
    kinds = {event[0] for event in done.events}
    if done.value == kernel.mapping_error:
        return "fail"
    if "ops" in kinds:
        assert done.value == IOVA
        return "ops"
    if "copy" in kinds:
        assert done.value is not None
        assert POOL.start <= done.value < POOL.start + POOL.nslabs * 2048
        return "bounce"
    assert done.value == phys
    return "direct"


@pytest.mark.parametrize(
    ("number", "device", "ram", "pool", "phys", "expected"),
    [
        (1, facts(32), 2 * GIB, POOL, GIB, "direct"),
        (2, facts(32), 8 * GIB, POOL, HIGH, "bounce"),
        (3, facts(32), 8 * GIB, POOL, GIB, "direct"),
        (4, facts(32), 8 * GIB, None, HIGH, "fail"),
        (5, facts(32), 2 * GIB, FORCED, GIB, "bounce"),
        (6, facts(64, limit=32), 8 * GIB, POOL, HIGH, "bounce"),
        (7, facts(32), 8 * GIB, POOL, 4 * GIB - 1, "bounce"),
        (8, facts(32), 8 * GIB, Pool(start=6 * GIB, nslabs=2048), HIGH, "fail"),
        (9, facts(64, bypass=False), 8 * GIB, POOL, HIGH, "ops"),
        (10, facts(64, bypass=True), 64 * GIB, POOL, HIGH, "direct"),
        (11, facts(36, bypass=True), 64 * GIB, POOL, HIGH, "direct"),
        (12, facts(35, bypass=True), 64 * GIB, POOL, GIB, "ops"),
        (13, facts(32, bypass=True), 4 * GIB, POOL, GIB, "direct"),
        (14, facts(32, bypass=True), 4 * GIB + PAGE, POOL, GIB, "ops"),
        (15, facts(64, limit=32, bypass=True), 8 * GIB, POOL, HIGH, "ops"),
        (16, facts(0, limit=40, bypass=True), 64 * GIB, POOL, HIGH, "direct"),
        (17, facts(64, coherent_mask=32, bypass=True), 8 * GIB, POOL, HIGH, "direct"),
        (18, facts(32, coherent_mask=64, bypass=True), 8 * GIB, POOL, HIGH, "ops"),
        (20, facts(64, bypass=True), 8 * GIB, FORCED, HIGH, "bounce"),
    ],
)
def test_paths(
    number: int, device: DeviceFacts, ram: int, pool: Pool | None, phys: int, expected: str, kernel_of: KernelOf
) -> None:
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=ram // PAGE, pool=pool)
    done = kernel.dma_map_page_attrs(kernel.device(device), phys & -PAGE, phys % PAGE, 512, TO_DEVICE)
    assert path(kernel, done, phys) == expected, number


def test_data_moves_through_the_bounce_buffer(kernel_of: KernelOf) -> None:
    """(2) The device's bytes are the CPU's after each copy, and not before."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    device = kernel.device(facts(32))
    kernel.write(HIGH, b"from cpu")
    handle = kernel.dma_map_page_attrs(device, HIGH, 0, 8, Direction.DMA_BIDIRECTIONAL).value
    assert handle is not None
    assert (kernel.read(handle, 8), kernel.pool_used()) == (b"from cpu", 1)
    kernel.write(handle, b"from dev")
    assert kernel.read(HIGH, 8) == b"from cpu"
    synced = kernel.dma_sync_single_for_cpu(device, handle, 8, Direction.DMA_BIDIRECTIONAL)
    assert synced.events == (("copy", "out", HIGH, handle, 8),)
    assert kernel.read(HIGH, 8) == b"from dev"
    kernel.write(HIGH, b"rewritte")
    again = kernel.dma_sync_single_for_device(device, handle, 8, Direction.DMA_BIDIRECTIONAL)
    assert again.events == (("copy", "in", HIGH, handle, 8),)
    assert kernel.read(handle, 8) == b"rewritte"
    assert kernel.dma_unmap_page_attrs(device, handle, 8, TO_DEVICE).events == ()
    assert kernel.pool_used() == 0


def test_each_mask_has_its_calls(kernel_of: KernelOf) -> None:
    """(17, 18) Streaming calls look at the one mask, allocations and the required mask at the other."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    streaming = kernel.device(facts(64, coherent_mask=32, bypass=True))
    assert kernel.dma_alloc_attrs(streaming, PAGE).events[0][:2] == ("ops", "alloc")
    assert kernel.dma_get_required_mask(streaming).value == bits(32)
    assert kernel.dma_need_sync(streaming, HIGH).value == 0
    coherent = kernel.device(facts(32, coherent_mask=64, bypass=True))
    given = kernel.dma_alloc_attrs(coherent, PAGE)
    assert given.value is not None
    assert given.value.phys == given.value.handle == 8 * GIB - PAGE
    assert kernel.dma_get_required_mask(coherent).value == bits(33)


@pytest.mark.parametrize(("ram", "mask"), [(4 * GIB, 32), (4 * GIB + PAGE, 33), (8 * GIB, 33), (64 * GIB, 36)])
def test_required_mask(ram: int, mask: int, kernel_of: KernelOf) -> None:
    kernel = kernel_of(*PLAIN)
    kernel.reset(max_pfn=ram // PAGE)
    assert kernel.dma_get_required_mask(kernel.device(facts(32))).value == bits(mask)


def test_a_bus_offset_counts(kernel_of: KernelOf) -> None:
    """(19) An offset of 2^59 asks for 60 bits."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=GIB // PAGE)
    for mask, expected in ((48, IOVA), (60, MIB + (1 << 59))):
        device = DeviceFacts(
            dma_mask=bits(mask),
            coherent_dma_mask=bits(64),
            bypass=True,
            ops=CALLBACKS,
            answers=ANSWERS,
            ranges=((0, 1 << 59, GIB),),
        )
        assert kernel.dma_map_page_attrs(kernel.device(device), MIB, 0, 512, TO_DEVICE).value == expected


@pytest.mark.parametrize(("attrs", "cleaned"), [(0, 1), (DMA_ATTR_SKIP_CPU_SYNC, 0)])
def test_a_device_outside_the_cache(attrs: int, cleaned: int, kernel_of: KernelOf) -> None:
    """(30) A direct mapping cleans the cache, unless told to skip it."""
    kernel = kernel_of(*SYNCED)
    kernel.reset(max_pfn=GIB // PAGE)
    device = kernel.device(DeviceFacts(dma_mask=bits(32), coherent_dma_mask=bits(32), coherent=False))
    done = kernel.dma_map_page_attrs(device, MIB, 8, 512, TO_DEVICE, attrs)
    assert done.value == MIB + 8
    assert done.events == (("arch_sync_dma_for_device", MIB + 8, 512, TO_DEVICE),) * cleaned
    assert kernel.dma_need_sync(device, MIB).value == 1


def test_resources_never_bounce(kernel_of: KernelOf) -> None:
    """(33)"""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    device = kernel.device(facts(32))
    assert kernel.dma_map_resource(device, GIB, 512, TO_DEVICE).value == GIB
    refused = kernel.dma_map_resource(device, HIGH, 512, TO_DEVICE)
    assert refused.value == kernel.mapping_error
    assert {event[0] for event in refused.events} == {"log", "WARN"}


def test_a_list_fails_as_a_whole(kernel_of: KernelOf) -> None:
    """(34) What was mapped before the failing entry is unmapped without a copy."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    device = kernel.device(facts(32))
    fine = kernel.scatterlist([(HIGH, 512), (GIB, 512)])
    assert kernel.dma_map_sg_attrs(device, fine, FROM_DEVICE).value == 2
    (bounced, _), direct = kernel.mapped(fine)
    assert (kernel.pool_used(), direct) == (1, (GIB, 512))
    assert kernel.dma_unmap_sg_attrs(device, fine, FROM_DEVICE).events == (("copy", "out", HIGH, bounced, 512),)
    # More than 256 KiB never finds slots.
    failing = kernel.scatterlist([(HIGH, 512), (HIGH + MIB, MIB)])
    done = kernel.dma_map_sg_attrs(device, failing, FROM_DEVICE)
    assert (done.value, kernel.pool_used()) == (0, 0)
    assert [event[:2] for event in done.events if event[0] == "copy"] == [("copy", "in")]
    assert kernel.dma_map_sgtable(device, failing, FROM_DEVICE).value == -EIO


def test_ops_are_asked_for_what_they_have(kernel_of: KernelOf) -> None:
    """(26, 32, 36) The merge boundary ignores the bypass; a mask that changes in between sends the handle elsewhere."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    device = kernel.device(
        DeviceFacts(
            dma_mask=bits(64),
            coherent_dma_mask=bits(64),
            bypass=True,
            ops=frozenset({"unmap_page", "dma_supported", "get_merge_boundary"}),
            answers={"dma_supported": 1, "get_merge_boundary": 4095},
        )
    )
    assert kernel.dma_get_merge_boundary(device).value == 4095
    assert kernel.dma_map_page_attrs(device, HIGH, 0, 512, TO_DEVICE).value == HIGH
    assert kernel.dma_set_mask(device, bits(32)).events == (("ops", "dma_supported", bits(32)),)
    unmapped = kernel.dma_unmap_page_attrs(device, HIGH, 512, TO_DEVICE)
    assert unmapped.events == (("ops", "unmap_page", HIGH, 512, TO_DEVICE, 0),)
    assert kernel.dma_need_sync(device, HIGH).value == 0
    assert kernel.dma_sync_single_for_device(device, HIGH, 512, TO_DEVICE).events == ()


def test_dummy_ops_refuse(kernel_of: KernelOf) -> None:
    """(29)"""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=GIB // PAGE)
    device = kernel.device(DeviceFacts(dma_mask=bits(64), coherent_dma_mask=bits(64), ops=BuiltInOps.DUMMY))
    assert kernel.dma_map_page_attrs(device, MIB, 0, 512, TO_DEVICE).value == kernel.mapping_error
    assert kernel.dma_map_sg_attrs(device, kernel.scatterlist([(MIB, 512)]), TO_DEVICE).value == 0
    assert kernel.dma_set_mask(device, bits(64)).value == -EIO
    assert kernel.dma_alloc_attrs(device, PAGE).value is None


def test_a_bounced_mapping_is_always_copied_in(kernel_of: KernelOf) -> None:
    """(31 as 6.1 has it) Also without a sync, and for a device that only writes."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    done = kernel.dma_map_page_attrs(kernel.device(facts(32)), HIGH, 0, 512, FROM_DEVICE, DMA_ATTR_SKIP_CPU_SYNC)
    assert done.events == (("bounce", HIGH, 512), ("copy", "in", HIGH, POOL.start, 512))


def test_largest_mapping(kernel_of: KernelOf) -> None:
    """(35)"""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    limited, free = kernel.device(facts(32)), kernel.device(facts(64))
    assert kernel.dma_max_mapping_size(limited).value == 256 * 1024
    assert kernel.dma_max_mapping_size(free).value == SIZE_MAX
    assert (kernel.dma_addressing_limited(limited).value, kernel.dma_addressing_limited(free).value) == (1, 0)


def test_least_mask(kernel_of: KernelOf) -> None:
    """(38) A mask below ZONE_DMA is refused, ZONE_DMA's own accepted."""
    kernel = kernel_of(*PLAIN)
    kernel.reset(max_pfn=GIB // PAGE)
    device = kernel.device(facts(32))
    assert kernel.dma_set_mask(device, bits(20)).value == -EIO
    assert kernel.state(device).dma_mask == bits(32)
    assert kernel.dma_set_mask(device, bits(24)).value == 0
    assert kernel.state(device).dma_mask == bits(24)


SETS = [
    frozenset(s) for n in range(4) for s in combinations(("DMA_OPS", "DMA_OPS_BYPASS", "ARCH_HAS_DMA_MAP_DIRECT"), n)
]


@pytest.mark.parametrize("chosen", SETS, ids=lambda chosen: "+".join(sorted(chosen)) or "none")
def test_what_a_config_compiles_to(chosen: frozenset[str], kernel_of: KernelOf) -> None:
    """(27, 28, 10, 37) Without DMA_OPS all is direct; without the bypass, ops are asked unless a hook says no."""
    kernel = kernel_of(*PLAIN, *sorted(chosen))
    kernel.reset(max_pfn=64 * GIB // PAGE)
    bypassed = kernel.device(facts(64, bypass=True))
    done = kernel.dma_map_page_attrs(bypassed, HIGH, 0, 512, TO_DEVICE)
    direct = "DMA_OPS" not in chosen or "DMA_OPS_BYPASS" in chosen
    assert path(kernel, done, HIGH) == ("direct" if direct else "ops")
    limited = kernel.device(facts(64, limit=32, bypass=False))
    low = kernel.dma_map_page_attrs(limited, GIB, 0, 512, TO_DEVICE)
    hooked = "DMA_OPS" not in chosen or "ARCH_HAS_DMA_MAP_DIRECT" in chosen
    assert path(kernel, low, GIB) == ("direct" if hooked else "ops")


def test_powerpc_ops(kernel_of: KernelOf) -> None:
    """(37, 39 as 6.1 has it) The hook maps below the limit directly; the flag stays 0; syncs have no callback."""
    kernel = kernel_of(*BOTH, "ARCH_HAS_DMA_MAP_DIRECT")
    kernel.reset(max_pfn=64 * GIB // PAGE)
    device = kernel.device(
        DeviceFacts(
            dma_mask=bits(32),
            coherent_dma_mask=bits(32),
            ops=BuiltInOps.POWERPC,
            answers={"map_page": IOVA},
            is_pci=True,
            bypass_mask=bits(36),
            bypass_limit=bits(33),
            window=Window(it_offset=0, it_size=1 << 18, it_page_shift=12),
        )
    )
    assert kernel.dma_get_required_mask(device).value == bits(36)
    assert kernel.dma_set_mask(device, bits(64)).value == 0
    state = kernel.state(device)
    assert (state.bus_dma_limit, state.dma_ops_bypass) == (bits(33), False)
    assert kernel.dma_map_page_attrs(device, GIB, 0, 512, TO_DEVICE).events == ()
    above = kernel.dma_map_page_attrs(device, 9 * GIB, 0, 512, TO_DEVICE)
    assert above.events == (("iommu", "map_page", 9 * GIB, 0, 512, bits(64), TO_DEVICE, 0),)
    assert kernel.dma_sync_single_for_cpu(device, GIB, 512, TO_DEVICE).events == ()
