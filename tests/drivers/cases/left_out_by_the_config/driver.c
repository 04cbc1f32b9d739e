/* SPDX-License-Identifier: GPL-2.0-only */
static int use(struct device *dev, void *data)
{
	dma_addr_t dma = dma_map_single(dev, data, 64, DMA_FROM_DEVICE);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
#ifdef CONFIG_OFF
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
#else
	dma_unmap_single(dev, dma, 64, DMA_FROM_DEVICE);
#endif
#if IS_ENABLED(CONFIG_OFF)
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
#endif
#ifndef CONFIG_ON
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
#endif
	return 0;
}
