/* SPDX-License-Identifier: GPL-2.0-only */
struct slot {
	DEFINE_DMA_UNMAP_ADDR(dma);
	DEFINE_DMA_UNMAP_LEN(len);
};

static int fill(struct device *dev, struct slot *slot, void *data)
{
	dma_addr_t dma = dma_map_single(dev, data, 64, DMA_FROM_DEVICE);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	dma_unmap_addr_set(slot, dma, dma);
	dma_unmap_len_set(slot, len, 64);
	return 0;
}

static void empty(struct device *dev, struct slot *slot)
{
	dma_unmap_single(dev, dma_unmap_addr(slot, dma), dma_unmap_len(slot, len), DMA_TO_DEVICE);
}
