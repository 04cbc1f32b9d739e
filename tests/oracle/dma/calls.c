/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One entry for each call of the DMA API, in plain integers: a page is its physical address, memory is the address
 * that the kernel's code returned. kw_log.stopped says that the returned value means nothing.
 */
#include "harness.h"

struct allocation {
	u64 address, phys, handle;
};

#define ENTRY(type, name, parameters, call)                                                                            \
	type kw_##name parameters                                                                                      \
	{                                                                                                              \
		volatile type value = 0;                                                                               \
		kw_begin(dev);                                                                                         \
		if (!sigsetjmp(kw_escape, 0))                                                                          \
			value = (call);                                                                                \
		kw_end();                                                                                              \
		return value;                                                                                          \
	}
#define NOTHING(call) ((call), 0)
#define PAGE(phys) pfn_to_page((phys) >> PAGE_SHIFT)
#define DEVICE struct device *dev
#define LIST struct scatterlist *sg, int nents
#define DIR int dir

ENTRY(u64, map_page, (DEVICE, u64 page, u64 offset, u64 size, DIR, u64 attrs),
      dma_map_page_attrs(dev, PAGE(page), offset, size, dir, attrs))
ENTRY(s64, unmap_page, (DEVICE, u64 handle, u64 size, DIR, u64 attrs),
      NOTHING(dma_unmap_page_attrs(dev, handle, size, dir, attrs)))
ENTRY(u64, map_resource, (DEVICE, u64 phys, u64 size, DIR, u64 attrs), dma_map_resource(dev, phys, size, dir, attrs))
ENTRY(s64, unmap_resource, (DEVICE, u64 handle, u64 size, DIR, u64 attrs),
      NOTHING(dma_unmap_resource(dev, handle, size, dir, attrs)))
ENTRY(s64, map_sg, (DEVICE, LIST, DIR, u64 attrs), dma_map_sg_attrs(dev, sg, nents, dir, attrs))
ENTRY(s64, unmap_sg, (DEVICE, LIST, DIR, u64 attrs), NOTHING(dma_unmap_sg_attrs(dev, sg, nents, dir, attrs)))
ENTRY(s64, sync_single_for_cpu, (DEVICE, u64 handle, u64 size, DIR),
      NOTHING(dma_sync_single_for_cpu(dev, handle, size, dir)))
ENTRY(s64, sync_single_for_device, (DEVICE, u64 handle, u64 size, DIR),
      NOTHING(dma_sync_single_for_device(dev, handle, size, dir)))
ENTRY(s64, sync_sg_for_cpu, (DEVICE, LIST, DIR), NOTHING(dma_sync_sg_for_cpu(dev, sg, nents, dir)))
ENTRY(s64, sync_sg_for_device, (DEVICE, LIST, DIR), NOTHING(dma_sync_sg_for_device(dev, sg, nents, dir)))
ENTRY(s64, need_sync, (DEVICE, u64 handle), dma_need_sync(dev, handle))
ENTRY(s64, can_mmap, (DEVICE), dma_can_mmap(dev))
#ifdef KW_P2PDMA
ENTRY(s64, pci_p2pdma_supported, (DEVICE), dma_pci_p2pdma_supported(dev))
#else
ENTRY(s64, pci_p2pdma_supported, (DEVICE), 0)
#endif
ENTRY(s64, addressing_limited, (DEVICE), dma_addressing_limited(dev))
ENTRY(s64, set_mask, (DEVICE, u64 mask), dma_set_mask(dev, mask))
ENTRY(s64, set_coherent_mask, (DEVICE, u64 mask), dma_set_coherent_mask(dev, mask))
ENTRY(u64, get_required_mask, (DEVICE), dma_get_required_mask(dev))
ENTRY(u64, max_mapping_size, (DEVICE), dma_max_mapping_size(dev))
#ifdef KW_OPT_SIZE
ENTRY(u64, opt_mapping_size, (DEVICE), dma_opt_mapping_size(dev))
#else
ENTRY(u64, opt_mapping_size, (DEVICE), 0)
#endif
#ifdef KW_NEED_UNMAP
ENTRY(s64, need_unmap, (DEVICE), dma_need_unmap(dev))
#else
ENTRY(s64, need_unmap, (DEVICE), 1)
#endif
ENTRY(u64, get_merge_boundary, (DEVICE), dma_get_merge_boundary(dev))
ENTRY(s64, free_attrs, (DEVICE, u64 size, void *address, u64 handle, u64 attrs),
      NOTHING(dma_free_attrs(dev, size, address, handle, attrs)))
ENTRY(s64, free_pages, (DEVICE, u64 size, u64 page, u64 handle, DIR),
      NOTHING(dma_free_pages(dev, size, PAGE(page), handle, dir)))

static s64 map_sgtable(DEVICE, LIST, DIR, u64 attrs)
{
	struct sg_table table = { .sgl = sg, .nents = nents, .orig_nents = nents };
	int error = dma_map_sgtable(dev, &table, dir, attrs);

	return error ? error : (s64)table.nents;
}
ENTRY(s64, map_sgtable, (DEVICE, LIST, DIR, u64 attrs), map_sgtable(dev, sg, nents, dir, attrs))

/* 1 when there is memory. A cookie of DMA_ATTR_NO_KERNEL_MAPPING is a struct page. */
static s64 alloc_attrs(DEVICE, u64 size, u64 gfp, u64 attrs, struct allocation *made)
{
	dma_addr_t handle = 0;
	void *address = dma_alloc_attrs(dev, size, &handle, gfp, attrs);
	bool memory = (unsigned char *)address >= kw_ram && (unsigned char *)address < kw_ram + kw_ram_size;

	if (!address)
		return 0;
	made->address = (u64)address;
	made->phys = memory ? (u64)((unsigned char *)address - kw_ram) : page_to_phys((struct page *)address);
	made->handle = handle;
	return 1;
}
ENTRY(s64, alloc_attrs, (DEVICE, u64 size, u64 gfp, u64 attrs, struct allocation *made),
      alloc_attrs(dev, size, gfp, attrs, made))

static s64 alloc_pages(DEVICE, u64 size, DIR, u64 gfp, struct allocation *made)
{
	dma_addr_t handle = 0;
	struct page *page = dma_alloc_pages(dev, size, &handle, dir, gfp);

	if (!page)
		return 0;
	made->phys = made->address = page_to_phys(page);
	made->handle = handle;
	return 1;
}
ENTRY(s64, alloc_pages, (DEVICE, u64 size, DIR, u64 gfp, struct allocation *made),
      alloc_pages(dev, size, dir, gfp, made))

static s64 get_sgtable(DEVICE, void *address, u64 handle, u64 size, u64 attrs, u64 *entry)
{
	struct sg_table table = {};
	int error = dma_get_sgtable_attrs(dev, &table, address, handle, size, attrs);

	if (!error && table.sgl) {
		entry[0] = sg_phys(table.sgl);
		entry[1] = table.sgl->length;
	}
	return error;
}
ENTRY(s64, get_sgtable, (DEVICE, void *address, u64 handle, u64 size, u64 attrs, u64 *entry),
      get_sgtable(dev, address, handle, size, attrs, entry))

static s64 mmap_attrs(DEVICE, u64 pages, u64 pgoff, void *address, u64 handle, u64 size, u64 attrs)
{
	struct vm_area_struct vma = { .vm_end = pages << PAGE_SHIFT, .vm_pgoff = pgoff };

	return dma_mmap_attrs(dev, &vma, address, handle, size, attrs);
}
ENTRY(s64, mmap, (DEVICE, u64 pages, u64 pgoff, void *address, u64 handle, u64 size, u64 attrs),
      mmap_attrs(dev, pages, pgoff, address, handle, size, attrs))

/* A dma_iova_state is two numbers of the caller's: its addr and its __size. */
#ifdef KW_IOVA_API
#define STATE struct dma_iova_state state = { .addr = held[0], .__size = held[1] }
#define STATED(call) ({ STATE; s64 given_ = (call); held[0] = state.addr; held[1] = state.__size; given_; })
#else
#define STATED(call) 0
#endif
ENTRY(s64, iova_try_alloc, (DEVICE, u64 *held, u64 phys, u64 size), STATED(dma_iova_try_alloc(dev, &state, phys, size)))
ENTRY(s64, iova_free, (DEVICE, u64 *held), STATED(NOTHING(dma_iova_free(dev, &state))))
ENTRY(s64, iova_link, (DEVICE, u64 *held, u64 phys, u64 offset, u64 size, DIR, u64 attrs),
      STATED(dma_iova_link(dev, &state, phys, offset, size, dir, attrs)))
ENTRY(s64, iova_sync, (DEVICE, u64 *held, u64 offset, u64 size), STATED(dma_iova_sync(dev, &state, offset, size)))
ENTRY(s64, iova_unlink, (DEVICE, u64 *held, u64 offset, u64 size, DIR, u64 attrs),
      STATED(NOTHING(dma_iova_unlink(dev, &state, offset, size, dir, attrs))))
ENTRY(s64, iova_destroy, (DEVICE, u64 *held, u64 mapped, DIR, u64 attrs),
      STATED(NOTHING(dma_iova_destroy(dev, &state, mapped, dir, attrs))))

/* Entries as pairs of a physical address and a length; NULL when there is no room. */
struct scatterlist *kw_list(int nents, const u64 *entries)
{
	struct scatterlist *list = kw_scatterlist(nents);

	for (int i = 0; list && i < nents; i++, entries += 2)
		sg_set_page(list + i, PAGE(entries[0]), entries[1], offset_in_page(entries[0]));
	return list;
}

void kw_list_mapped(const struct scatterlist *list, int nents, u64 *pairs)
{
	for (int i = 0; i < nents; i++, list++, pairs += 2) {
		pairs[0] = sg_dma_address(list);
		pairs[1] = sg_dma_len(list);
	}
}

/* dma_mask, coherent_dma_mask, bus_dma_limit, and the flags for the bypass and for leaving syncs out (0 where not there). */
void kw_state(const struct device *dev, u64 *state)
{
	state[0] = dev->dma_mask ? *dev->dma_mask : 0;
	state[1] = dev->coherent_dma_mask;
	state[2] = dev->bus_dma_limit;
	state[3] = 0;
#if defined(CONFIG_DMA_OPS_BYPASS) || defined(CONFIG_PPC64)
	state[3] = dev->dma_ops_bypass;
#endif
	state[4] = 0;
#ifdef CONFIG_DMA_NEED_SYNC
	state[4] = dev->dma_skip_sync;
#endif
}

u64 kw_translate(struct device *dev, u64 phys)
{
	return phys_to_dma(dev, phys);
}

int kw_facts_size(void)
{
	return sizeof(struct kw_facts);
}
