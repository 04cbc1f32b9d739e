/* SPDX-License-Identifier: GPL-2.0-only */
struct slot {
	dma_addr_t dma;
};

static int fill(struct device *dev, struct slot *slot, void *data)
{
	slot->dma = dma_map_single(dev, data, 64, DMA_BIDIRECTIONAL);
	return dma_mapping_error(dev, slot->dma);
}

static void again(struct device *dev, struct slot *slot)
{
	dma_sync_single_for_device(dev, slot->dma, 64, DMA_BIDIRECTIONAL);
}
