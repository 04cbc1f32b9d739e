/* SPDX-License-Identifier: GPL-2.0-only */
#define WAY	DMA_FROM_DEVICE
#define MAP(ring, page)						\
	dma_map_page((ring)->dev, page, 0, 4096, WAY)
#define SET(slot, value)	((slot)->dma = cpu_to_le32(value))

struct slot {
	__le32 dma;
};

struct ring {
	struct device *dev;
	struct slot *slots;
};

static int fill(struct ring *ring, struct page *page)
{
	dma_addr_t dma = MAP(ring, page);

	if (dma_mapping_error(ring->dev, dma))
		return -ENOMEM;
	SET(&ring->slots[0], dma);
	return 0;
}

static void empty(struct ring *ring)
{
	dma_unmap_page(ring->dev, le32_to_cpu(ring->slots[0].dma), 4096, DMA_TO_DEVICE);
}
