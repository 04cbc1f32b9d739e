"""What the judge is told and what it answers.

Enters: nothing. Leaves: the types of devices, pools, allocations and outcomes, and the kernel's numbers for directions
and attributes. Must hold: names and numbers are the kernel's; an outcome's events are read only when asked for.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Event = tuple[str | int, ...]

# One event of the log: kind, detail, number of values, values (stubs/events.h).
EVENT = struct.Struct("=QQQ6Q")

DMA_ATTR_SKIP_CPU_SYNC = 1 << 5
DMA_ATTR_NO_KERNEL_MAPPING = 1 << 4
DMA_ATTR_NO_WARN = 1 << 8
GFP_KERNEL = 0xCC0
GFP_ATOMIC = 0xA20
DMA_F_PCI_P2PDMA_SUPPORTED = 1


class Direction(IntEnum):
    """enum dma_data_direction (include/linux/dma-direction.h)."""

    DMA_BIDIRECTIONAL = 0
    DMA_TO_DEVICE = 1
    DMA_FROM_DEVICE = 2
    DMA_NONE = 3


class BuiltInOps(Enum):
    """Ops that come with the tree."""

    DUMMY = "dma_dummy_ops"
    POWERPC = "dma_iommu_ops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A powerpc IOMMU's table, in its own pages."""

    it_offset: int
    it_size: int
    it_page_shift: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """A device before its first call; addresses, masks and sizes in bytes.

    `dma_mask` None is a NULL pointer. `ranges` are (cpu_start, dma_start, size) of dma_range_map; powerpc has
    `dma_offset` instead. `ops` None is no ops, a set of names is ops with just these callbacks, which record themselves
    and return what `answers` gives under their name, else 0; `handle` there is what alloc, alloc_pages and map_sg hand
    out, `alloc` and `alloc_pages` a physical address (0: none). `ops_from` says whether dev->dma_ops or
    get_arch_dma_ops() gives the ops.

    `dma_iommu` puts the device behind dma-iommu, with a domain of its own, whose addresses reach from the first of
    `aperture` to the second; `untrusted` is that of its PCI device.

    powerpc: `bypass_mask` is the least mask that the host's iommu_bypass_supported() accepts (None: no such callback),
    and `bypass_limit`, unless 0, what it then writes to bus_dma_limit.
    """

    dma_mask: int | None
    coherent_dma_mask: int
    bus_dma_limit: int = 0
    ranges: tuple[tuple[int, int, int], ...] = ()
    dma_offset: int = 0
    dma_iommu: bool = False
    aperture: tuple[int, int] = (0, (1 << 48) - 1)
    untrusted: bool = False
    coherent: bool = True
    bypass: bool = False
    unencrypted: bool = False
    min_align_mask: int = 0
    seg_boundary: int = 0
    max_seg_size: int = 0
    ops: frozenset[str] | BuiltInOps | None = None
    ops_from: Literal["device", "bus"] = "device"
    ops_flags: int = 0
    answers: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    is_pci: bool = False
    bypass_mask: int | None = None
    bypass_limit: int = 0
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """What the calls may have changed in a device; `dma_ops_bypass` is False where it is compiled out."""

    dma_mask: int
    coherent_dma_mask: int
    bus_dma_limit: int
    dma_ops_bypass: bool
    dma_skip_sync: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The swiotlb pool: a physical address, slots of 2 KiB (a multiple of 128), swiotlb=force. noforce is no pool."""

    start: int
    nslabs: int
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """Memory from dma_alloc_attrs or dma_alloc_pages. `address` is for handing back; it differs between processes."""

    address: int
    phys: int
    handle: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScatterList:
    """A list in the judge's memory, good until the next reset."""

    address: int
    nents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T]):
    """What a call returned and did.

    `value` is None when the call did not return (`stopped`: the last event is BUG, OOPS, OUTSIDE or HANG), and for
    memory that was not given.
    """

    value: T | None
    stopped: bool
    log: bytes
    name_of: Callable[[int], str]

    @property
    def events(self) -> tuple[Event, ...]:
        """Each event as its kind, its detail if it has one, and its values, in the order of happening."""
        return tuple(
            (
                self.name_of(kind),
                *((self.name_of(detail),) if detail else ()),
                *values[:count],
            )
            for kind, detail, count, *values in EVENT.iter_unpack(self.log)
        )
