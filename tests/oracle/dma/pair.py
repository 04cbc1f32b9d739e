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

from analyzer.dma.dma_iommu_memory import dma_iommu_ops
from analyzer.dma.domain import Domain
from analyzer.dma.machine import CALLBACKS, Crash, Device, DmaMapOps, Machine
from analyzer.dma.ops import dummy_ops
from analyzer.dma.powerpc import DMA_IOMMU_OPS
from analyzer.model.dma import DeviceSetup, IommuSetup, Layout, Platform, Rules, SwiotlbMode
from analyzer.model.dma_trace import Event
from tests.oracle.dma.facts import BuiltInOps, DeviceFacts, Outcome, Pool, Window
from tests.oracle.dma.kernel import Kernel

PAGE = 4096
MIB = 1 << 20
GIB = 1 << 30
ENCRYPTED = 1 << 47
"""The bit of an address that means encrypted, where there is one."""
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
        arch_alloc=on("ARCH_HAS_DMA_ALLOC"),
        noncoherent_mmap=on("DMA_NONCOHERENT_MMAP"),
        iommu_dma=on("IOMMU_DMA"),
        bounce_unaligned_kmalloc=on("DMA_BOUNCE_UNALIGNED_KMALLOC"),
        batched_sync=on("ARCH_HAS_BATCHED_DMA_SYNC"),
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
        mine = (value, events_here(self.model.events, self.here.ops), self._here())
        theirs = ("stopped" if done.stopped else done.value, events_there(done.events), self._there())
        return theirs, mine

    def _here(self) -> tuple[int, int, int, bool, bool]:
        compiled = self.model.platform.dma_ops_bypass
        dev = self.here
        return (
            dev.dma_mask or 0,
            dev.coherent_dma_mask,
            dev.bus_dma_limit,
            compiled and dev.dma_ops_bypass,
            dev.dma_skip_sync,
        )

    def _there(self) -> tuple[int, int, int, bool, bool]:
        state = self.kernel.state(self.there)
        compiled = self.model.platform.dma_ops_bypass
        flags = compiled and state.dma_ops_bypass, state.dma_skip_sync
        return state.dma_mask, state.coherent_dma_mask, state.bus_dma_limit, *flags


def events_here(events: Sequence[Event], ops: DmaMapOps | None) -> tuple[Event, ...]:
    """What the model did, as far as the judge can see it."""
    # The tree's own tables record nothing themselves; the IOMMUs behind them do.
    told = {"dummy": (), "dma-iommu": (), "powerpc": IOMMU_CALLS}.get(
        ops.kind if ops else "", (*CALLBACKS, "map_phys", "unmap_phys")
    )
    kept: list[Event] = []
    for event in events:
        if (
            event[0] in ("copy", *TABLE)
            or (event[0] == "ops" and event[1] in told)
            or str(event[0]).startswith("arch_sync")
        ):
            kept.append(event)
        elif event[0] in ("WARN", "arch_dma_alloc"):
            kept.append(event[:1])
    return tuple(kept)


def events_there(events: Sequence[Event]) -> tuple[Event, ...]:
    """What the judge did, as far as the model tells it."""
    kept: list[Event] = []
    for event in events:
        if event[0] == "ops":
            kept.append(event[:2])
        elif event[0] == "iommu" and event[1] in IOMMU_CALLS:
            kept.append(("ops", event[1]))
        elif event[0] in ("copy", *TABLE) or str(event[0]).startswith("arch_sync"):
            kept.append(event)
        elif event[0] in ("WARN", "arch_dma_alloc"):
            kept.append(event[:1])
    return tuple(kept)


def pair(kernel: Kernel, rules: Rules, chance: Random) -> Pair:
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
    # powerpc's translation knows no such bit.
    encrypted = {"AMD_MEM_ENCRYPT"} <= config and "PPC64" not in config and chance.random() < 0.5
    guest = encrypted and chance.random() < 0.5
    unencrypted = guest or (encrypted and chance.random() < 0.5)
    kernel.reset(
        max_pfn=ram // PAGE,
        zone_dma_bits=bits,
        encryption_mask=ENCRYPTED if encrypted else 0,
        guest=guest,
        pool=Pool(start=start, nslabs=slots, force=force) if pooled else None,
    )
    layout = Layout(
        ram=ram,
        pool=pooled,
        pool_start=start,
        pool_size=slots * 2048,
        swiotlb=SwiotlbMode.FORCE if force and pooled else SwiotlbMode.NORMAL,
        sme_mask=ENCRYPTED if encrypted else 0,
        guest=guest,
        force_unencrypted=unencrypted,
    )
    model = Machine(rules, replace(platform, zone_dma_bits=bits), layout)
    facts = replace(_device(chance, config, platform, rules, ram), unencrypted=unencrypted)
    there = kernel.device(facts)
    return Pair(kernel=kernel, model=model, there=there, here=_modelled(facts, rules))


def drawn_mask(chance: Random, ram: int) -> int:
    """A mask, often near the end of memory."""
    near = (ram - 1).bit_length()
    bits = chance.choice((near - 1, near, near + 1, 24, 32, 64, 64, chance.randrange(12, 65)))
    return (1 << min(max(bits, 1), 64)) - 1


def _device(chance: Random, config: frozenset[str], platform: Platform, rules: Rules, ram: int) -> DeviceFacts:
    own = "ARCH_HAS_PHYS_TO_DMA" in config
    top = platform.dma_addr_max
    mask = None if chance.random() < 0.05 else chance.choice((0, *[drawn_mask(chance, ram)] * 9)) & top
    limit = chance.choice((0, 0, 0, drawn_mask(chance, ram) & top))
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
    there = platform.iommu_dma and (platform.dma_ops or rules.dma_iommu)
    named = there and ops not in (BuiltInOps.DUMMY, BuiltInOps.POWERPC) and chance.random() < 0.6
    if named:
        ops = None
    first = chance.choice((0, 0, MIB, 3 * GIB))
    last = first + chance.choice((32 * PAGE, 16 * MIB, 2 * GIB, 1 << 48)) - 1
    return DeviceFacts(
        dma_mask=mask,
        coherent_dma_mask=drawn_mask(chance, ram) & top,
        bus_dma_limit=limit,
        ranges=ranges,
        dma_offset=offset,
        coherent=chance.random() < 0.6,
        bypass=platform.dma_ops_bypass and chance.random() < 0.6,
        min_align_mask=chance.choice((0, 0, 0, 511, 2047, 4095)),
        seg_boundary=chance.choice((0, (1 << 32) - 1, (1 << 20) - 1, *((1 << 16) - 1,) * named)),
        max_seg_size=chance.choice((0, PAGE, 1 << 20)),
        ops=ops,
        dma_iommu=named,
        aperture=(first, min(last, top)),
        untrusted=named and chance.random() < 0.5,
        is_pci=behind or (named and chance.random() < 0.8),
        bypass_mask=offset + ram - 1 if behind and chance.random() < 0.8 else None,
        window=Window(it_offset=chance.choice((0, 1 << 15)), it_size=1 << 19, it_page_shift=12) if behind else None,
        answers={"dma_supported": chance.choice((0, 1)), "map_page": HANDLE, "map_resource": HANDLE, "map_sg": 1},
    )


def _modelled(facts: DeviceFacts, rules: Rules) -> Device:
    ops: DmaMapOps | None = None
    if facts.ops is BuiltInOps.DUMMY:
        ops = dummy_ops(rules)
    elif facts.ops is BuiltInOps.POWERPC:
        ops = _powerpc(facts)
    elif isinstance(facts.ops, frozenset):
        ops = _recording(facts)
    if facts.dma_iommu:
        return _behind_dma_iommu(facts, rules)
    window = facts.window or Window(it_offset=0, it_size=0, it_page_shift=12)
    iommu = IommuSetup(
        window=window.it_offset * PAGE, window_size=window.it_size * PAGE, bypass=facts.bypass_mask is not None
    )
    return Device(_setup(facts, iommu), ops=ops)


def _setup(facts: DeviceFacts, iommu: IommuSetup) -> DeviceSetup:
    """What of a device both kinds say alike."""
    return DeviceSetup(
        pci=facts.is_pci,
        iommu=iommu,
        dma_mask=facts.dma_mask,
        coherent_dma_mask=facts.coherent_dma_mask,
        bus_dma_limit=facts.bus_dma_limit,
        offset=facts.dma_offset,
        ranges=facts.ranges,
        coherent=facts.coherent,
        bypass=facts.bypass,
        min_align_mask=facts.min_align_mask,
        seg_boundary=facts.seg_boundary,
    )


def _behind_dma_iommu(facts: DeviceFacts, rules: Rules) -> Device:
    """A device whose table or functions are dma-iommu's, with a domain of its own."""
    first, last = facts.aperture
    iommu = IommuSetup(window=first, window_size=last - first + 1, bypass=False)
    setup = replace(_setup(facts, iommu), max_seg_size=facts.max_seg_size, untrusted=facts.untrusted)
    table = dma_iommu_ops(rules)
    domain = Domain(setup.iommu, rules, pci=facts.is_pci)
    if table.by_name:
        return Device(setup, dma_iommu=table, iommu=domain)
    return Device(setup, ops=table, iommu=domain)


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

    recorded: dict[str, Any] = {name: giving(name) for name in ("map_page", "unmap_page", "map_sg", "unmap_sg")}
    return replace(DMA_IOMMU_OPS, **recorded, alloc=lambda *_: None)


TABLE = ("iommu_map", "iommu_unmap", "iotlb_sync", "iommu_sync_map")
"""What a domain's page table is told."""
IOMMU_CALLS = ("map_page", "unmap_page", "map_phys", "unmap_phys", "map_sg", "unmap_sg")
