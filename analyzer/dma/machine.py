"""The machine that a scenario runs on: memory, pool, devices with their struct dma_map_ops, and a record.

Enters: `Rules`, `Platform`, `Layout`. Leaves: `Machine` and `Device`, the only things of the model that change, and
`DmaMapOps`. Must hold: every function of the model gets its machine as an argument, and writes down what it did with
`note`; a callback that is None is a NULL pointer in the kernel's table. Source: include/linux/dma-map-ops.h.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

from analyzer.dma.checks import Checks
from analyzer.dma.iommu import Iommu
from analyzer.dma.mappings import Allocation, Segment
from analyzer.dma.memory import Memory
from analyzer.dma.pool import Pool, pool_of
from analyzer.dma.record import Recorder
from analyzer.model.dma import PAGE_SHIFT, U64, Attrs, DeviceSetup, Direction, Layout, Platform, Rules

ZONES = ("NORMAL", "DMA32", "DMA")
"""From the highest down."""


class Crash(Exception):
    """The kernel stops here: a BUG(), an oops or a panic."""


class Machine(Recorder):
    """Everything that a scenario changes, and what happened meanwhile."""

    def __init__(self, rules: Rules, platform: Platform, layout: Layout) -> None:
        super().__init__()
        self.rules = rules
        self.platform = platform
        self.layout = layout
        self.memory = Memory()
        self.pool: Pool | None = pool_of(rules, platform, layout)
        self.max_pfn = layout.ram >> PAGE_SHIFT
        self.min_low_pfn = 0
        # What every call asks, answered once.
        self.dma_addr_max = platform.dma_addr_max
        self.knows_noncoherent = platform.knows_noncoherent
        self.ops_compiled = platform.dma_ops or not rules.config_gates
        self.bypass_compiled = (
            platform.dma_ops and platform.dma_ops_bypass if rules.config_gates else rules.generic_bypass
        )
        self.compares_mask = rules.map_checks_mask and self.bypass_compiled
        self.arch_map_direct = rules.arch_map_direct and platform.arch_map_direct
        self.path = ""
        self.checks: Checks | None = None
        self._next_page: dict[str, int] = {}

    def take_page(self, zone: str, size: int) -> int | None:
        """A free block of whole pages, a power of two of them: the highest of the zone, else of one below it.

        A zone that the config does not have is NORMAL, as GFP_DMA and GFP_DMA32 are. Leaves the block's physical
        address, or None; a block is never used twice.
        """
        if (zone == "DMA" and not self.platform.zone_dma) or (zone == "DMA32" and not self.platform.zone_dma32):
            zone = "NORMAL"
        block = 1 << max(size - 1, (1 << PAGE_SHIFT) - 1).bit_length()
        for candidate in ZONES[ZONES.index(zone) :]:
            low, high = self._zone(candidate)
            at = (self._next_page.get(candidate, high) - block) & -block
            if self.pool and at < self.pool.end and self.pool.start < at + block:
                at = (self.pool.start - block) & -block
            if at >= low and high > low:
                self._next_page[candidate] = at
                return at
        return None

    def _zone(self, zone: str) -> tuple[int, int]:
        ram, platform = self.layout.ram, self.platform
        dma = 1 << platform.zone_dma_bits if platform.zone_dma else 0
        dma32 = max(1 << 32, dma) if platform.zone_dma32 else dma
        low, high = {"DMA": (0, dma), "DMA32": (dma, dma32), "NORMAL": (dma32, ram)}[zone]
        return min(low, ram), min(high, ram)


class Device:
    """struct device, those fields that mapping looks at, and the IOMMU in front of it."""

    __slots__ = (
        "bus_dma_limit",
        "coherent",
        "coherent_dma_mask",
        "dma_iommu",
        "dma_mask",
        "dma_ops_bypass",
        "dma_skip_sync",
        "iommu",
        "min_align_mask",
        "offset",
        "ops",
        "ranges",
        "seg_boundary",
        "setup",
    )

    def __init__(
        self,
        setup: DeviceSetup,
        *,
        ops: DmaMapOps | None = None,
        dma_iommu: DmaMapOps | None = None,
        iommu: Iommu | None = None,
    ) -> None:
        self.setup = setup
        self.dma_mask = setup.dma_mask
        self.coherent_dma_mask = setup.coherent_dma_mask
        self.bus_dma_limit = setup.bus_dma_limit
        self.offset = setup.offset
        self.ranges = setup.ranges
        self.coherent = setup.coherent
        self.dma_ops_bypass = setup.bypass
        self.min_align_mask = setup.min_align_mask
        self.seg_boundary = setup.seg_boundary or U64
        self.ops = ops
        self.dma_iommu = dma_iommu
        self.dma_skip_sync = False
        self.iommu = iommu


MapPage = Callable[[Machine, Device, int, int, Direction, Attrs], int]
UnmapPage = Callable[[Machine, Device, int, int, Direction, Attrs], None]
MapSg = Callable[[Machine, Device, Sequence[Segment], Direction, Attrs], int]
UnmapSg = Callable[[Machine, Device, Sequence[Segment], Direction, Attrs], None]
Sync = Callable[[Machine, Device, int, int, Direction], None]
SyncSg = Callable[[Machine, Device, Sequence[Segment], Direction], None]
Number = Callable[[Machine, Device], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DmaMapOps:
    """struct dma_map_ops. What a callback gets and gives is what the kernel's does, with lists for scatterlists.

    Where the kernel has map_phys, map_page and unmap_page stand for it and its counterpart, and map_resource is unused.
    """

    kind: str
    by_name: bool = False
    """No table: these functions are called by their names, as dma-iommu's are from 6.12 on."""
    map_page: MapPage | None = None
    unmap_page: UnmapPage | None = None
    map_sg: MapSg | None = None
    unmap_sg: UnmapSg | None = None
    map_resource: MapPage | None = None
    unmap_resource: UnmapPage | None = None
    sync_single_for_cpu: Sync | None = None
    sync_single_for_device: Sync | None = None
    sync_sg_for_cpu: SyncSg | None = None
    sync_sg_for_device: SyncSg | None = None
    alloc: Callable[[Machine, Device, int, Attrs], Allocation | None] | None = None
    free: Callable[[Machine, Device, Allocation, Attrs], None] | None = None
    mmap: Number | None = None
    get_sgtable: Number | None = None
    dma_supported: Callable[[Machine, Device, int], int] | None = None
    get_required_mask: Number | None = None
    max_mapping_size: Number | None = None
    opt_mapping_size: Number | None = None
    get_merge_boundary: Number | None = None

    def only(self, callbacks: Sequence[str]) -> DmaMapOps:
        """The same table with every other optional callback NULL."""
        always = {"kind", "by_name", "map_page", "map_sg", *callbacks}
        return DmaMapOps(**{f.name: getattr(self, f.name) for f in fields(self) if f.name in always})


CALLBACKS = tuple(f.name for f in fields(DmaMapOps) if f.name not in ("kind", "by_name"))
"""Every callback's name."""
