"""Rule: memory gives back what was written, and a missed hand-over shows on a cache that does not snoop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.dma.memory import LINE, Memory

AT = st.integers(0, 3 * 4096)
DATA = st.binary(min_size=1, max_size=5000)


@given(st.lists(st.tuples(AT, DATA), max_size=6), st.booleans())
def test_memory_is_an_array_of_bytes(writes: list[tuple[int, bytes]], cached: bool) -> None:
    memory, plain = Memory(), bytearray(5 * 4096)
    memory.cached = cached
    for at, data in writes:
        memory.cpu_write(at, data)
        plain[at : at + len(data)] = data
    assert memory.cpu_read(0, len(plain)) == plain


@given(st.lists(st.tuples(st.sampled_from(["cpu", "device"]), AT, DATA), max_size=6))
def test_a_snooping_device_and_the_cpu_see_the_same(writes: list[tuple[str, int, bytes]]) -> None:
    memory, plain = Memory(), bytearray(5 * 4096)
    memory.cached = True
    for who, at, data in writes:
        (memory.cpu_write if who == "cpu" else memory.snooped_write)(at, data)
        plain[at : at + len(data)] = data
        assert memory.snooped_read(0, len(plain)) == plain
        assert memory.cpu_read(0, len(plain)) == plain


@pytest.fixture
def cache() -> Memory:
    memory = Memory()
    memory.cached = True
    return memory


def test_a_device_misses_what_is_not_cleaned(cache: Memory) -> None:
    cache.cpu_write(0, b"new")
    assert cache.read(0, 3) == bytes(3)
    cache.clean(0, 3)
    assert cache.read(0, 3) == b"new"


def test_the_cpu_keeps_its_line_until_it_is_invalidated(cache: Memory) -> None:
    assert cache.cpu_read(0, 3) == bytes(3)
    cache.write(0, b"new")
    assert cache.cpu_read(0, 3) == bytes(3)
    cache.invalidate(0, LINE)
    assert cache.cpu_read(0, 3) == b"new"


def test_a_line_that_is_covered_in_part_is_written_back(cache: Memory) -> None:
    cache.cpu_write(0, b"edge")
    cache.invalidate(8, 8)
    assert cache.read(0, 4) == b"edge"
    cache.cpu_write(0, b"lost")
    cache.invalidate(0, LINE)
    assert cache.cpu_read(0, 4) == b"edge"


def test_speculation_brings_the_old_line_back(cache: Memory) -> None:
    cache.prefetch(0, LINE)
    cache.cpu_write(LINE, b"dirty")
    cache.write(0, b"new")
    assert cache.cpu_read(0, 3) == bytes(3)
    cache.forget_clean()
    assert (cache.cpu_read(0, 3), cache.cpu_read(LINE, 5)) == (b"new", b"dirty")
