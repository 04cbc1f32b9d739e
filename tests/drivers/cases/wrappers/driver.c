/* SPDX-License-Identifier: GPL-2.0-only */
struct ring {
	struct device *dev;
	dma_addr_t in, out;
};

static dma_addr_t map(struct ring *ring, void *data, bool out)
{
	if (out)
		return dma_map_single(ring->dev, data, 64, DMA_TO_DEVICE);
	else
		return dma_map_single(ring->dev, data, 64, DMA_FROM_DEVICE);
}

static void unmap(struct ring *ring, dma_addr_t dma, enum dma_data_direction way)
{
	dma_unmap_single(ring->dev, dma, 64, way);
}

static int use(struct ring *ring, void *data)
{
	ring->out = map(ring, data, true);
	if (dma_mapping_error(ring->dev, ring->out))
		return -ENOMEM;
	ring->in = map(ring, data, false);
	if (dma_mapping_error(ring->dev, ring->in))
		return -ENOMEM;
	unmap(ring, ring->out, DMA_TO_DEVICE);
	unmap(ring, ring->in, DMA_FROM_DEVICE);
	unmap(ring, ring->in, DMA_TO_DEVICE);
	return 0;
}
