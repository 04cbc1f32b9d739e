"""A driver's buffer in a scenario, and what is true about its bytes.

Enters: segments, and what either side writes. Leaves: the bytes that a reader should see, and those that it could have
seen before. Must hold: `truth` changes with every write and with nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.dma.dma_iova import IovaState
from analyzer.dma.mappings import Allocation, Segment
from analyzer.model.dma import Direction


@dataclass(slots=True)
class Buffer:
    """One buffer; offsets and sizes are bytes."""

    segments: list[Segment]
    direction: Direction = Direction.DMA_BIDIRECTIONAL
    memory: Allocation | None = None
    mapped: bool = False
    failed: bool = False
    range: IovaState | None = None
    """Where dma_iova_link() put it."""
    needs_sync: bool = True
    """What the XSK pool was told when it mapped."""
    truth: bytes = b""
    history: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """All of its segments' bytes."""
        return sum(segment.length for segment in self.segments)

    def put(self, start: int, data: bytes) -> None:
        """Somebody writes."""
        self.history.append(self.truth)
        self.truth = self.truth[:start] + data + self.truth[start + len(data) :]

    def pieces(self, start: int, size: int) -> Iterator[tuple[Segment, int, int, int]]:
        """A part, by segment: where it starts in the segment, and from where to where it is of the part."""
        done = 0
        for segment in self.segments:
            at = max(start - done, 0)
            end = min(start + size - done, segment.length)
            if at < end:
                yield segment, at, done + at - start, done + end - start
            done += segment.length

    def pieces_mapped(self, start: int, size: int) -> Iterator[tuple[int, int, int]]:
        """A part as the device finds it: a DMA address, and from where to where that is of the part.

        An IOMMU may have made fewer pieces of the list than it has entries.
        """
        done = 0
        known = any(segment.dma_length for segment in self.segments)
        for segment in self.segments:
            length = segment.dma_length if known else segment.length
            at = max(start - done, 0)
            end = min(start + size - done, length)
            if at < end:
                yield segment.dma_address + at, done + at - start, done + end - start
            done += length
