/* SPDX-License-Identifier: GPL-2.0-only */
struct card {
	struct device *dev;
	void *ring;
	dma_addr_t ring_dma;
};

static int probe(struct card *card)
{
	card->ring = dma_alloc_coherent(card->dev, 4096, &card->ring_dma, GFP_KERNEL);
	if (!card->ring)
		return -ENOMEM;
	if (dma_set_mask_and_coherent(card->dev, DMA_BIT_MASK(32)))
		return -EIO;
	return 0;
}

static int right(struct card *card)
{
	if (dma_set_mask_and_coherent(card->dev, DMA_BIT_MASK(64)))
		return -EIO;
	card->ring = dma_alloc_coherent(card->dev, 4096, &card->ring_dma, GFP_KERNEL);
	return card->ring ? 0 : -ENOMEM;
}
