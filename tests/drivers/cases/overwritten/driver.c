/* SPDX-License-Identifier: GPL-2.0-only */
static int send(struct device *dev, void *head, void *tail)
{
	dma_addr_t dma;

	dma = dma_map_single(dev, head, 64, DMA_TO_DEVICE);
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
	dma = dma_map_single(dev, tail, 64, DMA_TO_DEVICE);
	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
	return 0;
}
