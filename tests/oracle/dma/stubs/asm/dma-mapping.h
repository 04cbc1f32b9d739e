/* SPDX-License-Identifier: GPL-2.0-only */
/* The architecture's default ops: those of the device's bus. */
#ifndef KWEIGH_ASM_DMA_MAPPING_H
#define KWEIGH_ASM_DMA_MAPPING_H

static inline const struct dma_map_ops *get_arch_dma_ops(struct bus_type *bus)
{
	return bus->dma_ops;
}

#endif
