/* SPDX-License-Identifier: GPL-2.0-only */
static void done(struct device *dev, struct frame *frame)
{
	dma_addr_t dma = frame_address(frame);

	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
}

static int start(struct device *dev, struct frame *frame, void *data)
{
	dma_addr_t dma = dma_map_single(dev, data, 64, DMA_TO_DEVICE);

	if (dma_mapping_error(dev, dma))
		return -ENOMEM;
	frame_set_address(frame, dma);
	return 0;
}

static int either(struct device *dev, struct frame *frame, void *data)
{
	dma_addr_t dma;

	if (data) {
		dma = dma_map_single(dev, data, 64, DMA_TO_DEVICE);
		if (dma_mapping_error(dev, dma))
			return -ENOMEM;
	} else {
		dma = frame_address(frame) + 64;
		dma_sync_single_for_device(dev, dma, 64, DMA_BIDIRECTIONAL);
	}
	dma_unmap_single(dev, dma, 64, DMA_TO_DEVICE);
	return 0;
}
