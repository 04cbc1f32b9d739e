/* SPDX-License-Identifier: GPL-2.0-only */
static int send(struct device *dev, void *data, unsigned int size)
{
	dma_addr_t dma = dma_map_single(dev, data, size, DMA_TO_DEVICE);

	start(dma >> 2, size);
	dma_unmap_single(dev, dma, size, DMA_TO_DEVICE);
	return 0;
}
