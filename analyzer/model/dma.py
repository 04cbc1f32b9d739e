"""The mapping model's immutable values: which rules, on which platform, with which machine, and what came of it.

Enters: what analyzer/dma reads from a config and from scenario files. Leaves: values that reports print. Must hold:
addresses and sizes are bytes, masks are all-ones integers or 0 (unset), names are the kernel's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntFlag

from analyzer.model.expr import Location

PAGE_SHIFT = 12
PAGE_SIZE = 1 << PAGE_SHIFT
U64 = (1 << 64) - 1


class Direction(Enum):
    """enum dma_data_direction (include/linux/dma-direction.h)."""

    DMA_BIDIRECTIONAL = 0
    DMA_TO_DEVICE = 1
    DMA_FROM_DEVICE = 2
    DMA_NONE = 3


class Attrs(IntFlag):
    """DMA_ATTR_* (include/linux/dma-mapping.h), those that the modelled code looks at."""

    NONE = 0
    WEAK_ORDERING = 1 << 1
    NO_KERNEL_MAPPING = 1 << 4
    SKIP_CPU_SYNC = 1 << 5
    NO_WARN = 1 << 8
    MMIO = 1 << 10
    REQUIRE_COHERENT = 1 << 12
    CC_SHARED = 1 << 13


class SwiotlbMode(Enum):
    """The kernel parameter swiotlb=."""

    NORMAL = "normal"
    FORCE = "force"
    NOFORCE = "noforce"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One version of the code: what kernel/dma and powerpc's dma-iommu.c do in it."""

    name: str
    """As users type it: v3, 5.9 …"""
    title: str
    judged: str
    """Who says that the model is right about it."""
    config_gates: bool
    """DMA_OPS and DMA_OPS_BYPASS decide what is compiled (v4); before, both are always there."""
    generic_bypass: bool
    """dev->dma_ops_bypass exists (v2)."""
    map_checks_mask: bool
    """A bypassed map compares the streaming mask with the required one (v3)."""
    need_sync: bool
    """dma_need_sync() exists (3aa916250078); before, it is answered as the XSK pool judged."""
    xsk_asks_need_sync: bool
    """The XSK pool calls dma_need_sync() instead of looking at the ops itself (7e0245753f17)."""
    null_mask_fails: bool
    """A NULL dma_mask is a warning and an error (f959dcd6ddfd); before, an oops."""
    map_sg_says_why: bool
    """map_sg gives a negative error, and a WARN meets any that is not one of four (6.1); before, 0."""
    arch_map_direct: bool
    """arch_dma_map_page_direct() and its three sisters exist (8d8d53cf8fd8)."""
    resource_refuses_ram: bool
    """dma_map_resource() fails for RAM."""
    bounce_asks_pool: bool
    """A page out of reach is bounced if there is a pool (6.1); else unless swiotlb=noforce."""
    no_pool_panics: bool
    """Where no pool was set up, bouncing is a panic; from 5.10 on only where setting it up failed."""
    min_align: bool
    """A bounce slot keeps the bits of min_align_mask (5.10)."""
    bounce_checks_size: bool
    """A copy looks at the size that its slot was taken for (6.1)."""
    unmap_trusts_size: bool
    """An unmap gives back as many slots as the size that it is told takes (until 5.10)."""
    zero_means_none: bool
    """The search takes a buffer at physical address 0 for one that asks for no alignment (6.1)."""
    search_ends: bool
    """The search for slots looks at each at most once (7c3940bf81e5)."""
    skip_sync: bool
    """dev->dma_skip_sync: dma_set_mask() sets it for coherent devices, the first bounce resets it."""
    dma_iommu: bool
    """dma-iommu is called by name, without a table of ops."""
    iommu_bounces: bool
    """dma-iommu bounces what shares a page, for an untrusted device, and cleans the cache before it maps."""
    iommu_zeroes_padding: bool
    """dma-iommu zeroes only what surrounds the data in a bounce buffer; before, also what a device is to write."""
    iova_api: bool
    """dma_iova_try_alloc() and its kin exist."""
    unmap_needs_callback: bool
    """An unmap calls unmap_page without looking whether it is there (6.12)."""
    dummy_unmap_warns: bool
    """dma_dummy_ops has unmaps, which warn."""
    ranges_limit_addressing: bool
    """A device whose ranges leave out some RAM counts as limited."""
    arch_alloc_by_symbol: bool
    """An architecture's own coherent memory is asked for by ARCH_HAS_DMA_ALLOC, not for want of another way."""
    kmalloc_bounces: bool
    """DMA_BOUNCE_UNALIGNED_KMALLOC: a small buffer of a device that does not snoop is bounced."""
    map_phys: bool
    """map_phys serves pages and resources; a resource is an attribute, DMA_ATTR_MMIO."""
    last_byte: bool
    """Masks are held against the last byte of memory, not the last page's start."""
    arch_alloc_direct: bool
    """arch_dma_alloc_direct() and arch_dma_free_direct() exist."""
    null_mask_no_size: bool
    """dma_max_mapping_size() is 0 without a mask."""
    cc_shared: bool
    """DMA_ATTR_CC_SHARED: a device that must not see encrypted memory gets a shared bounce slot."""
    batched_sync: bool
    """arch_sync_dma_flush() ends what arch_sync_dma_for_…() began."""
    map_always_copies_in: bool
    """The bounce slot is filled at map time whatever the direction and DMA_ATTR_SKIP_CPU_SYNC (901c7280ca0d)."""
    unmap_copies_twice: bool
    """An unmap copies back in the sync and again in the release (until 9e02977bfad0)."""
    powerpc_bypass_in_ops: bool
    """powerpc's ops decide on the bypass themselves, and syncs by another test than maps (efd176a04bef)."""
    powerpc_mask_tries_bypass: bool
    """powerpc's get_required_mask asks for the bypass first."""
    powerpc_mask_sets_bypass: bool
    """powerpc's get_required_mask asks as dma_supported does, which sets or clears the flag."""
    powerpc_weak: bool
    """Cell's weak mapping exists."""
    powerpc_limit_bars_bypass: bool
    """powerpc's dma_supported leaves the flag off when bus_dma_limit is set (6.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What a config compiles in, and what its architecture brings. What is off here does not exist in the model."""

    arch: str
    has_dma: bool = True
    dma_ops: bool = True
    dma_ops_bypass: bool = True
    swiotlb: bool = True
    sync_for_device: bool = False
    sync_for_cpu: bool = False
    sync_for_cpu_all: bool = False
    zone_dma: bool = True
    zone_dma32: bool = True
    zone_dma_bits: int = 24
    dma_addr_bits: int = 64
    arch_map_direct: bool = False
    remap: bool = False
    """DMA_DIRECT_REMAP: non-coherent devices get an uncached alias."""
    set_uncached: bool = False
    arch_alloc: bool = False
    """ARCH_HAS_DMA_ALLOC (6.12): the architecture has coherent memory of its own for such devices."""
    global_pool: bool = False
    noncoherent_mmap: bool = False
    mmu: bool = True
    iommu_dma: bool = False
    """IOMMU_DMA: dma-iommu is there; before 6.12 it brought DMA_OPS along."""
    bounce_unaligned_kmalloc: bool = False
    batched_sync: bool = False
    ops: tuple[str, ...] = ()
    """The kinds of dma_map_ops that this config compiles."""
    why: Mapping[str, str] = field(default_factory=dict)
    """Of each field taken from a symbol: that symbol, its value and the reason."""

    @property
    def dma_addr_max(self) -> int:
        """The largest dma_addr_t, which is also DMA_MAPPING_ERROR."""
        return (1 << self.dma_addr_bits) - 1

    @property
    def knows_noncoherent(self) -> bool:
        """Whether dev_is_dma_coherent() is more than the constant true."""
        return self.sync_for_device or self.sync_for_cpu or self.sync_for_cpu_all

    @property
    def need_sync(self) -> bool:
        """DMA_NEED_SYNC (6.12): whether there is anything that a sync could do."""
        return self.knows_noncoherent or self.dma_ops or self.swiotlb


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The machine: RAM from 0 up, and the bounce pool."""

    ram: int = 2 << 30
    swiotlb: SwiotlbMode = SwiotlbMode.NORMAL
    pool_start: int | None = None
    """Where the pool lies; None: near the top of what 32 bits reach."""
    pool_size: int = 64 << 20
    pool: bool | None = None
    """Whether there is one; None: as x86 does it, when RAM goes beyond 32 bits or swiotlb=force."""
    sme_mask: int = 0
    """The bit of a DMA address that means encrypted."""
    force_unencrypted: bool = False
    """Devices must not see encrypted memory: a guest's, or one whose mask does not reach the bit."""
    guest: bool = False
    """The machine is a guest whose memory its host does not see."""

    @property
    def host_encrypts(self) -> bool:
        """CC_ATTR_HOST_MEM_ENCRYPT."""
        return bool(self.sme_mask) and not self.guest


@dataclass(frozen=True, slots=True, kw_only=True)
class IommuSetup:
    """An IOMMU in front of a device: its window of DMA addresses, and powerpc's ways around it."""

    window: int = 0x7000_0000
    window_size: int = 0x1000_0000
    bypass: bool = True
    """The host bridge offers a bypass window at the bus offset."""
    weak: bool = False
    """iommu_fixed=weak of Cell."""
    force: bool = False
    """AMD GART's iommu=force."""
    passthrough: bool = False
    """The host grants identity mapping (intel)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSetup:
    """A device as its bus presents it to its driver."""

    dma_mask: int | None = (1 << 32) - 1
    """None: a NULL pointer."""
    coherent_dma_mask: int = (1 << 32) - 1
    bus_dma_limit: int = 0
    offset: int = 0
    """What the bus adds to a physical address."""
    ranges: tuple[tuple[int, int, int], ...] = ()
    """dma_range_map: (CPU address, DMA address, size); takes the place of the offset."""
    coherent: bool = True
    bypass: bool = False
    """dev->dma_ops_bypass, or 5.8's archdata.iommu_bypass, before any call."""
    ops: str = ""
    """The kind of its dma_map_ops; empty: none."""
    callbacks: tuple[str, ...] | None = None
    """Of generic ops: the optional callbacks that are there; None: those of that kind."""
    pci: bool = True
    min_align_mask: int = 0
    seg_boundary: int = 0
    """segment_boundary_mask; 0: none. PCI devices get 32 bits from their bus."""
    max_seg_size: int = 0
    """The longest piece of a list in bytes; 0: 64 KiB."""
    untrusted: bool = False
    """A PCI device from outside (thunderbolt), which an IOMMU must not let see more than its buffers."""
    iommu: IommuSetup = IommuSetup()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that the driver, the CPU or the device does."""

    do: str
    """A call of the DMA API without its dma_ prefix, or cpu_write, cpu_read, device_write, device_read."""
    arguments: Mapping[str, object]
    expect: Mapping[str, object]
    """What must come of it: path, result, data …"""
    where: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A story with a known end."""

    name: str
    title: str
    rules: tuple[str, ...]
    """The versions that it holds for."""
    requires: Mapping[str, bool | int]
    """Fields of the platform that must be so."""
    layout: Layout
    device: DeviceSetup
    steps: tuple[Step, ...]
    where: Location
    facts: str = ""
    """Where its end was read."""
