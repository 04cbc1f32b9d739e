"""Rule: through an IOMMU a device reaches what is mapped, where the CPU has it, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.dma.access import Fault, device_read, device_write
from analyzer.dma.iommu import Iommu
from analyzer.dma.ops import iommu_of
from analyzer.model.dma import DeviceSetup, IommuSetup, Layout
from tests.dma.machines import machine

BEHIND = DeviceSetup(ops="iommu", iommu=IommuSetup(window=1 << 30, window_size=1 << 20, bypass=False))


@given(st.lists(st.tuples(st.integers(1, 9000), st.integers(0, 4095), st.booleans()), max_size=20))
def test_mappings_never_overlap_and_lead_where_they_should(wanted: list[tuple[int, int, bool]]) -> None:
    m, dev, _ = machine(device=BEHIND)
    table, live = Iommu(dev.setup.iommu), dict[int, tuple[int, int]]()
    for number, (size, low, unmap) in enumerate(wanted):
        phys = (number + 1 << 16) + low
        at = table.map(m, phys, size, (1 << 32) - 1)
        assert at is not None
        assert at in table
        assert (at ^ phys) & 4095 == 0
        live[at] = (phys, size)
        for start, (where, length) in live.items():
            assert [table.phys(start), table.phys(start + length - 1)] == [where, where + length - 1]
        if unmap:
            start, (_, length) = live.popitem()
            table.unmap(m, start, length)
            assert table.phys(start) is None


def test_a_device_moves_bytes_through_it() -> None:
    m, dev, _ = machine(device=BEHIND)
    at = iommu_of(dev).map(m, 0x12345, 6000, (1 << 32) - 1)
    assert at is not None
    device_write(m, dev, at, bytes(range(250)) * 24)
    assert m.memory.cpu_read(0x12345, 6000) == bytes(range(250)) * 24 == device_read(m, dev, at, 6000)
    with pytest.raises(Fault, match="IOMMU fault"):
        device_read(m, dev, at + 8192, 1)


def test_a_write_that_faults_writes_nothing() -> None:
    m, dev, _ = machine(device=BEHIND)
    at = iommu_of(dev).map(m, 0x10000, 4096, (1 << 32) - 1)
    assert at is not None
    with pytest.raises(Fault):
        device_write(m, dev, at, b"x" * 4097)
    assert m.memory.read(0x10000, 4096) == bytes(4096)


def test_the_window_is_full_below_a_mask() -> None:
    m, dev, _ = machine(device=BEHIND)
    table = Iommu(dev.setup.iommu)
    assert table.map(m, 0x10000, 4096, (1 << 30) - 1) is None
    assert table.map(m, 0x10000, 1 << 20, (1 << 32) - 1) == 1 << 30
    assert table.map(m, 0x10000, 4096, (1 << 32) - 1) is None


def test_unmapping_what_is_not_mapped_warns() -> None:
    m, dev, _ = machine(device=BEHIND)
    Iommu(dev.setup.iommu).unmap(m, 1 << 30, 4096)
    assert ("WARN", "unmaps what is not mapped") in m.events


def test_a_device_without_one_reaches_ram_that_its_bus_carries() -> None:
    m, dev, _ = machine(layout=Layout(ram=8 << 30), device=DeviceSetup(bus_dma_limit=(1 << 32) - 1, dma_mask=None))
    device_write(m, dev, (1 << 32) - 8, b"8 bytes.")
    for at in ((1 << 32) - 4, 9 << 30):
        with pytest.raises(Fault):
            device_write(m, dev, at, b"8 bytes.")
