"""The pools and devices that the tests of the judge share.

Enters: a number of bits. Leaves: masks, devices of the common kinds, configs, pools. Must hold: a device's answers are
told from any address that a direct or bounced mapping could give.
"""

from __future__ import annotations

from tests.oracle.dma.facts import DeviceFacts, Direction, Pool

MIB = 1 << 20
GIB = 1 << 30
HIGH = 5 * GIB  # out of reach of 32 bits
PAGE = 4096
SIZE_MAX = (1 << 64) - 1
EIO = 5
IOVA = 0xABC000
TO_DEVICE, FROM_DEVICE = Direction.DMA_TO_DEVICE, Direction.DMA_FROM_DEVICE

PLAIN = ("ARCH_DMA_ADDR_T_64BIT", "NEED_SG_DMA_LENGTH", "SWIOTLB", "ZONE_DMA", "ZONE_DMA32")
BOTH = (*PLAIN, "DMA_OPS", "DMA_OPS_BYPASS")
SYNCED = (*BOTH, "ARCH_HAS_SYNC_DMA_FOR_CPU", "ARCH_HAS_SYNC_DMA_FOR_DEVICE")
POOL = Pool(start=64 * MIB, nslabs=2048)
FORCED = Pool(start=64 * MIB, nslabs=2048, force=True)
CALLBACKS = frozenset({"map_page", "unmap_page", "alloc", "get_required_mask"})
ANSWERS = {"map_page": IOVA, "get_required_mask": 0xFFFF_FFFF, "dma_supported": 1}


def bits(count: int) -> int:
    return (1 << count) - 1


def facts(mask: int, *, coherent_mask: int | None = None, limit: int = 0, bypass: bool | None = None) -> DeviceFacts:
    """A device without ops, or one with ops whose bypass flag is `bypass`; both masks are `mask` unless told."""
    return DeviceFacts(
        dma_mask=bits(mask),
        coherent_dma_mask=bits(mask if coherent_mask is None else coherent_mask),
        bus_dma_limit=bits(limit),
        bypass=bool(bypass),
        ops=None if bypass is None else CALLBACKS,
        answers=ANSWERS,
    )
