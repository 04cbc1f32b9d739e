/* SPDX-License-Identifier: GPL-2.0-only */
struct slot {
	dma_addr_t dma;
	void *data;
};

static int fill(struct device *dev, struct slot *slot)
{
	slot->data = dma_alloc_coherent(dev, 64, &slot->dma, GFP_KERNEL);
	return slot->data ? 0 : -ENOMEM;
}

static int other(struct device *dev, phys_addr_t where)
{
	dma_addr_t dma = dma_map_resource(dev, where, 64, DMA_TO_DEVICE, 0);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
	return 0;
}
