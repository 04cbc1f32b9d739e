"""Random drivers that do everything right, on random machines that exist.

Enters: a random generator, `Rules`, a `Platform`. Leaves: scenarios. Must hold: `behaviour` has nothing against them,
and a machine is one that the kind of ops is found on: a bypass window lies where nothing else is, only pSeries limits
it, and only architectures that can have non-coherent devices have them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

from analyzer.dma.play import platform_under
from analyzer.model.dma import (
    DeviceSetup,
    IommuSetup,
    Layout,
    Platform,
    Rules,
    Scenario,
    Step,
    SwiotlbMode,
)
from analyzer.model.expr import Location

FOUND = "hunt"
"""The file that a scenario from here names as its own."""

MiB, GiB = 1 << 20, 1 << 30
BYPASS_OFFSET = 1 << 59
"""Where powerpc's host bridges put their bypass window (arch/powerpc/platforms/powernv)."""

_RAM = (2 * GiB, 2 * GiB, 4 * GiB, 8 * GiB, 8 * GiB, 64 * GiB)
_MASKS = (64, 64, 64, 64, 48, 40, 36, 32, 32, 31)
_COHERENT_MASKS = (64, 64, 48, 32, 32, 31, 31, 24)
_PLACES = (
    8 * MiB,
    64 * MiB,
    256 * MiB,
    384 * MiB,
    512 * MiB,
    768 * MiB,
    1280 * MiB,
    1536 * MiB,
    3 * GiB,
    5 * GiB,
    7 * GiB,
    20 * GiB,
    40 * GiB,
)
_WINDOW = IommuSetup(window=GiB, window_size=64 * MiB)
_SIZES = (64, 256, 1536, 2048, 4096, 6144, 8192)
_SHIFTS = (0, 0, 64, 512, 1536, 2048)
_COHERENT_ONLY = ("powerpc", "gart", "intel-switch", "intel-mask")
_NO_SYNCS = ("unmap_page", "unmap_sg", "alloc", "free", "dma_supported")


def kinds_of(rules: Rules, platform: Platform) -> tuple[str, ...]:
    """The kinds of ops that a device can have there and do DMA with; the empty one is none."""
    platform = platform_under(rules, platform)
    named = {"dma-iommu"} if rules.dma_iommu and platform.iommu_dma else set()
    return ("", *(kind for kind in platform.ops if kind in named or (platform.dma_ops and kind != "dummy")))


def program(chance: Random, rules: Rules, platform: Platform, kind: str) -> Scenario:
    """A machine, a device with this kind of ops, and its driver."""
    platform = platform_under(rules, platform)
    layout = _layout(chance, platform, kind)
    device = _device(chance, rules, platform, kind)
    writer = _Writer(chance, layout, device)
    scripts = [writer.script(f"buf{index}" if index else "buf") for index in range(chance.randint(1, 2))]
    steps = [*_masks(chance), *_shuffled(chance, scripts)]
    return Scenario(
        name=FOUND,
        title="a well-behaved driver",
        rules=(rules.name,),
        requires={},
        layout=layout,
        device=device,
        steps=tuple(steps),
        where=Location(path=FOUND, line=0),
    )


def exists(device: DeviceSetup) -> bool:
    """Whether a device with a bypass has it where nothing else is."""
    if device.ops == "powerpc" or (device.ops and device.bypass):
        return device.offset == BYPASS_OFFSET
    return True


def step(do: str, **arguments: object) -> Step:
    """One step; an argument's name may end in `_`, where Python has that word for itself."""
    named = {key.rstrip("_"): value for key, value in arguments.items() if value not in (None, ())}
    return Step(do=do, arguments=named, expect={}, where=Location(path=FOUND, line=0))


def _masks(chance: Random) -> list[Step]:
    """Drivers set both masks, in any order, or one, or none, and some try a wider one first."""
    calls = ["set_mask", "set_coherent_mask", *chance.sample(["set_mask", "set_coherent_mask"], 1)]
    chance.shuffle(calls)
    widths = {"set_mask": _MASKS, "set_coherent_mask": _COHERENT_MASKS}
    return [
        step(call, mask=(1 << chance.choice(widths[call])) - 1) for call in calls[: chance.choice((0, 1, 2, 2, 2, 3))]
    ]


def _shuffled(chance: Random, scripts: list[list[Step]]) -> list[Step]:
    steps: list[Step] = []
    while scripts := [script for script in scripts if script]:
        steps.append(chance.choice(scripts).pop(0))
    return steps


def _layout(chance: Random, platform: Platform, kind: str) -> Layout:
    narrow = platform.dma_addr_bits < 64
    modes = [SwiotlbMode.NORMAL, SwiotlbMode.FORCE, SwiotlbMode.FORCE]
    if kind != "xen-swiotlb":
        modes.append(SwiotlbMode.NOFORCE)
    # A pool that is only set up where it is needed would change what a small mask meets, and nothing else.
    return Layout(ram=2 * GiB if narrow else chance.choice(_RAM), swiotlb=chance.choice(modes), pool=True)


def _device(chance: Random, rules: Rules, platform: Platform, kind: str) -> DeviceSetup:
    wide = platform.dma_addr_bits == 64
    # What only arch_sync_dma_for_cpu_all() keeps right has no ops: that hook is dma-direct's alone.
    snoops = kind in _COHERENT_ONLY or not platform.knows_noncoherent or chance.random() < 0.5
    snoops = snoops or (bool(kind) and platform.sync_for_cpu_all and not platform.sync_for_cpu)
    mask = (1 << chance.choice((32, 32, 64))) - 1
    plain = DeviceSetup(dma_mask=mask, coherent_dma_mask=mask, coherent=snoops, ops=kind)
    align = chance.choice((0, 0, 0, 4095))
    match kind:
        case "powerpc":
            return _powerpc(chance, rules, platform, mask)
        case "iommu":
            bypass = wide and rules.generic_bypass and platform.dma_ops_bypass and chance.random() < 0.5
            return replace(
                plain,
                bypass=bypass,
                offset=BYPASS_OFFSET if bypass else 0,
                iommu=_iommu(bypass=bypass),
                callbacks=_NO_SYNCS if snoops and chance.random() < 0.4 else None,
            )
        case "dma-iommu":
            return replace(plain, iommu=_iommu(bypass=False), untrusted=rules.iommu_bounces and chance.random() < 0.4)
        case "intel-switch" | "intel-mask":
            through = chance.random() < 0.6
            return replace(plain, iommu=_iommu(bypass=False, passthrough=through))
        case "gart":
            limit = 0 if platform.arch_map_direct else chance.choice((0, (1 << 32) - 1))
            return replace(plain, bus_dma_limit=limit, iommu=_iommu(bypass=True, force=chance.random() < 0.5))
        case "xen-swiotlb":
            return replace(plain, iommu=IommuSetup(force=chance.random() < 0.5), min_align_mask=align)
        case "":
            offsets = (0, 0, 1 << 31, BYPASS_OFFSET) if wide else (0,)
            limit = chance.choice((0, 0, (1 << 32) - 1, (1 << 40) - 1))
            offset = chance.choice(offsets) if not limit else 0
            return replace(plain, offset=offset, bus_dma_limit=limit, min_align_mask=align)
    return replace(plain)


def _iommu(*, bypass: bool, passthrough: bool = False, force: bool = False) -> IommuSetup:
    return IommuSetup(
        window=_WINDOW.window, window_size=_WINDOW.window_size, bypass=bypass, passthrough=passthrough, force=force
    )


def _powerpc(chance: Random, rules: Rules, platform: Platform, mask: int) -> DeviceSetup:
    limited = rules.arch_map_direct and platform.arch_map_direct and chance.random() < 0.5
    return DeviceSetup(
        dma_mask=mask,
        coherent_dma_mask=mask,
        ops="powerpc",
        offset=BYPASS_OFFSET,
        bus_dma_limit=BYPASS_OFFSET + 4 * GiB - 1 if limited else 0,
        iommu=IommuSetup(
            window=chance.choice((0, _WINDOW.window)),
            window_size=_WINDOW.window_size,
            bypass=limited or chance.random() < 0.8,
            weak=not limited and rules.powerpc_weak and chance.random() < 0.3,
        ),
    )


@dataclass(slots=True)
class _Writer:
    """Writes what a driver does with one buffer after the other."""

    chance: Random
    layout: Layout
    device: DeviceSetup
    taken: set[int] = field(default_factory=set)

    def script(self, name: str) -> list[Step]:
        """What one buffer goes through."""
        kind = self.chance.choice(("page", "page", "sg", "pool", "coherent"))
        if kind == "coherent":
            return self._coherent(name)
        way = "BIDIRECTIONAL" if kind == "pool" else self.chance.choice(("BIDIRECTIONAL", "TO_DEVICE", "FROM_DEVICE"))
        attrs = ("WEAK_ORDERING",) if self.chance.random() < 0.3 else ()
        skips = ("SKIP_CPU_SYNC",) if kind == "pool" or self.chance.random() < 0.2 else ()
        size = 4096 if kind == "pool" else self.chance.choice(_SIZES)
        places = tuple(self._place(kind) for _ in range(1 if kind == "page" else self.chance.randint(1, 3)))
        at: object = places[0] if kind == "page" else places
        call = {"page": "map_page", "sg": "map_sg", "pool": "pool_map"}[kind]
        sync = {"page": "sync_single", "sg": "sync_sg", "pool": "pool_sync"}[kind]
        steps = [step("cpu_write", at=at, size=size, as_=name)] if way != "FROM_DEVICE" else []
        given = {} if kind == "pool" else {"direction": way}
        steps.append(step(call, at=at, size=size, as_=name, attrs=attrs + skips, **given))
        if skips:
            steps.append(step(f"{sync}_for_device", as_=name))
        for _ in range(self.chance.randint(1, 3)):
            steps += self._device_side(name, way)
            if self.chance.random() < 0.7:
                part = self._part(size) if kind == "page" else {}
                steps += self._cpu_side(name, way, sync, part)
            if self.chance.random() < 0.1:
                steps.append(step(self.chance.choice(("get_required_mask", "max_mapping_size"))))
        return [*steps, *self._end(name, way, kind, attrs), *self._after(name, way)]

    def _place(self, kind: str) -> int:
        """Somewhere in RAM; pages of a pool start at one, other buffers need not."""
        free = [place for place in _PLACES if place + 16 * MiB <= self.layout.ram and place not in self.taken]
        place = self.chance.choice(free)
        self.taken.add(place)
        return place + (0 if kind == "pool" else self.chance.choice(_SHIFTS))

    def _part(self, size: int) -> dict[str, int]:
        if size < 512 or self.chance.random() < 0.5:
            return {}
        offset = self.chance.randrange(0, size - 64, 64)
        return {"offset": offset, "size": self.chance.randrange(64, size - offset + 1, 64)}

    def _device_side(self, name: str, way: str) -> list[Step]:
        if way == "TO_DEVICE":
            return [step("device_read", as_=name)]
        if way == "FROM_DEVICE":
            return [step("device_write", as_=name)]
        return [step(self.chance.choice(("device_read", "device_write")), as_=name)]

    def _cpu_side(self, name: str, way: str, sync: str, part: dict[str, int]) -> list[Step]:
        """The CPU takes the buffer or a part of it, looks or writes, and gives it back."""
        inside = [step("cpu_read", as_=name, **part)] if way != "TO_DEVICE" else []
        if way != "FROM_DEVICE" and self.chance.random() < 0.7:
            inside.append(step("cpu_write", as_=name, **part))
        back = [step(f"{sync}_for_device", as_=name, **part)]
        return [step(f"{sync}_for_cpu", as_=name, **part), *inside, *back, *self._device_side(name, way)]

    def _end(self, name: str, way: str, kind: str, attrs: tuple[str, ...]) -> list[Step]:
        call = {"page": "unmap_page", "sg": "unmap_sg", "pool": "pool_unmap"}[kind]
        sync = {"page": "sync_single", "sg": "sync_sg", "pool": "pool_sync"}[kind]
        if way != "TO_DEVICE" and self.chance.random() < 0.3:
            skipping = (*attrs, "SKIP_CPU_SYNC")
            return [step(f"{sync}_for_cpu", as_=name), step(call, as_=name, attrs=skipping)]
        return [step(call, as_=name, attrs=attrs)]

    def _after(self, name: str, way: str) -> list[Step]:
        return [] if way == "TO_DEVICE" else [step("cpu_read", as_=name)]

    def _coherent(self, name: str) -> list[Step]:
        sides = [
            [step("cpu_write", as_=name), step("device_read", as_=name)],
            [step("device_write", as_=name), step("cpu_read", as_=name)],
        ]
        self.chance.shuffle(sides)
        return [
            step("alloc", size=self.chance.choice((64, 4096, 8192)), as_=name),
            *sides[0],
            *sides[1],
            step("free", as_=name),
        ]
