"""What DMA_API_DEBUG would complain about: kernel/dma/debug.c.

Enters: every mapping, sync and unmapping, as the calls report them. Leaves: complaints, one line each, in kernel
words' sense. Must hold: it watches and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.dma.mappings import Allocation, Segment
from analyzer.model.dma import Direction


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    size: int
    direction: Direction
    entries: int = 1
    pieces: int = 1
    """Of a list: how many of its entries the device sees."""


class Checks:
    """dma_entry_hash: what the driver has mapped, by DMA address."""

    def __init__(self, dma_mapping_error: int) -> None:
        self._dma_mapping_error = dma_mapping_error
        self.complaints: list[str] = []
        self._mapped: dict[int, list[_Entry]] = {}

    def map_page(self, phys: int, size: int, direction: Direction, dma_addr: int) -> None:
        """A page was mapped; nothing is kept of one that failed."""
        if dma_addr != self._dma_mapping_error:
            self._add(dma_addr, _Entry("page", size, direction))

    def map_resource(self, phys: int, size: int, direction: Direction, dma_addr: int) -> None:
        """A resource was mapped."""
        if dma_addr != self._dma_mapping_error:
            self._add(dma_addr, _Entry("resource", size, direction))

    def map_sg(self, segments: Sequence[Segment], pieces: int, direction: Direction) -> None:
        """A list was mapped, as so many pieces."""
        for segment in segments[:pieces]:
            self._add(segment.dma_address, _Entry("sg", segment.dma_length, direction, len(segments), pieces))

    def alloc(self, memory: Allocation) -> None:
        """Coherent memory was handed out."""
        self._add(memory.dma_address, _Entry("coherent", memory.size, Direction.DMA_BIDIRECTIONAL))

    def unmap(self, kind: str, dma_addr: int, size: int, direction: Direction) -> None:
        """check_unmap(): what was mapped must be what is unmapped."""
        if dma_addr == self._dma_mapping_error:
            self._say("device driver tries to free an invalid DMA memory address")
            return
        there = self._mapped.get(dma_addr)
        if not there:
            self._say(f"device driver tries to free DMA memory it has not allocated: {dma_addr:#x}, {size} bytes")
            return
        entry = max(there, key=lambda e: (e.size == size, e.kind == kind, e.direction is direction))
        if entry.size != size:
            self._say(f"device driver frees DMA memory with different size: mapped {entry.size}, unmapped {size}")
        if entry.kind != kind:
            self._say(f"device driver frees DMA memory with wrong function: mapped as {entry.kind}, unmapped as {kind}")
        if entry.direction is not direction:
            names = f"mapped {entry.direction.name}, unmapped {direction.name}"
            self._say(f"device driver frees DMA memory with different direction: {names}")
        there.remove(entry)
        if not there:
            del self._mapped[dma_addr]

    def unmap_sg(self, segments: Sequence[Segment], direction: Direction) -> None:
        """Every entry of a list."""
        first = self._mapped.get(segments[0].dma_address) if segments else None
        if first and first[0].kind == "sg" and first[0].entries != len(segments):
            counts = f"mapped {first[0].entries}, unmapped {len(segments)}"
            self._say(f"device driver frees DMA sg list with different entry count: {counts}")
        for segment in segments[: self._pieces(segments)]:
            self.unmap("sg", segment.dma_address, segment.dma_length, direction)

    def free(self, memory: Allocation) -> None:
        """Coherent memory comes back."""
        self.unmap("coherent", memory.dma_address, memory.size, Direction.DMA_BIDIRECTIONAL)

    def sync(self, side: str, dma_addr: int, size: int, direction: Direction) -> None:
        """check_sync(): a sync must lie inside a mapping, all of it, and go its way."""
        entry = self._around(dma_addr, size)
        if entry is None:
            self._say(f"device driver tries to sync DMA memory it has not allocated: {dma_addr:#x}, {size} bytes")
            return
        if entry.direction is Direction.DMA_BIDIRECTIONAL:
            return
        if entry.direction is not direction:
            names = f"mapped {entry.direction.name}, synced {direction.name}"
            self._say(f"device driver syncs DMA memory with different direction: {names}")
        if side == "cpu" and entry.direction is Direction.DMA_TO_DEVICE is not direction:
            self._say("device driver syncs device read-only DMA memory for cpu")
        if side == "device" and entry.direction is Direction.DMA_FROM_DEVICE is not direction:
            self._say("device driver syncs device write-only DMA memory to device")

    def sync_sg(self, side: str, segments: Sequence[Segment], direction: Direction) -> None:
        """Every piece of a list."""
        for segment in segments[: self._pieces(segments)]:
            self.sync(side, segment.dma_address, segment.dma_length, direction)

    def _pieces(self, segments: Sequence[Segment]) -> int:
        # get_nr_mapped_entries(), of the first one.
        first = self._mapped.get(segments[0].dma_address) if segments else None
        return first[0].pieces if first and first[0].kind == "sg" else len(segments)

    def left(self) -> tuple[str, ...]:
        """What is still mapped when the driver goes: dma_debug_device_change()."""
        return tuple(
            f"device driver has pending DMA allocations while released from device: {dma_addr:#x}, {entry.size} bytes"
            for dma_addr, entries in sorted(self._mapped.items())
            for entry in entries
            if entry.kind != "coherent"
        )

    def _around(self, dma_addr: int, size: int) -> _Entry | None:
        """bucket_find_contain()."""
        for start, entries in self._mapped.items():
            for entry in entries:
                if start <= dma_addr and dma_addr + size <= start + entry.size:
                    return entry
        return None

    def _add(self, dma_addr: int, entry: _Entry) -> None:
        self._mapped.setdefault(dma_addr, []).append(entry)

    def _say(self, text: str) -> None:
        self.complaints.append(text)
