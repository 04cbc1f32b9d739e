"""Rule: the judge's machine gives memory as it says, survives what would stop a kernel, builds in every config, and is
fast enough for 100,000 combinations.
"""

from __future__ import annotations

import time

import pytest

from tests.oracle.dma.build import SYMBOLS
from tests.oracle.dma.conftest import KernelOf
from tests.oracle.dma.examples import BOTH, FORCED, GIB, HIGH, MIB, PAGE, PLAIN, POOL, TO_DEVICE, bits, facts
from tests.oracle.dma.facts import DeviceFacts, Direction, Pool


@pytest.mark.parametrize(
    ("mask", "phys"), [(64, 8 * GIB - PAGE), (32, 4 * GIB - PAGE), (31, 16 * MIB - PAGE), (24, 16 * MIB - PAGE)]
)
def test_allocations_come_from_the_highest_zone_that_fits(mask: int, phys: int, kernel_of: KernelOf) -> None:
    """A mask of 31 bits asks ZONE_DMA32, whose top is out of reach, and then ZONE_DMA."""
    kernel = kernel_of(*PLAIN)
    kernel.reset(max_pfn=8 * GIB // PAGE)
    device = kernel.device(facts(mask))
    kernel.write(phys, b"old")
    given = kernel.dma_alloc_attrs(device, 1)
    assert given.value is not None
    assert (given.value.phys, given.value.handle, kernel.read(phys, 3)) == (phys, phys, bytes(3))
    table = kernel.dma_get_sgtable_attrs(device, given.value, 1).value
    assert table is not None
    assert (table.error, table.phys, table.length) == (0, phys, PAGE)
    mapped = kernel.dma_mmap_attrs(device, given.value, 1, (1, 0))
    assert mapped.events == (("remap_pfn_range", phys, PAGE, 0),)
    assert kernel.dma_free_attrs(device, given.value, 1).events == (("free_pages", phys, 0),)


def test_allocations_stay_out_of_the_pool(kernel_of: KernelOf) -> None:
    kernel = kernel_of(*PLAIN)
    kernel.reset(max_pfn=GIB // PAGE, pool=Pool(start=GIB - MIB, nslabs=512))
    given = kernel.dma_alloc_pages(kernel.device(facts(64)), PAGE, TO_DEVICE).value
    assert given is not None
    assert given.phys == GIB - MIB - PAGE


def test_what_would_stop_a_kernel(kernel_of: KernelOf) -> None:
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=GIB // PAGE, pool=FORCED)
    device = kernel.device(facts(32))
    bad = kernel.dma_map_page_attrs(device, MIB, 0, 512, Direction.DMA_NONE)
    assert (bad.stopped, bad.value, bad.events[-1][0]) == (True, None, "BUG")
    outside = kernel.dma_map_page_attrs(device, GIB, 0, 512, TO_DEVICE)
    assert outside.events[-1] == ("OUTSIDE", GIB)
    maskless = kernel.device(DeviceFacts(dma_mask=None, coherent_dma_mask=bits(32)))
    assert [event[0] for event in kernel.dma_map_page_attrs(maskless, MIB, 0, 512, TO_DEVICE).events] == ["WARN"]
    assert kernel.dma_max_mapping_size(maskless).events == (("OOPS", 0),)
    hollow = kernel.device(DeviceFacts(dma_mask=bits(32), coherent_dma_mask=bits(32), ops=frozenset()))
    assert kernel.dma_map_page_attrs(hollow, MIB, 0, 512, TO_DEVICE).events == (("OOPS", 0),)
    assert kernel.dma_map_page_attrs(device, MIB, 0, 512, TO_DEVICE).stopped is False


def test_a_search_that_never_ends(kernel_of: KernelOf) -> None:
    """An address in the odd half of a page needs an odd slot; with none left the search steps over its beginning."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=GIB // PAGE, pool=Pool(start=64 * MIB, nslabs=128, force=True))
    device = kernel.device(DeviceFacts(dma_mask=bits(32), coherent_dma_mask=bits(32), min_align_mask=PAGE - 1))
    handles = [kernel.dma_map_page_attrs(device, MIB, 2048, 512, TO_DEVICE).value for _ in range(64)]
    assert kernel.pool_used() == 64
    assert handles[20] is not None
    # Given back and taken again, so that the next search begins in the middle.
    kernel.dma_unmap_page_attrs(device, handles[20], 512, TO_DEVICE)
    assert kernel.dma_map_page_attrs(device, MIB, 2048, 512, TO_DEVICE).value == handles[20]
    assert kernel.dma_map_page_attrs(device, MIB, 2048, 512, TO_DEVICE).events[-1][0] == "HANG"
    assert kernel.dma_map_page_attrs(device, MIB, 0, 512, TO_DEVICE).stopped is False


EACH = [(name,) for name in sorted(SYMBOLS)]


@pytest.mark.parametrize(
    "chosen", [(), *EACH, tuple(sorted(SYMBOLS)), tuple(sorted(SYMBOLS - {PLAIN[0]}))], ids="+".join
)
def test_every_symbol_builds(chosen: tuple[str, ...], kernel_of: KernelOf) -> None:
    """No symbol is there in name only: each builds alone, and all together for both sizes of addresses."""
    kernel = kernel_of(*chosen)
    kernel.reset(max_pfn=GIB // PAGE)
    device = kernel.device(facts(32))
    assert kernel.dma_map_page_attrs(device, MIB, 0, 512, TO_DEVICE).value == MIB


def test_fast_enough_for_many(kernel_of: KernelOf) -> None:
    """50,000 calls a second, so that a comparison of 100,000 combinations takes seconds; a quarter of it on any day."""
    kernel = kernel_of(*BOTH)
    kernel.reset(max_pfn=8 * GIB // PAGE, pool=POOL)
    device, rounds = kernel.device(facts(32)), 10_000
    begin = time.process_time()
    for _ in range(rounds):
        handle = kernel.dma_map_page_attrs(device, HIGH, 0, 64, TO_DEVICE).value
        assert handle is not None
        kernel.dma_unmap_page_attrs(device, handle, 64, TO_DEVICE)
    assert 2 * rounds / (time.process_time() - begin) > 12_500
