"""What a device reads and writes, through an IOMMU where one stands in front of it.

Enters: DMA addresses that a device emits. Leaves: bytes or faults. Must hold: a device that emits an address nobody
mapped gets a `Fault`.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.dma.address import dma_to_phys
from analyzer.dma.machine import Device, Machine
from analyzer.model.dma import PAGE_SIZE


class Fault(Exception):
    """A device's access that nothing answers."""


def device_read(m: Machine, dev: Device, dma_addr: int, size: int) -> bytes:
    """What the device reads at a DMA address. Raises Fault."""
    read = m.memory.snooped_read if dev.coherent else m.memory.read
    return b"".join(read(phys, length) for phys, length in _pieces(m, dev, dma_addr, size))


def device_write(m: Machine, dev: Device, dma_addr: int, data: bytes) -> None:
    """The device writes at a DMA address. Raises Fault, before anything is written."""
    write = m.memory.snooped_write if dev.coherent else m.memory.write
    taken = 0
    for phys, length in list(_pieces(m, dev, dma_addr, len(data))):
        write(phys, data[taken : taken + length])
        taken += length


def _pieces(m: Machine, dev: Device, dma_addr: int, size: int) -> Iterator[tuple[int, int]]:
    while size:
        length = min(size, PAGE_SIZE - (dma_addr & PAGE_SIZE - 1))
        yield _reached(m, dev, dma_addr, length), length
        dma_addr += length
        size -= length


def phys_of(m: Machine, dev: Device, dma_addr: int) -> int:
    """What lies behind a DMA address: what the IOMMU's table says, else what the bus does."""
    if dev.iommu and (phys := dev.iommu.phys(dma_addr)) is not None:
        return phys
    return dma_to_phys(m, dev, dma_addr)


def _reached(m: Machine, dev: Device, dma_addr: int, length: int) -> int:
    iommu = dev.iommu
    if iommu and (phys := iommu.phys(dma_addr)) is not None:
        return phys
    if iommu and not (iommu.setup.bypass or iommu.setup.passthrough):
        raise Fault(f"IOMMU fault at {dma_addr:#x}")
    phys = dma_to_phys(m, dev, dma_addr)
    if dev.bus_dma_limit and dma_addr + length - 1 > dev.bus_dma_limit:
        raise Fault(f"the bus does not carry {dma_addr:#x}")
    if phys + length > m.layout.ram:
        raise Fault(f"no memory at {dma_addr:#x}")
    return phys
