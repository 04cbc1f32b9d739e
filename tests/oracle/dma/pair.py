"""The model and the kernel's C, side by side on the same machine.

Enters: a config of the judge, a machine, a device and calls drawn from a random source. Leaves: what both did. Must
hold: both get the same; what is compared is everything that the judge can see: values, callbacks, copies, cache
maintenance, warnings, the device's state and memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from analyzer.dma import coherent, masks, streaming
from analyzer.dma.direct import Segment
from analyzer.dma.machine import Crash, Device, Machine
from analyzer.dma.ops import CALLBACKS, DUMMY, DmaMapOps
from analyzer.dma.powerpc import DMA_IOMMU_OPS
from analyzer.dma.rules import VERSIONS
from analyzer.model.dma import Attrs, DeviceSetup, Direction, Event, IommuSetup, Layout, Platform, SwiotlbMode
from tests.oracle.dma.facts import BuiltInOps, DeviceFacts, Outcome, Pool, Window
from tests.oracle.dma.kernel import Kernel

PAGE = 4096
MIB = 1 << 20
GIB = 1 << 30
HANDLE = 0x5000_0000
"""What the recorded callbacks hand out."""
ENDS = ("BUG", "OOPS", "HANG", "OUTSIDE")


def platform_of(config: frozenset[str]) -> Platform:
    """The model's platform for a config of the judge."""
    on = config.__contains__
    return Platform(
        arch="judged",
        dma_ops=on("DMA_OPS"),
        dma_ops_bypass=on("DMA_OPS_BYPASS"),
        swiotlb=on("SWIOTLB"),
        sync_for_device=on("ARCH_HAS_SYNC_DMA_FOR_DEVICE"),
        sync_for_cpu=on("ARCH_HAS_SYNC_DMA_FOR_CPU"),
        sync_for_cpu_all=on("ARCH_HAS_SYNC_DMA_FOR_CPU_ALL"),
        zone_dma=on("ZONE_DMA"),
        zone_dma32=on("ZONE_DMA32"),
        dma_addr_bits=64 if on("ARCH_DMA_ADDR_T_64BIT") else 32,
        arch_map_direct=on("ARCH_HAS_DMA_MAP_DIRECT"),
        remap=on("DMA_DIRECT_REMAP"),
        noncoherent_mmap=on("DMA_NONCOHERENT_MMAP"),
    )


@dataclass(slots=True)
class Pair:
    """One machine with one device, twice."""

    kernel: Kernel
    model: Machine
    there: int
    here: Device
    stopped: bool = False
    """A call did not return: nothing after it can be compared."""

    def both(
        self, judged: Callable[[], Outcome[int]], modelled: Callable[[], int | bool | None]
    ) -> tuple[object, object]:
        """What a call gives on both sides, comparable: (value, events, state)."""
        done = judged()
        self.model.events = []
        try:
            value: int | str | None = modelled()
            value = int(value) if value is not None else 0
        except Crash:
            value, self.stopped = "stopped", True
        mine = (value, _seen(self.model.events, self.here.ops), self._here())
        theirs = ("stopped" if done.stopped else done.value, _judged(done.events), self._there())
        return theirs, mine

    def _here(self) -> tuple[int, int, int, bool]:
        compiled = self.model.platform.dma_ops_bypass
        dev = self.here
        return dev.dma_mask or 0, dev.coherent_dma_mask, dev.bus_dma_limit, compiled and dev.dma_ops_bypass

    def _there(self) -> tuple[int, int, int, bool]:
        state = self.kernel.state(self.there)
        compiled = self.model.platform.dma_ops_bypass
        return state.dma_mask, state.coherent_dma_mask, state.bus_dma_limit, compiled and state.dma_ops_bypass


def _seen(events: Sequence[Event], ops: DmaMapOps | None) -> tuple[Event, ...]:
    # The tree's own tables record nothing themselves; powerpc's IOMMU behind them does.
    told = {"dummy": (), "powerpc": IOMMU_CALLS}.get(ops.kind if ops else "", CALLBACKS)
    kept: list[Event] = []
    for event in events:
        if event[0] == "copy" or (event[0] == "ops" and event[1] in told) or str(event[0]).startswith("arch_sync"):
            kept.append(event)
        elif event[0] == "WARN":
            kept.append(("WARN",))
    return tuple(kept)


def _judged(events: Sequence[Event]) -> tuple[Event, ...]:
    kept: list[Event] = []
    for event in events:
        if event[0] == "ops":
            kept.append(event[:2])
        elif event[0] == "iommu" and event[1] in IOMMU_CALLS:
            kept.append(("ops", event[1]))
        elif event[0] == "copy" or str(event[0]).startswith("arch_sync"):
            kept.append(event)
        elif event[0] == "WARN":
            kept.append(("WARN",))
    return tuple(kept)


def pair(kernel: Kernel, chance: Random) -> Pair:
    """A random machine and device. Masks, limits and memory lie near each other, where decisions tip."""
    config = frozenset(kernel.config)
    platform = platform_of(config)
    wide = platform.dma_addr_bits == 64
    ram = chance.choice((64 * MIB, GIB, 2 * GIB, 4 * GIB, *((4 * GIB + PAGE, 8 * GIB, 64 * GIB) if wide else ())))
    if not wide:
        ram = min(ram, 2 * GIB)
    pooled = platform.swiotlb and chance.random() < 0.8
    slots = chance.choice((128, 256, 2048))
    start = chance.randrange(0, (ram - slots * 2048) // PAGE) * PAGE if chance.random() < 0.3 else ram // 4 & -PAGE
    force = chance.random() < 0.25
    bits = platform.zone_dma_bits if chance.random() < 0.7 else 20
    kernel.reset(
        max_pfn=ram // PAGE, zone_dma_bits=bits, pool=Pool(start=start, nslabs=slots, force=force) if pooled else None
    )
    layout = Layout(
        ram=ram,
        pool=pooled,
        pool_start=start,
        pool_size=slots * 2048,
        swiotlb=SwiotlbMode.FORCE if force and pooled else SwiotlbMode.NORMAL,
    )
    model = Machine(VERSIONS["6.1"], replace(platform, zone_dma_bits=bits), layout)
    facts = _device(chance, config, platform, ram)
    there = kernel.device(facts)
    return Pair(kernel=kernel, model=model, there=there, here=_modelled(facts, platform))


def _mask(chance: Random, ram: int) -> int:
    near = (ram - 1).bit_length()
    bits = chance.choice((near - 1, near, near + 1, 24, 32, 64, 64, chance.randrange(12, 65)))
    return (1 << min(max(bits, 1), 64)) - 1


def _device(chance: Random, config: frozenset[str], platform: Platform, ram: int) -> DeviceFacts:
    own = "ARCH_HAS_PHYS_TO_DMA" in config
    top = platform.dma_addr_max
    mask = None if chance.random() < 0.05 else chance.choice((0, *[_mask(chance, ram)] * 9)) & top
    limit = chance.choice((0, 0, 0, _mask(chance, ram) & top))
    offset = chance.choice((0, 0, 1 << 31, 1 << 59 if top > 1 << 60 else 1 << 30)) if own else 0
    if own and limit and chance.random() < 0.7:
        limit = (limit + offset) & top
    ranges: tuple[tuple[int, int, int], ...] = ()
    if not own and chance.random() < 0.25:
        half = ram // 2
        ranges = ((0, GIB & top, half), (half, 3 * GIB & top, half)) if chance.random() < 0.5 else ((PAGE, 0, half),)
    kind = chance.random()
    ops: frozenset[str] | BuiltInOps | None = None
    if kind < 0.5:
        ops = frozenset(name for name in CALLBACKS if name in ("map_page", "map_sg") or chance.random() < 0.6)
    elif kind < 0.55 and platform.dma_ops:
        ops = BuiltInOps.DUMMY
    elif kind < 0.8 and platform.dma_ops and own:
        ops = BuiltInOps.POWERPC
    behind = ops is BuiltInOps.POWERPC
    return DeviceFacts(
        dma_mask=mask,
        coherent_dma_mask=_mask(chance, ram) & top,
        bus_dma_limit=limit,
        ranges=ranges,
        dma_offset=offset,
        coherent=chance.random() < 0.6,
        bypass=platform.dma_ops_bypass and chance.random() < 0.6,
        min_align_mask=chance.choice((0, 0, 0, 511, 2047, 4095)),
        seg_boundary=chance.choice((0, (1 << 32) - 1, (1 << 20) - 1)),
        ops=ops,
        is_pci=behind,
        bypass_mask=offset + ram - 1 if behind and chance.random() < 0.8 else None,
        window=Window(it_offset=chance.choice((0, 1 << 15)), it_size=1 << 19, it_page_shift=12) if behind else None,
        answers={"dma_supported": chance.choice((0, 1)), "map_page": HANDLE, "map_resource": HANDLE, "map_sg": 1},
    )


def _modelled(facts: DeviceFacts, platform: Platform) -> Device:
    ops: DmaMapOps | None = None
    if facts.ops is BuiltInOps.DUMMY:
        ops = DUMMY
    elif facts.ops is BuiltInOps.POWERPC:
        ops = _powerpc(facts)
    elif isinstance(facts.ops, frozenset):
        ops = _recording(facts)
    window = facts.window or Window(it_offset=0, it_size=0, it_page_shift=12)
    return Device(
        DeviceSetup(
            pci=facts.is_pci,
            iommu=IommuSetup(
                window=window.it_offset * PAGE, window_size=window.it_size * PAGE, bypass=facts.bypass_mask is not None
            ),
            dma_mask=facts.dma_mask,
            coherent_dma_mask=facts.coherent_dma_mask,
            bus_dma_limit=facts.bus_dma_limit,
            offset=facts.dma_offset,
            ranges=facts.ranges,
            coherent=facts.coherent,
            bypass=facts.bypass,
            min_align_mask=facts.min_align_mask,
            seg_boundary=facts.seg_boundary,
        ),
        ops=ops,
    )


def _recording(facts: DeviceFacts) -> DmaMapOps:
    """Callbacks that give what the judge's give."""

    def giving(name: str) -> Callable[..., int | None]:
        return lambda *_: facts.answers.get(name, 0)

    there = facts.ops if isinstance(facts.ops, frozenset) else frozenset()
    table = {name: giving(name) for name in there}
    for name in {"alloc"} & there:
        table[name] = lambda *_: None
    return DmaMapOps(kind="recording", **table)  # type: ignore[arg-type]


def _powerpc(facts: DeviceFacts) -> DmaMapOps:
    """The tree's own table, its IOMMU a recorder on both sides."""

    def giving(name: str) -> Callable[..., Any]:
        return lambda *_: facts.answers.get(name, 0)

    recorded: dict[str, Any] = {name: giving(name) for name in IOMMU_CALLS}
    return replace(DMA_IOMMU_OPS, **recorded, alloc=lambda *_: None)


IOMMU_CALLS = ("map_page", "unmap_page", "map_sg", "unmap_sg")

Call = Callable[[Pair, Random], tuple[object, object]]


def _buffer(pair: Pair, chance: Random) -> tuple[int, int]:
    ram = pair.model.layout.ram
    near = chance.choice((0, ram // 2, ram - 64 * PAGE, min(ram, 4 * GIB) - 8 * PAGE))
    start = max(0, min(ram - 80 * PAGE, near + chance.randrange(-16, 16) * PAGE)) + chance.choice((0, 0, 512, 2048, 7))
    size = chance.choice((1, 512, 2048, PAGE, 3 * PAGE, 64 * PAGE))
    pool = pair.model.pool
    if pool and start < pool.end and pool.start < start + size:
        # Nobody maps the pool itself, and the judge tells a copy's way by which side lies in it.
        return _buffer(pair, chance)
    return start, size


def _way(chance: Random) -> Direction:
    return chance.choice((Direction.DMA_TO_DEVICE, Direction.DMA_FROM_DEVICE, Direction.DMA_BIDIRECTIONAL))


def _attrs(chance: Random) -> Attrs:
    return chance.choice((Attrs.NONE, Attrs.NONE, Attrs.SKIP_CPU_SYNC))


def page(pair: Pair, chance: Random) -> tuple[object, object]:
    """Map, write on both sides, sync, unmap; the first thing that differs, else the last."""
    phys, size = _buffer(pair, chance)
    way, attrs = _way(chance), _attrs(chance)
    kernel, m = pair.kernel, pair.model
    content = bytes([chance.randrange(256)]) * size
    kernel.write(phys, content)
    m.memory.write(phys, content)
    made: list[int] = []

    def mapped() -> int:
        made.append(streaming.dma_map_page(m, pair.here, phys, size, way, attrs))
        return made[0]

    start, within = phys & -PAGE, phys % PAGE
    found = pair.both(lambda: kernel.dma_map_page_attrs(pair.there, start, within, size, way.value, int(attrs)), mapped)
    if found[0] != found[1] or pair.stopped or not made or made[0] == m.platform.dma_addr_max:
        return found
    dma = made[0]
    for _ in range(chance.randrange(3)):
        offset = chance.choice((0, 0, size // 2))
        length = chance.choice((size - offset, max(1, (size - offset) // 2)))
        for judged, modelled in (
            (kernel.dma_sync_single_for_cpu, streaming.dma_sync_single_for_cpu),
            (kernel.dma_sync_single_for_device, streaming.dma_sync_single_for_device),
        ):
            found = pair.both(
                lambda f=judged, o=offset, n=length: f(pair.there, dma + o, n, way.value),  # type: ignore[misc]
                lambda f=modelled, o=offset, n=length: f(m, pair.here, dma + o, n, way),  # type: ignore[misc]
            )
            if found[0] != found[1] or pair.stopped:
                return found
    found = pair.both(lambda: kernel.dma_need_sync(pair.there, dma), lambda: masks.dma_need_sync(m, pair.here, dma))
    if found[0] != found[1] or pair.stopped:
        return found
    if chance.random() < 0.8:
        found = pair.both(
            lambda: kernel.dma_unmap_page_attrs(pair.there, dma, size, way.value, int(attrs)),
            lambda: streaming.dma_unmap_page(m, pair.here, dma, size, way, attrs),
        )
    if found[0] == found[1] and kernel.read(phys, size) != m.memory.read(phys, size):
        return kernel.read(phys, size)[:8], m.memory.read(phys, size)[:8]
    return found


def scatter(pair: Pair, chance: Random) -> tuple[object, object]:
    """Map a list, sync it, unmap it."""
    kernel, m = pair.kernel, pair.model
    entries = [_buffer(pair, chance) for _ in range(chance.randrange(1, 4))]
    there = kernel.scatterlist(entries)
    here = [Segment(phys, size) for phys, size in entries]
    way, attrs = _way(chance), _attrs(chance)
    found = pair.both(
        lambda: kernel.dma_map_sg_attrs(pair.there, there, way.value, int(attrs)),
        lambda: streaming.dma_map_sg(m, pair.here, here, way, attrs),
    )
    if found[0] != found[1] or pair.stopped or not found[1][0] or any(e[0] == "ops" for e in found[1][1]):  # type: ignore[index]
        return found
    listed = tuple((s.dma_address, s.dma_length) for s in here)
    if kernel.mapped(there) != listed:
        return kernel.mapped(there), listed
    for judged, modelled in (
        (kernel.dma_sync_sg_for_cpu, streaming.dma_sync_sg_for_cpu),
        (kernel.dma_sync_sg_for_device, streaming.dma_sync_sg_for_device),
    ):
        found = pair.both(
            lambda f=judged: f(pair.there, there, way.value),  # type: ignore[misc]
            lambda f=modelled: f(m, pair.here, here, way),  # type: ignore[misc]
        )
        if found[0] != found[1] or pair.stopped:
            return found
    return pair.both(
        lambda: kernel.dma_unmap_sg_attrs(pair.there, there, way.value, int(attrs)),
        lambda: streaming.dma_unmap_sg(m, pair.here, here, way, attrs),
    )


def resource(pair: Pair, chance: Random) -> tuple[object, object]:
    """Another device's registers."""
    phys, size = chance.choice((0, GIB, 16 * GIB)) + chance.randrange(16) * PAGE, PAGE
    way = _way(chance)
    return pair.both(
        lambda: pair.kernel.dma_map_resource(pair.there, phys, size, way.value),
        lambda: streaming.dma_map_resource(pair.model, pair.here, phys, size, way),
    )


def question(pair: Pair, chance: Random) -> tuple[object, object]:
    """A mask to set, or something to be asked."""
    mask = _mask(chance, pair.model.layout.ram)
    kernel, m, there, here = pair.kernel, pair.model, pair.there, pair.here
    judged, modelled = chance.choice(
        (
            (lambda: kernel.dma_set_mask(there, mask), lambda: masks.dma_set_mask(m, here, mask)),
            (lambda: kernel.dma_set_coherent_mask(there, mask), lambda: masks.dma_set_coherent_mask(m, here, mask)),
            (lambda: kernel.dma_get_required_mask(there), lambda: masks.dma_get_required_mask(m, here)),
            (lambda: kernel.dma_max_mapping_size(there), lambda: masks.dma_max_mapping_size(m, here)),
            (lambda: kernel.dma_get_merge_boundary(there), lambda: masks.dma_get_merge_boundary(m, here)),
            (lambda: kernel.dma_addressing_limited(there), lambda: masks.dma_addressing_limited(m, here)),
            (lambda: kernel.dma_can_mmap(there), lambda: coherent.dma_can_mmap(m, here)),
        )
    )
    theirs, mine = pair.both(judged, modelled)
    return _signed(theirs), _signed(mine)


def _signed(found: object) -> object:
    """Errors as C's int has them; all ones is SIZE_MAX."""
    assert isinstance(found, tuple)
    value = found[0]
    if isinstance(value, int) and 1 << 63 <= value < (1 << 64) - 1:
        value -= 1 << 64
    return (value, *found[1:])


def allocate(pair: Pair, chance: Random) -> tuple[object, object]:
    """Coherent memory: where it lies for both sides."""
    kernel, m = pair.kernel, pair.model
    size = chance.choice((1, PAGE, 3 * PAGE, 16 * PAGE))
    made: list[tuple[int, int] | None] = []
    done = kernel.dma_alloc_attrs(pair.there, size)

    def modelled() -> int:
        memory = coherent.dma_alloc(m, pair.here, size)
        made.append((memory.phys, memory.dma_address) if memory else None)
        return 0

    m.events = []
    try:
        modelled()
    except Crash:
        made.append(None)
    theirs = (done.value.phys, done.value.handle) if done.value else None
    return (theirs, _judged(done.events)), (made[0], _seen(m.events, pair.here.ops))


CALLS: tuple[Call, ...] = (page, page, page, scatter, scatter, resource, question, question, allocate)
"""What is drawn from; some more often."""
