/* SPDX-License-Identifier: GPL-2.0-only */
static int use(struct device *dev, void *data, bool write)
{
	enum dma_data_direction way = write ? DMA_TO_DEVICE : DMA_FROM_DEVICE;
	dma_addr_t dma = dma_map_single(dev, data, 64, way);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	dma_unmap_single(dev, dma, 64, way);
	return 0;
}

static int other(struct device *dev, struct host *host, void *data)
{
	dma_addr_t dma = dma_map_single(dev, data, 64, host->way);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
	return 0;
}
