/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's swiotlb.c with its copies made visible, and a pool that can be placed anywhere and made anew. Its own
 * start-up is left out, since that asks memblock or the page allocator where the pool goes.
 */
#ifdef CONFIG_SWIOTLB

#include "harness.h"
#include <linux/iommu-helper.h>

#define INVALID_PHYS_ADDR (~(phys_addr_t)0) /* linux/mm.h's in newer trees */

/* The default pool's fields: of a struct io_tlb_pool inside of it, its own, or variables. */
#if defined(KW_POOLS)
#define KW_POOL(field) (io_tlb_default_mem.defpool.field)
#elif defined(KW_POOL_GLOBALS)
#define KW_POOL(field) (io_tlb_##field)
#else
#define KW_POOL(field) (io_tlb_default_mem.field)
#endif

static void *kw_copy(void *to, const void *from, unsigned long size);
static bool kw_span(unsigned int index, unsigned int nslots, unsigned long shift, unsigned long boundary);
#define iommu_is_span_boundary(...) kw_span(__VA_ARGS__)
#define memcpy(to, from, size) kw_copy(to, from, size)
#include KWEIGH_SWIOTLB
#undef memcpy

static void *kw_copy(void *to, const void *from, unsigned long size)
{
	u64 target = (unsigned char *)to - kw_ram, source = (unsigned char *)from - kw_ram;
	bool in = target >= KW_POOL(start) && target < KW_POOL(end);

	kw_memory(target, size);
	kw_memory(source, size);
	KW_RECORD("copy", in ? "in" : "out", in ? source : target, in ? target : source, size);
	return memmove(to, from, size);
}

/*
 * The search for slots goes round by steps that need not meet the slot where it began, since a min_align_mask above the
 * slot size can move it off its stride (later mended by 7c3940bf81e5). Nothing changes meanwhile, so a search of more
 * steps than there are slots never ends.
 */
static bool kw_span(unsigned int index, unsigned int nslots, unsigned long shift, unsigned long boundary)
{
	if (kw_steps++ > KW_POOL(nslabs))
		kw_stop("HANG", NULL, index);
	return (iommu_is_span_boundary)(index, nslots, shift, boundary);
}

#ifndef KW_POOL_GLOBALS
static struct io_tlb_area area;
static struct io_tlb_slot *slots;
static unsigned long slots_size;

void kw_pool_clear(void)
{
	memset(&io_tlb_default_mem, 0, sizeof(io_tlb_default_mem));
	swiotlb_force_bounce = false;
}

void kw_pool_of(struct device *dev)
{
#ifdef KW_POOLS
	swiotlb_dev_init(dev);
#else
	dev->dma_io_tlb_mem = &io_tlb_default_mem; /* as device_initialize() does */
#endif
}

int kw_pool(u64 start, u64 nslabs, u64 force)
{
	if (nslabs > slots_size) {
		free(slots);
		slots = malloc(nslabs * sizeof(*slots));
		slots_size = slots ? nslabs : 0;
		if (!slots)
			return -ENOMEM;
	}
	KW_POOL(slots) = slots;
	KW_POOL(areas) = &area;
	swiotlb_force_bounce = force;
#ifdef KW_POOLS
	io_tlb_default_mem.force_bounce = force;
#ifdef KW_CC_SHARED
	io_tlb_default_mem.cc_shared = cc_platform_has(CC_ATTR_MEM_ENCRYPT); /* as swiotlb_update_mem_attributes() */
#endif
	swiotlb_init_io_tlb_pool(&io_tlb_default_mem.defpool, start, kw_ram + start, nslabs, false, 1);
	add_mem_pool(&io_tlb_default_mem, &io_tlb_default_mem.defpool);
#else
	swiotlb_init_io_tlb_mem(&io_tlb_default_mem, start, nslabs, 0, false, 1);
#endif
	return 0;
}

u64 kw_pool_used(void)
{
	return KW_POOL(nslabs) ? mem_used(&io_tlb_default_mem) : 0;
}
#endif

#ifdef KW_POOL_GLOBALS
static unsigned int *list;
static phys_addr_t *originals;
static unsigned long slots_size;

void kw_pool_clear(void)
{
	io_tlb_start = io_tlb_end = 0;
	io_tlb_nslabs = io_tlb_used = io_tlb_index = 0;
	swiotlb_force = SWIOTLB_NORMAL;
	no_iotlb_memory = false;
}

void kw_pool_of(struct device *dev)
{
}

int kw_pool(u64 start, u64 nslabs, u64 force)
{
	if (nslabs > slots_size) {
		list = realloc(list, nslabs * sizeof(*list));
		originals = realloc(originals, nslabs * sizeof(*originals));
		slots_size = nslabs;
		if (!list || !originals)
			return -ENOMEM;
	}
	io_tlb_list = list;
	io_tlb_orig_addr = originals;
	io_tlb_start = start;
	io_tlb_end = start + (nslabs << IO_TLB_SHIFT);
	io_tlb_nslabs = nslabs;
	for (u64 i = 0; i < nslabs; i++) { /* as swiotlb_init_with_tbl() does */
		list[i] = IO_TLB_SEGSIZE - io_tlb_offset(i);
		originals[i] = INVALID_PHYS_ADDR;
	}
	swiotlb_force = force ? SWIOTLB_FORCE : SWIOTLB_NORMAL;
	return 0;
}

u64 kw_pool_used(void)
{
	return io_tlb_used;
}
#endif

/* Whether a block lies partly in the pool; `below` is where memory under the pool ends. */
bool kw_in_pool(u64 start, u64 end, u64 *below)
{
	*below = KW_POOL(start);
	return start < KW_POOL(end) && end > KW_POOL(start);
}

#else

#include "harness.h"

void kw_pool_clear(void)
{
}

void kw_pool_of(struct device *dev)
{
}

bool kw_in_pool(u64 start, u64 end, u64 *below)
{
	return false;
}

#endif
