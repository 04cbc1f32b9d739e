/* SPDX-License-Identifier: GPL-2.0-only */
/* The architecture's default ops: those of the device's bus, which get_dma_ops() hands over or, later, does not. */
#ifndef KWEIGH_ASM_DMA_MAPPING_H
#define KWEIGH_ASM_DMA_MAPPING_H

#define get_arch_dma_ops(...) (dev->bus->dma_ops)

#endif
