/* SPDX-License-Identifier: GPL-2.0-only */
static int use(struct device *dev, void *data)
{
	dma_addr_t dma = dma_map_single(dev, data, 64, DMA_FROM_DEVICE);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	dma_sync_single_for_cpu(dev, dma, 64, DMA_TO_DEVICE);
	dma_sync_single_for_cpu(dev, dma, 64, DMA_FROM_DEVICE);
	dma_unmap_single(dev, dma, 64, DMA_FROM_DEVICE);
	return 0;
}
