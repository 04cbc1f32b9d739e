/* SPDX-License-Identifier: GPL-2.0-only */
#include "shared.h"

static void fill(struct device *dev, struct slot *slot, void *data)
{
	slot->dma = dma_map_single(dev, data, 64, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, slot->dma))
		slot->dma = 0;
}

static void empty(struct device *dev, struct slot *slot)
{
	dma_unmap_single(dev, slot->dma, 64, DMA_TO_DEVICE);
}
