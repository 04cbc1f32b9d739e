"""The machine that the kernel's mapping code runs on.

Enters: a tree, the CONFIG_ symbols that are y, a layout of memory, a swiotlb pool, devices. Leaves: memory that can be
read and written, devices and scatterlists as addresses to hand to the calls. Must hold: what a config has no place for
is refused, not ignored; a reset leaves nothing of the machine before.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.conftest import CACHE
from tests.oracle.dma.build import build, closure
from tests.oracle.dma.facts import (
    BuiltInOps,
    DeviceFacts,
    DeviceState,
    Pool,
    ScatterList,
)
from tests.oracle.dma.library import Library

IO_TLB_SEGSIZE = 128
IO_TLB_SIZE = 2048

# What `Kernel.device` gives and every call takes.
Device = int


class Machine:
    """Memory and devices below a tree's mapping code under one config.

    It starts without memory: reset first. Two objects of one tree, config and page shift share their state in a
    process: keep one. `page_shift` is log2 of the
    page size in bytes. Raises ValueError for a symbol that is not judged (`build.SYMBOLS`), InputError for a tree that
    lacks a file, ToolchainError when gcc fails.
    """

    def __init__(
        self, root: Path, config: frozenset[str], *, page_shift: int = 12, cache: Path = CACHE / "dma"
    ) -> None:
        self.config = closure(config)
        self.page_shift = page_shift
        self._addresses = 64 if "ARCH_DMA_ADDR_T_64BIT" in self.config else 32
        self.mapping_error = (1 << self._addresses) - 1
        self.library = Library(build(root, self.config, page_shift, cache))
        self._size = self._base = 0
        self._two = (ctypes.c_uint64 * 2)()
        self._words = (ctypes.c_uint64 * 5)()

    # The machine

    def reset(
        self,
        *,
        max_pfn: int,
        min_low_pfn: int = 0,
        zone_dma_bits: int = 24,
        pool: Pool | None = None,
        encryption_mask: int = 0,
        guest: bool = False,
        fixed_is_weak: bool = False,
    ) -> None:
        """A new machine with zeroed memory from page 0 to before `max_pfn`, no devices, nothing allocated.

        Allocations come from above `min_low_pfn`, downwards, the highest aligned block of the first zone that fits, and
        are never given back. `encryption_mask` is sme_me_mask, of a guest or its own, `fixed_is_weak` powerpc's
        iommu_fixed_is_weak. Raises ValueError for what cannot be, MemoryError when there is no address space for so
        much memory.
        """
        size = max_pfn << self.page_shift
        if not 0 <= min_low_pfn < max_pfn or size > 1 << self._addresses:
            raise ValueError(f"no memory from page {min_low_pfn} to {max_pfn} with {self._addresses}-bit addresses")
        if pool is not None:
            if "SWIOTLB" not in self.config:
                raise ValueError("a pool without SWIOTLB")
            if pool.nslabs <= 0 or pool.nslabs % IO_TLB_SEGSIZE or pool.start % (1 << self.page_shift):
                raise ValueError("a pool starts on a page and has a multiple of 128 slots")
            if pool.start + pool.nslabs * IO_TLB_SIZE > size:
                raise ValueError("the pool is not in memory")
        self._size = 0
        if self.library.c.kw_reset(max_pfn, min_low_pfn, zone_dma_bits, encryption_mask, guest, fixed_is_weak):
            raise MemoryError(f"no address space for {size} bytes")
        self._size = size
        self._base = self.library.c.kw_base()
        if pool is not None and self.library.c.kw_pool(*map(ctypes.c_uint64, (pool.start, pool.nslabs, pool.force))):
            raise MemoryError("no memory for the pool's slots")

    def read(self, phys: int, size: int) -> bytes:
        """Bytes of physical memory. Raises ValueError outside of it."""
        return ctypes.string_at(self._memory(phys, size), size)

    def write(self, phys: int, content: bytes) -> None:
        """Change physical memory. Raises ValueError outside of it."""
        ctypes.memmove(self._memory(phys, len(content)), content, len(content))

    def _memory(self, phys: int, size: int) -> int:
        if not 0 <= phys <= phys + size <= self._size:
            raise ValueError(f"no memory at {phys:#x}, {size} bytes")
        return self._base + phys

    def pool_used(self) -> int:
        """How many slots of the swiotlb pool are taken; 0 without a pool."""
        return int(self.library.c.kw_pool_used()) if "SWIOTLB" in self.config else 0

    # Devices and lists

    def device(self, facts: DeviceFacts) -> Device:
        """A device, good until the next reset. Raises ValueError for facts that this config has no place for."""
        own = "ARCH_HAS_PHYS_TO_DMA" in self.config
        if facts.ranges if own else facts.dma_offset:
            raise ValueError("dma_offset is powerpc's way to say what dma_range_map says elsewhere")
        if facts.ops is BuiltInOps.POWERPC and "PPC64" not in self.config:
            raise ValueError("dma_iommu_ops without PPC64")
        return self.library.device(facts)

    def state(self, device: Device) -> DeviceState:
        """The device's masks, limit and bypass flag as they are now."""
        self.library.c.kw_state(device, self._words)
        mask, coherent, limit, bypass, skip = self._words
        return DeviceState(
            dma_mask=mask,
            coherent_dma_mask=coherent,
            bus_dma_limit=limit,
            dma_ops_bypass=bool(bypass),
            dma_skip_sync=bool(skip),
        )

    def phys_to_dma(self, device: Device, phys: int) -> int:
        """The kernel's translation of a physical address for a device."""
        return int(self.library.c.kw_translate(device, phys))

    def scatterlist(self, entries: Sequence[tuple[int, int]]) -> ScatterList:
        """A list of (physical address, length), both in bytes. Raises MemoryError when there are too many."""
        flat = [number for entry in entries for number in entry]
        address = self.library.c.kw_list(len(entries), (ctypes.c_uint64 * len(flat))(*flat))
        if address is None:
            raise MemoryError("an empty list, or too many entries since the last reset")
        return ScatterList(address=address, nents=len(entries))

    def mapped(self, sg: ScatterList) -> tuple[tuple[int, int], ...]:
        """Each entry's sg_dma_address and sg_dma_len."""
        pairs = (ctypes.c_uint64 * (2 * sg.nents))()
        self.library.c.kw_list_mapped(sg.address, sg.nents, pairs)
        return tuple(zip(pairs[::2], pairs[1::2], strict=True))
