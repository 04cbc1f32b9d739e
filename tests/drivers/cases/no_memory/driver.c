/* SPDX-License-Identifier: GPL-2.0-only */
struct card {
	struct device *dev;
	dma_addr_t ring_dma;
};

static void fill(struct card *card)
{
	u32 *ring = dma_alloc_coherent(card->dev, 4096, &card->ring_dma, GFP_KERNEL);

	ring[0] = 1;
}
