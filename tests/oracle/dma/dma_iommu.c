/* SPDX-License-Identifier: GPL-2.0-only */
/* dma-iommu as mapping.c calls it where it needs no table: a recorder, so that the choice before it is judged. */
#include "harness.h"

#if defined(KW_DMA_IOMMU) && defined(CONFIG_IOMMU_DMA)

#define CALLED(name, ...) KW_RECORD("dma_iommu", #name, __VA_ARGS__)
#define ANSWER(name) (kw_current->facts.answers[KW_##name])

#ifdef KW_MAP_PHYS
dma_addr_t iommu_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size, enum dma_data_direction dir,
			      unsigned long attrs)
{
	CALLED(map_phys, phys, size, dir, attrs);
	return ANSWER(map_page);
}
#else
dma_addr_t iommu_dma_map_page(struct device *dev, struct page *page, unsigned long offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	CALLED(map_page, page_to_phys(page), offset, size, dir, attrs);
	return ANSWER(map_page);
}

dma_addr_t iommu_dma_map_resource(struct device *dev, phys_addr_t phys, size_t size, enum dma_data_direction dir,
				  unsigned long attrs)
{
	CALLED(map_resource, phys, size, dir, attrs);
	return ANSWER(map_resource);
}
#endif

int iommu_dma_map_sg(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir,
		     unsigned long attrs)
{
	CALLED(map_sg, nents, dir, attrs);
	return ANSWER(map_sg);
}

#define NOTHING(name, ...)                                                                                             \
	void iommu_dma_##name(struct device *dev, __VA_ARGS__)                                                         \
	{                                                                                                              \
		CALLED(name);                                                                                          \
	}
#define HANDLE dma_addr_t handle, size_t size, enum dma_data_direction dir
#define LIST struct scatterlist *sg, int nents, enum dma_data_direction dir
#ifdef KW_MAP_PHYS
NOTHING(unmap_phys, HANDLE, unsigned long attrs)
#else
NOTHING(unmap_page, HANDLE, unsigned long attrs)
NOTHING(unmap_resource, HANDLE, unsigned long attrs)
#endif
NOTHING(unmap_sg, LIST, unsigned long attrs)
NOTHING(sync_single_for_cpu, HANDLE)
NOTHING(sync_single_for_device, HANDLE)
NOTHING(sync_sg_for_cpu, LIST)
NOTHING(sync_sg_for_device, LIST)
NOTHING(free, size_t size, void *address, dma_addr_t handle, unsigned long attrs)
NOTHING(free_noncontiguous, size_t size, struct sg_table *table, enum dma_data_direction dir)
#ifndef iommu_dma_vunmap_noncontiguous
NOTHING(vunmap_noncontiguous, void *address)
#endif

void *iommu_dma_alloc(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
	CALLED(alloc, size, gfp, attrs);
	return NULL;
}

int iommu_dma_mmap(struct device *dev, struct vm_area_struct *vma, void *address, dma_addr_t handle, size_t size,
		   unsigned long attrs)
{
	CALLED(mmap);
	return 0;
}

int iommu_dma_get_sgtable(struct device *dev, struct sg_table *table, void *address, dma_addr_t handle, size_t size,
			  unsigned long attrs)
{
	CALLED(get_sgtable);
	return 0;
}

unsigned long iommu_dma_get_merge_boundary(struct device *dev)
{
	CALLED(get_merge_boundary);
	return ANSWER(get_merge_boundary);
}

size_t iommu_dma_opt_mapping_size(void)
{
	CALLED(opt_mapping_size);
	return ANSWER(opt_mapping_size);
}

size_t iommu_dma_max_mapping_size(struct device *dev)
{
	CALLED(max_mapping_size);
	return ANSWER(max_mapping_size);
}

struct sg_table *iommu_dma_alloc_noncontiguous(struct device *dev, size_t size, enum dma_data_direction dir, gfp_t gfp,
					       unsigned long attrs)
{
	return NULL;
}

void *iommu_dma_vmap_noncontiguous(struct device *dev, size_t size, struct sg_table *table)
{
	return NULL;
}

int iommu_dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma, size_t size, struct sg_table *table)
{
	return -ENXIO;
}

#endif
