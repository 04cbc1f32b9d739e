/* SPDX-License-Identifier: GPL-2.0-only */
/* The IOMMU below arch/powerpc/kernel/dma-iommu.c: a window's facts, and mapping calls that are only recorded. */
#ifndef KWEIGH_ASM_IOMMU_H
#define KWEIGH_ASM_IOMMU_H

struct iommu_table {
	unsigned long it_size;
	unsigned long it_offset;
	unsigned long it_page_shift;
};

extern bool iommu_fixed_is_weak;
extern const struct dma_map_ops dma_iommu_ops;

#define get_iommu_table_base(dev) ((dev)->archdata.iommu_table_base)

void *iommu_alloc_coherent(struct device *dev, struct iommu_table *table, size_t size, dma_addr_t *handle,
			   unsigned long mask, gfp_t gfp, int node);
void iommu_free_coherent(struct iommu_table *table, size_t size, void *address, dma_addr_t handle);
dma_addr_t iommu_map_page(struct device *dev, struct iommu_table *table, struct page *page, unsigned long offset,
			  size_t size, unsigned long mask, enum dma_data_direction dir, unsigned long attrs);
dma_addr_t iommu_map_phys(struct device *dev, struct iommu_table *table, phys_addr_t phys, size_t size,
			  unsigned long mask, enum dma_data_direction dir, unsigned long attrs);
void iommu_unmap_phys(struct iommu_table *table, dma_addr_t handle, size_t size, enum dma_data_direction dir,
		      unsigned long attrs);
void iommu_unmap_page(struct iommu_table *table, dma_addr_t handle, size_t size, enum dma_data_direction dir,
		      unsigned long attrs);
int ppc_iommu_map_sg(struct device *dev, struct iommu_table *table, struct scatterlist *sg, int nents,
		     unsigned long mask, enum dma_data_direction dir, unsigned long attrs);
void ppc_iommu_unmap_sg(struct iommu_table *table, struct scatterlist *sg, int nents, enum dma_data_direction dir,
			unsigned long attrs);

#endif
