struct slot {
	dma_addr_t dma;
};
