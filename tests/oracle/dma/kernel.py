"""The kernel's own DMA mapping code as an object.

Enters: calls of the DMA API, under the kernel's names. Leaves: what each call returned and did. Must hold: nothing here
decides anything that kernel/dma decides; a call that runs into BUG_ON (BUG), a NULL pointer (OOPS), an address outside
memory (OUTSIDE) or an endless search for slots (HANG) comes back as an event.

What is not the kernel's: unsigned long and size_t have 64 bits whatever ARCH_DMA_ADDR_T_64BIT says (so SIZE_MAX is
2^64 - 1), WARN_ONCE warns each time, memory that is remapped keeps its linear address, and the pools of coherent.c,
pool.c and the contiguous allocator are never there.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from tests.oracle.dma.facts import GFP_KERNEL, Allocation, Outcome, ScatterList
from tests.oracle.dma.machine import Device, Machine

State = ctypes.Array[ctypes.c_uint64]
"""struct dma_iova_state: two numbers, its addr and its __size."""


def iova_state() -> State:
    """One that nothing is allocated for."""
    return (ctypes.c_uint64 * 2)()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What dma_get_sgtable gave: an error (0: none), and the one entry's physical address and length."""

    error: int
    phys: int
    length: int


class Kernel(Machine):
    """The calls of the DMA API.

    `page` and `phys` are physical addresses, `handle` a dma_addr_t, sizes are in bytes, `dir` a number of
    enum dma_data_direction or any other, `attrs` DMA_ATTR_… bits. Errors are negative as in C; a bool is 0 or 1.
    """

    def _call(self, name: str, *arguments: object) -> Outcome[int]:
        library = self.library
        value = library.entries[name](*arguments)
        count, _, stopped = library.head
        return Outcome(
            value=None if stopped else value,
            stopped=bool(stopped),
            log=library.log() if count else b"",
            name_of=library.name_of,
        )

    # Streaming mappings

    def dma_map_page_attrs(
        self, device: Device, page: int, offset: int, size: int, dir: int, attrs: int = 0
    ) -> Outcome[int]:
        return self._call("map_page", device, page, offset, size, dir, attrs)

    def dma_unmap_page_attrs(self, device: Device, handle: int, size: int, dir: int, attrs: int = 0) -> Outcome[int]:
        return self._call("unmap_page", device, handle, size, dir, attrs)

    def dma_map_sg_attrs(self, device: Device, sg: ScatterList, dir: int, attrs: int = 0) -> Outcome[int]:
        return self._call("map_sg", device, sg.address, sg.nents, dir, attrs)

    def dma_map_sgtable(self, device: Device, sg: ScatterList, dir: int, attrs: int = 0) -> Outcome[int]:
        return self._call("map_sgtable", device, sg.address, sg.nents, dir, attrs)

    def dma_unmap_sg_attrs(self, device: Device, sg: ScatterList, dir: int, attrs: int = 0) -> Outcome[int]:
        return self._call("unmap_sg", device, sg.address, sg.nents, dir, attrs)

    def dma_map_resource(self, device: Device, phys: int, size: int, dir: int, attrs: int = 0) -> Outcome[int]:
        return self._call("map_resource", device, phys, size, dir, attrs)

    def dma_unmap_resource(self, device: Device, handle: int, size: int, dir: int, attrs: int = 0) -> Outcome[int]:
        return self._call("unmap_resource", device, handle, size, dir, attrs)

    def dma_sync_single_for_cpu(self, device: Device, handle: int, size: int, dir: int) -> Outcome[int]:
        return self._call("sync_single_for_cpu", device, handle, size, dir)

    def dma_sync_single_for_device(self, device: Device, handle: int, size: int, dir: int) -> Outcome[int]:
        return self._call("sync_single_for_device", device, handle, size, dir)

    def dma_sync_sg_for_cpu(self, device: Device, sg: ScatterList, dir: int) -> Outcome[int]:
        return self._call("sync_sg_for_cpu", device, sg.address, sg.nents, dir)

    def dma_sync_sg_for_device(self, device: Device, sg: ScatterList, dir: int) -> Outcome[int]:
        return self._call("sync_sg_for_device", device, sg.address, sg.nents, dir)

    def dma_need_sync(self, device: Device, handle: int) -> Outcome[int]:
        return self._call("need_sync", device, handle)

    # What a device can do

    def dma_set_mask(self, device: Device, mask: int) -> Outcome[int]:
        return self._call("set_mask", device, mask)

    def dma_set_coherent_mask(self, device: Device, mask: int) -> Outcome[int]:
        return self._call("set_coherent_mask", device, mask)

    def dma_get_required_mask(self, device: Device) -> Outcome[int]:
        return self._call("get_required_mask", device)

    def dma_max_mapping_size(self, device: Device) -> Outcome[int]:
        return self._call("max_mapping_size", device)

    def dma_opt_mapping_size(self, device: Device) -> Outcome[int]:
        return self._call("opt_mapping_size", device)

    def dma_get_merge_boundary(self, device: Device) -> Outcome[int]:
        return self._call("get_merge_boundary", device)

    def dma_need_unmap(self, device: Device) -> Outcome[int]:
        return self._call("need_unmap", device)

    def dma_addressing_limited(self, device: Device) -> Outcome[int]:
        return self._call("addressing_limited", device)

    def dma_pci_p2pdma_supported(self, device: Device) -> Outcome[int]:
        return self._call("pci_p2pdma_supported", device)

    def dma_can_mmap(self, device: Device) -> Outcome[int]:
        return self._call("can_mmap", device)

    # Coherent memory

    def dma_alloc_attrs(self, device: Device, size: int, gfp: int = GFP_KERNEL, attrs: int = 0) -> Outcome[Allocation]:
        return self._allocate("alloc_attrs", device, size, gfp, attrs)

    def dma_free_attrs(self, device: Device, made: Allocation, size: int, attrs: int = 0) -> Outcome[int]:
        return self._call("free_attrs", device, size, made.address, made.handle, attrs)

    def dma_alloc_pages(self, device: Device, size: int, dir: int, gfp: int = GFP_KERNEL) -> Outcome[Allocation]:
        return self._allocate("alloc_pages", device, size, dir, gfp)

    def dma_free_pages(self, device: Device, made: Allocation, size: int, dir: int) -> Outcome[int]:
        return self._call("free_pages", device, size, made.phys, made.handle, dir)

    def dma_get_sgtable_attrs(self, device: Device, made: Allocation, size: int, attrs: int = 0) -> Outcome[Table]:
        entry = (ctypes.c_uint64 * 2)()
        done = self._call("get_sgtable", device, made.address, made.handle, size, attrs, entry)
        table = None if done.value is None else Table(error=done.value, phys=entry[0], length=entry[1])
        return Outcome(value=table, stopped=done.stopped, log=done.log, name_of=done.name_of)

    def dma_mmap_attrs(
        self, device: Device, made: Allocation, size: int, vma: tuple[int, int], attrs: int = 0
    ) -> Outcome[int]:
        """`vma` is the user's mapping: its length and its vm_pgoff, both in pages."""
        return self._call("mmap", device, *vma, made.address, made.handle, size, attrs)

    # One range of addresses for many buffers (7.3). A state is good for the device that it was allocated for.

    def dma_iova_try_alloc(self, device: Device, state: State, phys: int, size: int) -> Outcome[int]:
        return self._call("iova_try_alloc", device, state, phys, size)

    def dma_iova_free(self, device: Device, state: State) -> Outcome[int]:
        return self._call("iova_free", device, state)

    def dma_iova_link(
        self, device: Device, state: State, phys: int, offset: int, size: int, dir: int, attrs: int = 0
    ) -> Outcome[int]:
        return self._call("iova_link", device, state, phys, offset, size, dir, attrs)

    def dma_iova_sync(self, device: Device, state: State, offset: int, size: int) -> Outcome[int]:
        return self._call("iova_sync", device, state, offset, size)

    def dma_iova_unlink(
        self, device: Device, state: State, offset: int, size: int, dir: int, attrs: int = 0
    ) -> Outcome[int]:
        return self._call("iova_unlink", device, state, offset, size, dir, attrs)

    def dma_iova_destroy(self, device: Device, state: State, mapped: int, dir: int, attrs: int = 0) -> Outcome[int]:
        return self._call("iova_destroy", device, state, mapped, dir, attrs)

    def _allocate(self, name: str, device: Device, *arguments: int) -> Outcome[Allocation]:
        made = (ctypes.c_uint64 * 3)()
        done = self._call(name, device, *arguments, made)
        given = Allocation(address=made[0], phys=made[1], handle=made[2]) if done.value else None
        return Outcome(value=given, stopped=done.stopped, log=done.log, name_of=done.name_of)
