"""An XSK buffer pool: what net/xdp/xsk_buff_pool.c maps, unmaps and syncs, and how it leaves syncs out.

Enters: a device and the pages of a buffer. Leaves: addresses in its segments, and whether the pool will sync. What it
asked up to 5.8 to know that is in xsk.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.dma import masks, streaming
from analyzer.dma.buffers import Buffer
from analyzer.dma.choice import get_dma_ops
from analyzer.dma.machine import Device, Machine
from analyzer.dma.mappings import Segment
from analyzer.dma.xsk import xsk_needs_sync
from analyzer.model.dma import Attrs, Direction

Sync = Callable[[Machine, Device, int, int, Direction], None]


def xp_dma_map(m: Machine, dev: Device, buffer: Buffer, attrs: Attrs) -> bool:
    """Map every page; without one of them none stays mapped, and the answer is False."""
    for index, page in enumerate(buffer.segments):
        page.dma_address = streaming.dma_map_page(m, dev, page.phys, page.length, buffer.direction, attrs)
        if page.dma_address == m.dma_addr_max:
            xp_dma_unmap(m, dev, buffer.segments[:index], attrs)
            return False
    return True


def xp_check_dma(m: Machine, dev: Device, buffer: Buffer) -> None:
    """Work out whether the pool will sync, and note it; the path of the map stays."""
    path = m.path
    buffer.needs_sync = any(_needs_sync(m, dev, page.dma_address) for page in buffer.segments)
    m.note("pool", "syncs" if buffer.needs_sync else "leaves syncs out")
    m.path = path


def xp_dma_unmap(m: Machine, dev: Device, pages: Sequence[Segment], attrs: Attrs) -> None:
    """Unmap pages, in both directions whatever they were mapped for."""
    for page in pages:
        streaming.dma_unmap_page(m, dev, page.dma_address, page.length, Direction.DMA_BIDIRECTIONAL, attrs)


def xp_dma_sync(m: Machine, dev: Device, buffer: Buffer, sync: Sync) -> None:
    """Sync every page, unless the pool leaves that out."""
    if not buffer.needs_sync:
        m.path = "left out"
        return
    for page in buffer.segments:
        sync(m, dev, page.dma_address, page.length, buffer.direction)


def _needs_sync(m: Machine, dev: Device, dma_addr: int) -> bool:
    if m.rules.xsk_asks_need_sync:
        return masks.dma_need_sync(m, dev, dma_addr)
    return xsk_needs_sync(m, dev, get_dma_ops(m, dev), dma_addr)
