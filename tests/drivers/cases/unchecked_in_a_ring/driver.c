/* SPDX-License-Identifier: GPL-2.0-only */
struct slot {
	dma_addr_t dma;
	void *data;
};

static void fill(struct device *dev, struct slot *slot)
{
	slot->dma = dma_map_single(dev, slot->data, 2048, DMA_FROM_DEVICE);
}

static void empty(struct device *dev, struct slot *slot)
{
	dma_unmap_single(dev, slot->dma, 2048, DMA_FROM_DEVICE);
}
