"""What the XSK buffer pool asked before dma_need_sync(): net/xdp/xsk_buff_pool.c of 5.8.

Enters: a device, its ops and a mapped page. Leaves: whether the pool will sync. Must hold: it looks at the ops first,
so that a device which bypasses its ops is judged by them (7e0245753f17 replaced it).
"""

from __future__ import annotations

from analyzer.dma.address import dma_to_phys
from analyzer.dma.cache import dev_is_dma_coherent
from analyzer.dma.machine import Device, DmaMapOps, Machine
from analyzer.dma.swiotlb import is_swiotlb_buffer


def xsk_needs_sync(m: Machine, dev: Device, ops: DmaMapOps | None, dma_addr: int) -> bool:
    """The opposite of xp_check_cheap_dma()."""
    if ops is not None:
        m.path = "ops"
        return bool(ops.sync_single_for_cpu or ops.sync_single_for_device)
    m.path = "direct"
    return is_swiotlb_buffer(m, dma_to_phys(m, dev, dma_addr)) or not dev_is_dma_coherent(m, dev)
