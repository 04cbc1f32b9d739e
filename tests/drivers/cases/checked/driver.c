/* SPDX-License-Identifier: GPL-2.0-only */
struct slot {
	dma_addr_t dma, second, third;
	struct page *page;
};

static bool is_bad(struct device *dev, dma_addr_t dma)
{
	return unlikely(dma_mapping_error(dev, dma));
}

static int by_a_function(struct device *dev, struct slot *slot)
{
	slot->dma = dma_map_page(dev, slot->page, 0, 4096, DMA_TO_DEVICE);
	if (is_bad(dev, slot->dma))
		return -ENOMEM;
	dma_unmap_page(dev, slot->dma, 4096, DMA_TO_DEVICE);
	return 0;
}

static int by_a_copy(struct device *dev, struct slot *slot)
{
	dma_addr_t dma;

	dma = dma_map_page(dev, slot->page, 0, 4096, DMA_TO_DEVICE);
	slot->second = dma;
	if (slot->second == DMA_MAPPING_ERROR)
		return -ENOMEM;
	dma_unmap_page(dev, slot->second, 4096, DMA_TO_DEVICE);
	return 0;
}

static int either_way(struct device *dev, struct slot *slot, void *data)
{
	if (data)
		slot->third = dma_map_single(dev, data, 64, DMA_TO_DEVICE);
	else
		slot->third = dma_map_page(dev, slot->page, 0, 64, DMA_TO_DEVICE);
	if (dma_mapping_error(dev, slot->third))
		return -ENOMEM;
	dma_unmap_page(dev, slot->third, 64, DMA_TO_DEVICE);
	return 0;
}

static int next_round(struct device *dev, struct slot *slot, int count)
{
	dma_addr_t dma = dma_map_page(dev, slot->page, 0, 64, DMA_TO_DEVICE);

	for (;;) {
		if (dma_mapping_error(dev, dma))
			return -ENOMEM;
		dma_unmap_page(dev, dma, 64, DMA_TO_DEVICE);
		if (!--count)
			break;
		dma = dma_map_page(dev, slot->page, 0, 64, DMA_TO_DEVICE);
	}
	return 0;
}
