/* SPDX-License-Identifier: GPL-2.0-only */
static int ask(struct device *dev)
{
	struct request request = {};
	struct request *pointed = kzalloc(sizeof(*pointed), GFP_KERNEL);
	u8 bytes[64];
	dma_addr_t a, b, c;

	a = dma_map_single(dev, &request, sizeof(request), DMA_TO_DEVICE);
	b = dma_map_single(dev, bytes, sizeof(bytes), DMA_TO_DEVICE);
	c = dma_map_single(dev, pointed, sizeof(*pointed), DMA_TO_DEVICE);
	if (dma_mapping_error(dev, a) || dma_mapping_error(dev, b) || dma_mapping_error(dev, c))
		return -ENOMEM;
	dma_unmap_single(dev, a, sizeof(request), DMA_TO_DEVICE);
	dma_unmap_single(dev, b, sizeof(bytes), DMA_TO_DEVICE);
	dma_unmap_single(dev, c, sizeof(*pointed), DMA_TO_DEVICE);
	return 0;
}
