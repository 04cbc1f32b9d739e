"""Rule: the bounce pool never gives one slot to two buffers, nor slots across a segment, and gets all of them back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.dma.pool import IO_TLB_SEGSIZE, IO_TLB_SIZE, Endless, Pool, nr_slots, pool_of
from analyzer.dma.rules import VERSIONS
from analyzer.model.dma import Layout, SwiotlbMode
from tests.dma.machines import BARE, FULL

SLOTS = 3 * IO_TLB_SEGSIZE
START = 1 << 24
LARGEST = IO_TLB_SEGSIZE * IO_TLB_SIZE


@given(
    st.lists(st.tuples(st.integers(1, LARGEST), st.integers(0, 4095), st.booleans()), max_size=60),
    st.sampled_from([0, 2047, 4095, 65535]),
)
def test_buffers_never_overlap_and_release_restores(wanted: list[tuple[int, int, bool]], align: int) -> None:
    pool = Pool(START, SLOTS, force_bounce=False)
    taken: list[tuple[int, int, int]] = []
    for size, low, release in wanted:
        orig = (1 << 32) + low
        offset = orig & align & IO_TLB_SIZE - 1
        try:
            index = pool.find(orig, size + offset, START, align) if nr_slots(size + offset) <= IO_TLB_SEGSIZE else None
        except Endless:
            index = None
        if index is not None:
            count = nr_slots(size + offset)
            assert index // IO_TLB_SEGSIZE == (index + count - 1) // IO_TLB_SEGSIZE
            assert all(index + count <= other or other + n <= index for other, n, _ in taken)
            assert (START + index * IO_TLB_SIZE + offset) & align == orig & align
            taken.append((index, count, offset))
        if release and taken:
            index, _, offset = taken.pop(0)
            pool.release(index, offset)
        assert pool.used == sum(count for _, count, _ in taken)
    for index, _, offset in taken:
        pool.release(index, offset)
    assert pool.used == 0
    assert [pool.find(1 << 32, LARGEST, START, 0) is not None for _ in range(4)] == [True, True, True, False]


def test_a_segment_is_the_most_that_one_buffer_gets() -> None:
    pool = Pool(START, SLOTS, force_bounce=False)
    assert pool.find(1 << 32, LARGEST + 1, START, 0) is None
    assert pool.find(1 << 32, LARGEST, START, 0) == 0


def test_a_search_goes_on_where_the_last_one_ended() -> None:
    pool = Pool(START, SLOTS, force_bounce=False)
    first = pool.find(1 << 32, 2048, START, 0)
    pool.release(0, 0)
    assert (first, pool.find(1 << 32, 2048, START, 0)) == (0, 1)


@pytest.mark.parametrize(
    ("layout", "there"),
    [
        (Layout(), {"5.9": False, "6.1": False}),
        (Layout(ram=8 << 30), {"5.9": True, "6.1": True}),
        (Layout(swiotlb=SwiotlbMode.FORCE), {"5.9": True, "6.1": True}),
        (Layout(ram=8 << 30, swiotlb=SwiotlbMode.NOFORCE), {"5.9": True, "6.1": False}),
        (Layout(pool=True), {"5.9": True, "6.1": True}),
        (Layout(ram=8 << 30, pool=False), {"5.9": False, "6.1": False}),
        (Layout(ram=32 << 20, swiotlb=SwiotlbMode.FORCE), {"5.9": False, "6.1": False}),
    ],
)
def test_when_there_is_a_pool(layout: Layout, there: dict[str, bool]) -> None:
    assert {version: pool_of(VERSIONS[version], FULL, layout) is not None for version in there} == there
    assert all(pool_of(VERSIONS[version], BARE, layout) is None for version in there)
