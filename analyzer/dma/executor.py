"""What a scenario's steps do: the driver's calls, and what the CPU and the device read and write.

Enters: a step. Leaves: what it gave, and whether what was read was right. Must hold: a read is right when it gives what
was last written, by whichever side; what it gives else was there before, or nobody wrote it.
"""

from __future__ import annotations

from typing import cast

from analyzer.dma import coherent, dma_iova, masks, streaming, xsk_pool
from analyzer.dma.access import device_read, device_write, phys_of
from analyzer.dma.buffers import Buffer
from analyzer.dma.checks import Checks
from analyzer.dma.families import device_of
from analyzer.dma.machine import Crash, Device, Machine
from analyzer.dma.mappings import Segment
from analyzer.dma.steps import attrs, buffer_name, direction, number, part
from analyzer.dma.swiotlb import is_swiotlb_buffer
from analyzer.model.dma import Direction, Platform, Rules, Scenario, Step
from analyzer.model.dma_trace import Verdict


class Executor:
    """A machine with one device and its driver's buffers. Each step is a method of its name."""

    def __init__(self, scenario: Scenario, rules: Rules, platform: Platform) -> None:
        self.m = Machine(rules, platform, scenario.layout)
        self.checks = Checks(self.m.dma_addr_max)
        self.m.checks = self.checks
        self.dev: Device = device_of(self.m, scenario.device)
        self._buffers: dict[str, Buffer] = {}
        self._next_data = 0

    # Masks and questions.

    def set_mask(self, step: Step) -> tuple[Verdict, int]:
        return _answer(masks.dma_set_mask(self.m, self.dev, number(step, "mask")))

    def set_coherent_mask(self, step: Step) -> tuple[Verdict, int]:
        return _answer(masks.dma_set_coherent_mask(self.m, self.dev, number(step, "mask")))

    def supported(self, step: Step) -> tuple[Verdict, int]:
        return Verdict.UNTOUCHED, masks.dma_supported(self.m, self.dev, number(step, "mask"))

    def get_required_mask(self, step: Step) -> tuple[Verdict, int]:
        return Verdict.UNTOUCHED, masks.dma_get_required_mask(self.m, self.dev)

    def max_mapping_size(self, step: Step) -> tuple[Verdict, int]:
        return Verdict.UNTOUCHED, masks.dma_max_mapping_size(self.m, self.dev)

    def get_merge_boundary(self, step: Step) -> tuple[Verdict, int]:
        return Verdict.UNTOUCHED, masks.dma_get_merge_boundary(self.m, self.dev)

    def need_sync(self, step: Step) -> tuple[Verdict, int]:
        handle = self._buffer(step).segments[0].dma_address
        return Verdict.UNTOUCHED, int(masks.dma_need_sync(self.m, self.dev, handle))

    def get_sgtable(self, step: Step) -> tuple[Verdict, int]:
        return _answer(coherent.dma_get_sgtable(self.m, self.dev))

    def can_mmap(self, step: Step) -> tuple[Verdict, int]:
        return Verdict.UNTOUCHED, int(coherent.dma_can_mmap(self.m, self.dev))

    def mmap(self, step: Step) -> tuple[Verdict, int]:
        return _answer(coherent.dma_mmap(self.m, self.dev))

    # Mappings.

    def map_page(self, step: Step) -> tuple[Verdict, int | None]:
        buffer = self._buffer(step)
        segment = buffer.segments[0]
        buffer.direction = direction(step, buffer.direction)
        dma = streaming.dma_map_page(self.m, self.dev, segment.phys, segment.length, buffer.direction, attrs(step))
        segment.dma_address, segment.dma_length = dma, segment.length
        return self._mapped(buffer, dma != self.m.dma_addr_max, dma)

    def map_sg(self, step: Step) -> tuple[Verdict, int | None]:
        buffer = self._buffer(step)
        buffer.direction = direction(step, buffer.direction)
        entries = streaming.dma_map_sg(self.m, self.dev, buffer.segments, buffer.direction, attrs(step))
        return self._mapped(buffer, entries > 0, entries)

    def iova_link(self, step: Step) -> tuple[Verdict, int | None]:
        buffer = self._buffer(step)
        buffer.direction = direction(step, buffer.direction)
        state = dma_iova.dma_iova_try_alloc(self.m, self.dev, buffer.segments[0].phys, buffer.size)
        if state is None:
            return self._mapped(buffer, False, 0)
        self.m.path, linked = "iommu", 0
        for segment in buffer.segments:
            part = dma_iova.Part(segment.phys, linked, segment.length)
            if error := dma_iova.dma_iova_link(self.m, self.dev, state, part, buffer.direction, attrs(step)):
                dma_iova.dma_iova_destroy(self.m, self.dev, state, linked, buffer.direction, attrs(step))
                return self._mapped(buffer, False, error)
            linked += segment.length
        dma_iova.dma_iova_sync(self.m, self.dev, state, 0, linked)
        buffer.range = state
        buffer.segments[0].dma_address, buffer.segments[0].dma_length = state.addr, linked
        return self._mapped(buffer, True, state.addr)

    def iova_unlink(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        if buffer.range is None:
            raise Crash("the scenario links no such buffer before")
        self.m.path = "iommu"
        dma_iova.dma_iova_destroy(self.m, self.dev, buffer.range, buffer.size, buffer.direction, attrs(step))
        buffer.range, buffer.mapped = None, False
        return Verdict.UNTOUCHED, None

    def map_resource(self, step: Step) -> tuple[Verdict, int | None]:
        buffer = self._buffer(step)
        segment = buffer.segments[0]
        buffer.direction = direction(step, buffer.direction)
        dma = streaming.dma_map_resource(self.m, self.dev, segment.phys, segment.length, buffer.direction)
        segment.dma_address, segment.dma_length = dma, segment.length
        return self._mapped(buffer, dma != self.m.dma_addr_max, dma)

    def _mapped(self, buffer: Buffer, worked: bool, result: int) -> tuple[Verdict, int | None]:
        buffer.mapped, buffer.failed = worked, not worked
        if not worked:
            return Verdict.FAILED, result if result <= 0 else None
        if any(is_swiotlb_buffer(self.m, phys_of(self.m, self.dev, s.dma_address)) for s in buffer.segments):
            self.m.path = "bounce" if self.m.path == "direct" else f"{self.m.path} → bounce"
        return Verdict.UNTOUCHED, result

    def unmap_page(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        segment, size = buffer.segments[0], int(cast("int", step.arguments.get("size", buffer.size)))
        way = direction(step, buffer.direction)
        streaming.dma_unmap_page(self.m, self.dev, segment.dma_address, size, way, attrs(step))
        buffer.mapped = False
        return Verdict.UNTOUCHED, None

    def unmap_sg(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        way = direction(step, buffer.direction)
        streaming.dma_unmap_sg(self.m, self.dev, buffer.segments, way, attrs(step))
        buffer.mapped = False
        return Verdict.UNTOUCHED, None

    def unmap_resource(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        dma = buffer.segments[0].dma_address
        streaming.dma_unmap_resource(self.m, self.dev, dma, buffer.size, buffer.direction)
        buffer.mapped = False
        return Verdict.UNTOUCHED, None

    def sync_single_for_cpu(self, step: Step) -> tuple[Verdict, None]:
        streaming.dma_sync_single_for_cpu(self.m, self.dev, *self._range(step))
        return Verdict.UNTOUCHED, None

    def sync_single_for_device(self, step: Step) -> tuple[Verdict, None]:
        streaming.dma_sync_single_for_device(self.m, self.dev, *self._range(step))
        return Verdict.UNTOUCHED, None

    def sync_sg_for_cpu(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        streaming.dma_sync_sg_for_cpu(self.m, self.dev, buffer.segments, buffer.direction)
        return Verdict.UNTOUCHED, None

    def sync_sg_for_device(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        streaming.dma_sync_sg_for_device(self.m, self.dev, buffer.segments, buffer.direction)
        return Verdict.UNTOUCHED, None

    def _range(self, step: Step) -> tuple[int, int, Direction]:
        buffer = self._buffer(step)
        offset = int(cast("int", step.arguments.get("offset", 0)))
        size = int(cast("int", step.arguments.get("size", buffer.size - offset)))
        return buffer.segments[0].dma_address + offset, size, direction(step, buffer.direction)

    # An XSK buffer pool (net/xdp/xsk_buff_pool.c).

    def pool_map(self, step: Step) -> tuple[Verdict, int | None]:
        buffer = self._buffer(step)
        if not xsk_pool.xp_dma_map(self.m, self.dev, buffer, attrs(step)):
            return self._mapped(buffer, False, 0)
        mapped = self._mapped(buffer, True, len(buffer.segments))
        xsk_pool.xp_check_dma(self.m, self.dev, buffer)
        return mapped

    def pool_unmap(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        xsk_pool.xp_dma_unmap(self.m, self.dev, buffer.segments, attrs(step))
        buffer.mapped = False
        return Verdict.UNTOUCHED, None

    def pool_sync_for_cpu(self, step: Step) -> tuple[Verdict, None]:
        xsk_pool.xp_dma_sync(self.m, self.dev, self._buffer(step), streaming.dma_sync_single_for_cpu)
        return Verdict.UNTOUCHED, None

    def pool_sync_for_device(self, step: Step) -> tuple[Verdict, None]:
        xsk_pool.xp_dma_sync(self.m, self.dev, self._buffer(step), streaming.dma_sync_single_for_device)
        return Verdict.UNTOUCHED, None

    # Coherent memory.

    def alloc(self, step: Step) -> tuple[Verdict, int | None]:
        memory = coherent.dma_alloc(self.m, self.dev, number(step, "size"), attrs(step))
        if memory is None:
            self._buffers[buffer_name(step)] = Buffer(segments=[Segment(0, 1)], failed=True)
            return Verdict.FAILED, None
        segments = [Segment(phys, size) for phys, size in memory.pages or ((memory.phys, memory.size),)]
        segments[0].dma_address, segments[0].dma_length = memory.dma_address, memory.size
        self._buffers[buffer_name(step)] = Buffer(
            segments=segments, memory=memory, mapped=True, truth=bytes(memory.size)
        )
        return Verdict.UNTOUCHED, memory.dma_address

    def free(self, step: Step) -> tuple[Verdict, None]:
        coherent.dma_free(self.m, self.dev, self._buffer(step).memory)
        return Verdict.UNTOUCHED, None

    # Data.

    def cpu_write(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        put = self.m.memory.write if buffer.memory and buffer.memory.uncached else self.m.memory.cpu_write
        start, size = part(step, buffer)
        data = self._data(step, buffer, start, size)
        for segment, at, begin, end in buffer.pieces(start, size):
            put(segment.phys + at, data[begin:end])
        return Verdict.UNTOUCHED, None

    def cpu_read(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        get = self.m.memory.read if buffer.memory and buffer.memory.uncached else self.m.memory.cpu_read
        start, size = part(step, buffer)
        seen = [get(segment.phys + at, end - begin) for segment, at, begin, end in buffer.pieces(start, size)]
        return self._judge(buffer, start, b"".join(seen)), None

    def device_write(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        if buffer.failed:
            return Verdict.FAILED, None
        start, size = part(step, buffer)
        data = self._data(step, buffer, start, size)
        for dma_addr, begin, end in buffer.pieces_mapped(start, size):
            device_write(self.m, self.dev, dma_addr, data[begin:end])
        return Verdict.UNTOUCHED, None

    def device_read(self, step: Step) -> tuple[Verdict, None]:
        buffer = self._buffer(step)
        if buffer.failed:
            return Verdict.FAILED, None
        start, size = part(step, buffer)
        seen = [
            device_read(self.m, self.dev, dma_addr, end - begin)
            for dma_addr, begin, end in buffer.pieces_mapped(start, size)
        ]
        return self._judge(buffer, start, b"".join(seen)), None

    def _data(self, step: Step, buffer: Buffer, start: int, size: int) -> bytes:
        self._next_data = self._next_data % 25 + 1
        text = str(step.arguments.get("data") or chr(ord("A") + self._next_data - 1)).encode()
        data = (text * (size // len(text) + 1))[:size]
        buffer.put(start, data)
        return data

    def _judge(self, buffer: Buffer, start: int, seen: bytes) -> Verdict:
        truth = buffer.truth[start : start + len(seen)]
        self.m.note("seen", _shown(seen), _shown(truth))
        if seen == truth:
            return Verdict.RIGHT
        before = (old[start : start + len(seen)] for old in buffer.history)
        return Verdict.STALE if seen in before else Verdict.WRONG

    def _buffer(self, step: Step) -> Buffer:
        name, at = buffer_name(step), step.arguments.get("at")
        if at is None:
            if name not in self._buffers:
                raise Crash(f"the scenario has no buffer {name} here")
            return self._buffers[name]
        places = at if isinstance(at, tuple) else (cast("int", at),)
        size = int(cast("int", step.arguments.get("size", 4096)))
        known = self._buffers.get(name)
        if known and [(s.phys, s.length) for s in known.segments] == [(place, size) for place in places]:
            return known
        buffer = self._buffers[name] = Buffer(segments=[Segment(place, size) for place in places])
        buffer.truth = bytes(buffer.size)
        return buffer


def _answer(result: int) -> tuple[Verdict, int]:
    return (Verdict.FAILED if result < 0 else Verdict.UNTOUCHED), result


def _shown(data: bytes) -> str:
    first = data[:1]
    if data == first * len(data):
        return f"{len(data)} x {'0' if first == bytes(1) else ascii(first.decode('latin-1'))}"
    return f"{len(data)} bytes, {data[:8].decode('latin-1')!a} …"
