/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that the kernel's code calls outwards: ops whose callbacks record themselves and answer what the test
 * chose, the architecture's cache and address hooks, and powerpc's IOMMU.
 */
#include "harness.h"

#define STRING(name) #name " "
const char kw_callback_names[] = KW_CALLBACKS(STRING);

#define CALLED(name, ...) KW_RECORD("ops", #name, __VA_ARGS__)
#define ANSWER(name) (kw_current->facts.answers[KW_##name])

static u64 phys_of(const void *address)
{
	return (unsigned char *)address - kw_ram;
}

/* 0 is no memory. */
static void *given_memory(dma_addr_t *handle)
{
	*handle = ANSWER(handle);
	return ANSWER(alloc) ? kw_memory(ANSWER(alloc), 1) : NULL;
}

static int given_list(struct scatterlist *sg, int nents)
{
	dma_addr_t handle = ANSWER(handle);

	for (int i = 0; i < nents; i++, handle += sg->length, sg = sg_next(sg)) {
		sg->dma_address = handle;
		sg_dma_len(sg) = sg->length;
	}
	return ANSWER(map_sg);
}

static void *op_alloc(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
	CALLED(alloc, size, gfp, attrs);
	return given_memory(handle);
}

static void op_free(struct device *dev, size_t size, void *address, dma_addr_t handle, unsigned long attrs)
{
	CALLED(free, size, phys_of(address), handle, attrs);
}

static struct page *op_alloc_pages(struct device *dev, size_t size, dma_addr_t *handle, enum dma_data_direction dir,
				   gfp_t gfp)
{
	CALLED(alloc_pages, size, dir, gfp);
	*handle = ANSWER(handle);
	return ANSWER(alloc_pages) ? pfn_to_page(ANSWER(alloc_pages) >> PAGE_SHIFT) : NULL;
}

static void op_free_pages(struct device *dev, size_t size, struct page *page, dma_addr_t handle,
			  enum dma_data_direction dir)
{
	CALLED(free_pages, size, page_to_phys(page), handle, dir);
}

static int op_mmap(struct device *dev, struct vm_area_struct *vma, void *address, dma_addr_t handle, size_t size,
		   unsigned long attrs)
{
	CALLED(mmap, phys_of(address), handle, size, attrs);
	return ANSWER(mmap);
}

static int op_get_sgtable(struct device *dev, struct sg_table *table, void *address, dma_addr_t handle, size_t size,
			  unsigned long attrs)
{
	CALLED(get_sgtable, phys_of(address), handle, size, attrs);
	return ANSWER(get_sgtable);
}

#ifdef KW_MAP_PHYS
static dma_addr_t op_map_phys(struct device *dev, phys_addr_t phys, size_t size, enum dma_data_direction dir,
			      unsigned long attrs)
{
	CALLED(map_phys, phys, size, dir, attrs);
	return ANSWER(map_page);
}
#else
static dma_addr_t op_map_page(struct device *dev, struct page *page, unsigned long offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	CALLED(map_page, page_to_phys(page), offset, size, dir, attrs);
	return ANSWER(map_page);
}

static dma_addr_t op_map_resource(struct device *dev, phys_addr_t phys, size_t size, enum dma_data_direction dir,
				  unsigned long attrs)
{
	CALLED(map_resource, phys, size, dir, attrs);
	return ANSWER(map_resource);
}
#endif

static int op_map_sg(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir,
		     unsigned long attrs)
{
	CALLED(map_sg, nents, dir, attrs);
	return given_list(sg, nents);
}

static void op_unmap_sg(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir,
			unsigned long attrs)
{
	CALLED(unmap_sg, nents, dir, attrs);
}

#define OP_UNMAP(name)                                                                                                 \
	static void op_##name(struct device *dev, dma_addr_t handle, size_t size, enum dma_data_direction dir,         \
			      unsigned long attrs)                                                                     \
	{                                                                                                              \
		CALLED(name, handle, size, dir, attrs);                                                                \
	}
#define OP_SYNC(name)                                                                                                  \
	static void op_##name(struct device *dev, dma_addr_t handle, size_t size, enum dma_data_direction dir)         \
	{                                                                                                              \
		CALLED(name, handle, size, dir);                                                                       \
	}
#define OP_SYNC_SG(name)                                                                                               \
	static void op_##name(struct device *dev, struct scatterlist *sg, int nents, enum dma_data_direction dir)      \
	{                                                                                                              \
		CALLED(name, nents, dir);                                                                              \
	}
#define OP_FACT(type, name)                                                                                            \
	static type op_##name(struct device *dev)                                                                      \
	{                                                                                                              \
		CALLED(name);                                                                                          \
		return ANSWER(name);                                                                                   \
	}
#ifdef KW_MAP_PHYS
OP_UNMAP(unmap_phys)
#else
OP_UNMAP(unmap_page)
OP_UNMAP(unmap_resource)
#endif
OP_SYNC(sync_single_for_cpu)
OP_SYNC(sync_single_for_device)
OP_SYNC_SG(sync_sg_for_cpu)
OP_SYNC_SG(sync_sg_for_device)
OP_FACT(u64, get_required_mask)
OP_FACT(size_t, max_mapping_size)
OP_FACT(unsigned long, get_merge_boundary)

static int op_dma_supported(struct device *dev, u64 mask)
{
	CALLED(dma_supported, mask);
	return ANSWER(dma_supported);
}

static size_t op_opt_mapping_size(void)
{
	CALLED(opt_mapping_size);
	return ANSWER(opt_mapping_size);
}

static bool bypass_supported(struct pci_dev *pci, u64 mask)
{
	const struct kw_facts *facts = &((struct kw_device *)pci)->facts;

	KW_RECORD("iommu_bypass_supported", NULL, mask);
	if (mask < facts->bypass_mask)
		return false;
	if (facts->bypass_limit)
		pci->dev.bus_dma_limit = facts->bypass_limit;
	return true;
}

void kw_ops_of(struct kw_device *device)
{
	const struct kw_facts *facts = &device->facts;
	const struct dma_map_ops *ops = NULL;

#ifdef KW_OPS_FLAGS
	device->ops.flags = facts->ops_flags;
#endif
#define SET(name, field, function)                                                                                     \
	if (facts->callbacks & (1ULL << KW_##name))                                                                    \
		device->ops.field = function;
#define SET_SAME(name) SET(name, name, op_##name)
	KW_PLAIN_CALLBACKS(SET_SAME)
#ifdef KW_ALLOC_PAGES_OP
	SET(alloc_pages, alloc_pages_op, op_alloc_pages)
#else
	SET_SAME(alloc_pages)
#endif
#ifdef KW_MAP_PHYS
	SET(map_page, map_phys, op_map_phys)
	SET(unmap_page, unmap_phys, op_unmap_phys)
#else
	SET_SAME(map_page)
	SET_SAME(unmap_page)
	SET_SAME(map_resource)
	SET_SAME(unmap_resource)
#endif
#ifdef KW_OPT_SIZE
	SET_SAME(opt_mapping_size)
#endif
	device->pci.is_pci = facts->is_pci;
	device->pci.bus = &device->host;
	device->host.controller_ops.iommu_bypass_supported = facts->has_bypass ? bypass_supported : NULL;
	device->table = (struct iommu_table){ facts->it_size, facts->it_offset, facts->it_page_shift };
	device->pci.dev.archdata.iommu_table_base = facts->has_table ? &device->table : NULL;
	if (facts->ops == KW_OPS_RECORDING)
		ops = &device->ops;
	else if (facts->ops == KW_OPS_DUMMY)
		ops = &dma_dummy_ops;
#ifdef CONFIG_PPC64
	else if (facts->ops == KW_OPS_POWERPC)
		ops = &dma_iommu_ops;
#endif
	if (facts->ops_of_bus)
		device->bus.dma_ops = ops;
	else
		set_dma_ops(&device->pci.dev, ops);
}

void *iommu_alloc_coherent(struct device *dev, struct iommu_table *table, size_t size, dma_addr_t *handle,
			   unsigned long mask, gfp_t gfp, int node)
{
	KW_RECORD("iommu", "alloc_coherent", size, mask, gfp);
	return given_memory(handle);
}

void iommu_free_coherent(struct iommu_table *table, size_t size, void *address, dma_addr_t handle)
{
	KW_RECORD("iommu", "free_coherent", size, phys_of(address), handle);
}

dma_addr_t iommu_map_page(struct device *dev, struct iommu_table *table, struct page *page, unsigned long offset,
			  size_t size, unsigned long mask, enum dma_data_direction dir, unsigned long attrs)
{
	KW_RECORD("iommu", "map_page", page_to_phys(page), offset, size, mask, dir, attrs);
	return ANSWER(map_page);
}

dma_addr_t iommu_map_phys(struct device *dev, struct iommu_table *table, phys_addr_t phys, size_t size,
			  unsigned long mask, enum dma_data_direction dir, unsigned long attrs)
{
	KW_RECORD("iommu", "map_phys", phys, size, mask, dir, attrs);
	return ANSWER(map_page);
}

void iommu_unmap_page(struct iommu_table *table, dma_addr_t handle, size_t size, enum dma_data_direction dir,
		      unsigned long attrs)
{
	KW_RECORD("iommu", "unmap_page", handle, size, dir, attrs);
}

void iommu_unmap_phys(struct iommu_table *table, dma_addr_t handle, size_t size, enum dma_data_direction dir,
		      unsigned long attrs)
{
	KW_RECORD("iommu", "unmap_phys", handle, size, dir, attrs);
}

int ppc_iommu_map_sg(struct device *dev, struct iommu_table *table, struct scatterlist *sg, int nents,
		     unsigned long mask, enum dma_data_direction dir, unsigned long attrs)
{
	KW_RECORD("iommu", "map_sg", nents, mask, dir, attrs);
	return given_list(sg, nents);
}

void ppc_iommu_unmap_sg(struct iommu_table *table, struct scatterlist *sg, int nents, enum dma_data_direction dir,
			unsigned long attrs)
{
	KW_RECORD("iommu", "unmap_sg", nents, dir, attrs);
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long start, unsigned long pfn, unsigned long size,
		    pgprot_t prot)
{
	KW_RECORD("remap_pfn_range", NULL, (u64)pfn << PAGE_SHIFT, size, prot.bits);
	return 0;
}

int set_memory_decrypted(unsigned long address, int pages)
{
	KW_RECORD("set_memory_decrypted", NULL, address - (unsigned long)kw_ram, pages);
	return 0;
}

int set_memory_encrypted(unsigned long address, int pages)
{
	KW_RECORD("set_memory_encrypted", NULL, address - (unsigned long)kw_ram, pages);
	return 0;
}
