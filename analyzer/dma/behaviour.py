"""Whether a driver keeps the rules of the DMA API, as Documentation/core-api/dma-api*.rst has them.

Enters: a scenario. Leaves: what its driver does wrong, or nothing. Must hold: whoever is let through may expect right
data, whatever the machine; so the rules are the strict ones: who has a buffer is known for every byte at every moment,
parts that are handed over fill cache lines, and no mask changes while something is mapped.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.dma.memory import LINE
from analyzer.dma.steps import attrs, buffer_name, direction
from analyzer.model.dma import PAGE_SIZE, Attrs, Direction, Scenario, Step

QUESTIONS = ("get_required_mask", "max_mapping_size", "get_merge_boundary", "can_mmap", "need_sync")
"""Calls that may come at any time."""

_MAPS = {"map_page": "page", "map_sg": "sg", "pool_map": "pool"}
_UNMAPS = {"unmap_page": "page", "unmap_sg": "sg", "pool_unmap": "pool"}
_SYNCS = {"sync_single": "page", "sync_sg": "sg", "pool_sync": "pool"}


class _Wrong(Exception):
    pass


@dataclass(slots=True)
class _Held:
    """A buffer as its driver has to see it."""

    places: tuple[int, ...]
    length: int
    mapped: str = ""
    direction: Direction = Direction.DMA_BIDIRECTIONAL
    attrs: Attrs = Attrs.NONE
    cpu: tuple[int, int] | None = None
    """While it is mapped: from where to where the CPU has it."""
    written: bool = False
    """The CPU wrote into its part and has not handed it over."""
    given: bool = False
    """The device has had it."""
    known: bool = True
    """What is in it is known: a device that only writes leaves it open until it has."""

    @property
    def size(self) -> int:
        return self.length * len(self.places)


def misbehaviour(scenario: Scenario) -> str:
    """The first rule that the driver breaks, in words; empty when there is none."""
    driver = _Driver(scenario)
    try:
        for number, step in enumerate(scenario.steps, 1):
            driver.number = number
            driver.do(step)
    except _Wrong as wrong:
        return f"step {driver.number}: {wrong}"
    return ""


class _Driver:
    def __init__(self, scenario: Scenario) -> None:
        self.number = 0
        self._ram = scenario.layout.ram
        iommu = scenario.device.iommu
        shared = scenario.device.ops and not scenario.device.offset
        self._window = (iommu.window, iommu.window + iommu.window_size) if shared else (0, 0)
        self._buffers: dict[str, _Held] = {}

    def do(self, step: Step) -> None:
        """One step, by its kind."""
        name = step.do
        if name in QUESTIONS:
            return
        if name in ("set_mask", "set_coherent_mask"):
            _must(not any(held.mapped for held in self._buffers.values()), "a mask changes while something is mapped")
        elif name == "alloc":
            held = self._buffers[buffer_name(step)] = _Held((), 0)
            held.mapped = "coherent"
        elif name == "free":
            _must(self._held(step).mapped == "coherent", "frees what it did not allocate")
            del self._buffers[buffer_name(step)]
        elif name in _MAPS:
            self._map(step, self._held(step))
        elif name in _UNMAPS:
            self._unmap(step, self._held(step))
        elif name.rpartition("_for_")[0] in _SYNCS:
            self._sync(step, self._held(step))
        elif name in ("cpu_read", "cpu_write", "device_read", "device_write"):
            self._touch(step, self._held(step))
        else:
            raise _Wrong(f"{name} is not judged")

    def _held(self, step: Step) -> _Held:
        name, at = buffer_name(step), step.arguments.get("at")
        known = self._buffers.get(name)
        if at is None:
            _must(known is not None, "there is no such buffer")
            assert known is not None
            return known
        places = at if isinstance(at, tuple) else (at,)
        held = _Held(tuple(int(str(place)) for place in places), int(str(step.arguments.get("size", PAGE_SIZE))))
        if known and (known.places, known.length) == (held.places, held.length):
            return known
        _must(known is None, "one name for two buffers")
        taken = [page for other in self._buffers.values() for page in _pages(other)]
        mine = _pages(held)
        _must(len(mine) == len(set(mine)) and not set(mine) & set(taken), "buffers share a page")
        _must(all(place + held.length <= self._ram for place in held.places), "a buffer outside of RAM")
        low, high = self._window
        _must(all(not low <= page * PAGE_SIZE < high for page in mine), "a buffer where the IOMMU's window is")
        self._buffers[name] = held
        return held

    def _map(self, step: Step, held: _Held) -> None:
        _must(not held.mapped, "maps twice")
        held.mapped = _MAPS[step.do]
        held.direction = direction(step, Direction.DMA_BIDIRECTIONAL)
        _must(held.direction is not Direction.DMA_NONE, "no direction")
        given = attrs(step)
        held.attrs = given & ~Attrs.SKIP_CPU_SYNC
        skips = bool(given & Attrs.SKIP_CPU_SYNC)
        held.cpu = (0, held.size) if skips else None
        held.given, held.written = not skips, False
        if held.direction is Direction.DMA_FROM_DEVICE:
            held.known = False

    def _unmap(self, step: Step, held: _Held) -> None:
        _must(held.mapped == _UNMAPS[step.do], "unmaps what is not mapped so")
        _must(direction(step, held.direction) is held.direction, "unmaps another direction")
        _must(step.arguments.get("size", held.size) == held.size, "unmaps another size")
        given = attrs(step)
        _must(given & ~Attrs.SKIP_CPU_SYNC == held.attrs, "unmaps with other attributes")
        if held.direction is not Direction.DMA_TO_DEVICE:
            if given & Attrs.SKIP_CPU_SYNC:
                _must(held.cpu == (0, held.size), "nobody brought the data back")
            else:
                _must(held.given, "the device never had it")
                _must(not held.written, "what the CPU wrote is lost")
        held.mapped = ""

    def _sync(self, step: Step, held: _Held) -> None:
        call, _, side = step.do.rpartition("_for_")
        _must(held.mapped == _SYNCS[call], "syncs what is not mapped so")
        _must(direction(step, held.direction) is held.direction, "syncs another direction")
        begin, end = _range(step, held)
        if call == "sync_single":
            _must((held.places[0] + begin) % LINE == 0 or begin == 0, "a part inside a cache line")
            _must((held.places[0] + end) % LINE == 0 or end == held.size, "a part inside a cache line")
        if side == "cpu":
            _must(held.cpu is None, "takes two parts at a time")
            held.cpu = (begin, end)
        else:
            _must(held.cpu == (begin, end), "hands over what it does not have")
            held.cpu, held.given = None, True
        held.written = False

    def _touch(self, step: Step, held: _Held) -> None:
        if held.mapped == "coherent":
            return
        part = _range(step, held)
        whole = part == (0, held.size)
        who, _, what = step.do.partition("_")
        if what == "read":
            _must(held.known, "reads what nobody wrote")
        if who == "cpu":
            if held.mapped:
                _must(held.cpu is not None and held.cpu[0] <= part[0] and part[1] <= held.cpu[1], "the device has it")
                _must(what == "read" or held.direction is not Direction.DMA_FROM_DEVICE, "writes what it only receives")
                held.written = held.written or what == "write"
        else:
            forbidden = Direction.DMA_FROM_DEVICE if what == "read" else Direction.DMA_TO_DEVICE
            _must(bool(held.mapped) and held.direction is not forbidden, "the device may not")
            _must(held.cpu is None or part[1] <= held.cpu[0] or held.cpu[1] <= part[0], "the CPU has it")
            _must(what == "read" or whole or held.direction is Direction.DMA_BIDIRECTIONAL, "a device fills a buffer")
        if what == "write" and whole:
            held.known = True


def _range(step: Step, held: _Held) -> tuple[int, int]:
    if "at" in step.arguments:
        return 0, held.size
    begin = int(str(step.arguments.get("offset", 0)))
    end = begin + int(str(step.arguments.get("size", held.size - begin)))
    _must(0 <= begin < end <= held.size, "a part that is not in the buffer")
    return begin, end


def _pages(held: _Held) -> list[int]:
    return [
        page
        for place in held.places
        for page in range(place // PAGE_SIZE, (place + held.length + PAGE_SIZE - 1) // PAGE_SIZE)
    ]


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _Wrong(otherwise)
