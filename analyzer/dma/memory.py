"""Physical memory behind a CPU cache that need not be coherent.

Enters: reads and writes of the CPU and of devices, by physical address. Leaves: bytes. Must hold: what a device does
past the cache is what it does on hardware: it misses dirty lines, and its writes leave stale lines behind; so a missed
sync shows as wrong bytes.
"""

from __future__ import annotations

from analyzer.model.dma import PAGE_SHIFT, PAGE_SIZE

LINE = 64
"""Bytes of a cache line."""


class Memory:
    """RAM, filled with zeros, sparse; `lines` holds what the CPU has in its cache."""

    def __init__(self) -> None:
        self._pages: dict[int, bytearray] = {}
        self._lines: dict[int, bytearray] = {}
        self._dirty: set[int] = set()
        self.cached = False
        """Whether a non-coherent device looks on, so that the cache matters."""

    def cpu_read(self, at: int, size: int) -> bytes:
        """What the CPU reads: its cache first, and memory into its cache."""
        if not self.cached:
            return self.read(at, size)
        return b"".join(bytes(self._line(number)[low:high]) for number, low, high in _lines(at, size))

    def cpu_write(self, at: int, data: bytes) -> None:
        """The CPU writes into its cache; memory learns of it at a clean."""
        if not self.cached:
            self.write(at, data)
            return
        taken = 0
        for number, low, high in _lines(at, len(data)):
            self._line(number)[low:high] = data[taken : taken + high - low]
            self._dirty.add(number)
            taken += high - low

    def snooped_read(self, at: int, size: int) -> bytes:
        """What a coherent device reads: dirty lines are seen."""
        if self._dirty:
            self.clean(at, size)
        return self.read(at, size)

    def snooped_write(self, at: int, data: bytes) -> None:
        """A coherent device writes: the CPU's lines go."""
        if self._lines:
            self.invalidate(at, len(data))
        self.write(at, data)

    def clean(self, at: int, size: int) -> None:
        """Write dirty lines back."""
        for number, _, _ in _lines(at, size):
            if number in self._dirty:
                self._dirty.discard(number)
                self.write(number * LINE, bytes(self._lines[number]))

    def invalidate(self, at: int, size: int) -> None:
        """Forget lines; one that the range covers in part is written back first, as hardware does at the edges."""
        for number, low, high in _lines(at, size):
            if number in self._dirty:
                self._dirty.discard(number)
                if high - low < LINE:
                    self.write(number * LINE, bytes(self._lines[number]))
            self._lines.pop(number, None)

    def forget_clean(self) -> None:
        """Forget every line that is not dirty."""
        self._lines = {number: self._lines[number] for number in self._dirty}

    def prefetch(self, at: int, size: int) -> None:
        """The CPU speculates: lines come into its cache before anybody asked."""
        for number, _, _ in _lines(at, size):
            self._line(number)

    def read(self, at: int, size: int) -> bytes:
        """What lies in memory, past every cache."""
        page, start = self._pages.get(at >> PAGE_SHIFT), at & PAGE_SIZE - 1
        if start + size <= PAGE_SIZE:
            return bytes(size) if page is None else bytes(page[start : start + size])
        here = PAGE_SIZE - start
        return self.read(at, here) + self.read(at + here, size - here)

    def write(self, at: int, data: bytes) -> None:
        """Put bytes into memory, past every cache."""
        start = at & PAGE_SIZE - 1
        if start + len(data) <= PAGE_SIZE and (page := self._pages.get(at >> PAGE_SHIFT)) is not None:
            page[start : start + len(data)] = data
            return
        taken = 0
        while taken < len(data):
            start = (at + taken) & PAGE_SIZE - 1
            here = min(PAGE_SIZE - start, len(data) - taken)
            page = self._pages.setdefault((at + taken) >> PAGE_SHIFT, bytearray(PAGE_SIZE))
            page[start : start + here] = data[taken : taken + here]
            taken += here

    def _line(self, number: int) -> bytearray:
        if (line := self._lines.get(number)) is None:
            line = self._lines[number] = bytearray(self.read(number * LINE, LINE))
        return line


def _lines(at: int, size: int) -> list[tuple[int, int, int]]:
    end = at + size
    return [
        (number, max(at - number * LINE, 0), min(end - number * LINE, LINE))
        for number in range(at // LINE, (end + LINE - 1) // LINE)
    ]
