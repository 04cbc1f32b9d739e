/* SPDX-License-Identifier: GPL-2.0-only */
/* The hooks of an architecture, and the pools of coherent.c and pool.c, which are never there: all only recorded. */
#include "harness.h"

#define HOOK(name, ...) KW_RECORD(#name, NULL, __VA_ARGS__)

#ifdef CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE
void arch_sync_dma_for_device(phys_addr_t phys, size_t size, enum dma_data_direction dir)
{
	HOOK(arch_sync_dma_for_device, phys, size, dir);
}
#endif

#ifdef CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU
void arch_sync_dma_for_cpu(phys_addr_t phys, size_t size, enum dma_data_direction dir)
{
	HOOK(arch_sync_dma_for_cpu, phys, size, dir);
}
#endif

#ifdef CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL
void arch_sync_dma_for_cpu_all(void)
{
	HOOK(arch_sync_dma_for_cpu_all);
}
#endif

#ifdef CONFIG_ARCH_HAS_BATCHED_DMA_SYNC
void arch_sync_dma_flush(void)
{
	HOOK(arch_sync_dma_flush);
}
#endif

#ifdef CONFIG_ARCH_HAS_DMA_PREP_COHERENT
void arch_dma_prep_coherent(struct page *page, size_t size)
{
	HOOK(arch_dma_prep_coherent, page_to_phys(page), size);
}
#endif

#ifdef CONFIG_ARCH_HAS_DMA_MARK_CLEAN
void arch_dma_mark_clean(phys_addr_t phys, size_t size)
{
	HOOK(arch_dma_mark_clean, phys, size);
}
#endif

#ifdef CONFIG_ARCH_HAS_FORCE_DMA_UNENCRYPTED
bool force_dma_unencrypted(struct device *dev)
{
	return ((struct kw_device *)dev)->facts.unencrypted;
}
#endif

#ifdef CONFIG_ARCH_HAS_DMA_SET_MASK
void arch_dma_set_mask(struct device *dev, u64 mask)
{
	HOOK(arch_dma_set_mask, mask);
}
#endif

void *arch_dma_alloc(struct device *dev, size_t size, dma_addr_t *handle, gfp_t gfp, unsigned long attrs)
{
	HOOK(arch_dma_alloc, size, gfp, attrs);
	return NULL;
}

void arch_dma_free(struct device *dev, size_t size, void *address, dma_addr_t handle, unsigned long attrs)
{
	HOOK(arch_dma_free, size, handle, attrs);
}

void *arch_dma_set_uncached(void *address, size_t size)
{
	HOOK(arch_dma_set_uncached, virt_to_phys(address), size);
	return address;
}

void arch_dma_clear_uncached(void *address, size_t size)
{
	HOOK(arch_dma_clear_uncached, virt_to_phys(address), size);
}

#ifdef KW_MAP_PHYS
bool dma_free_from_pool_page(struct device *dev, struct page *page, size_t size)
{
	return false;
}

struct page *dma_alloc_from_pool(struct device *dev, size_t size, void **address, gfp_t gfp, unsigned long attrs,
				 bool (*fits)(struct device *, phys_addr_t, size_t))
#else
struct page *dma_alloc_from_pool(struct device *dev, size_t size, void **address, gfp_t gfp,
				 bool (*fits)(struct device *, phys_addr_t, size_t))
#endif
{
	HOOK(dma_alloc_from_pool, size, gfp);
	return NULL;
}

bool dma_free_from_pool(struct device *dev, void *address, size_t size)
{
	return false;
}

#ifdef CONFIG_DMA_GLOBAL_POOL
void *dma_alloc_from_global_coherent(struct device *dev, ssize_t size, dma_addr_t *handle)
{
	HOOK(dma_alloc_from_global_coherent, size);
	return NULL;
}

int dma_release_from_global_coherent(int order, void *address)
{
	HOOK(dma_release_from_global_coherent, order);
	return 0;
}

int dma_mmap_from_global_coherent(struct vm_area_struct *vma, void *address, size_t size, int *result)
{
	return 0;
}
#endif
