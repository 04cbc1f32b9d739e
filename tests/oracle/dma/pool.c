/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's swiotlb.c with its copies made visible, and a pool that can be placed anywhere and made anew. Its own
 * start-up is left out, since that asks memblock or the page allocator where the pool goes.
 */
#ifdef CONFIG_SWIOTLB

#include "harness.h"
#include <linux/iommu-helper.h>

static void *kw_copy(void *to, const void *from, unsigned long size);
static bool kw_span(unsigned int index, unsigned int nslots, unsigned long shift, unsigned long boundary);
#define iommu_is_span_boundary(...) kw_span(__VA_ARGS__)
#define memcpy(to, from, size) kw_copy(to, from, size)
#include KWEIGH_SWIOTLB
#undef memcpy

static void *kw_copy(void *to, const void *from, unsigned long size)
{
	u64 target = (unsigned char *)to - kw_ram, source = (unsigned char *)from - kw_ram;
	bool in = target >= io_tlb_default_mem.start && target < io_tlb_default_mem.end;

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
	if (kw_steps++ > io_tlb_default_mem.nslabs)
		kw_stop("HANG", NULL, index);
	return (iommu_is_span_boundary)(index, nslots, shift, boundary);
}

static struct io_tlb_area area;
static struct io_tlb_slot *slots;
static unsigned long slots_size;

void kw_pool_clear(void)
{
	memset(&io_tlb_default_mem, 0, sizeof(io_tlb_default_mem));
	swiotlb_force_bounce = false;
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
	io_tlb_default_mem.slots = slots;
	io_tlb_default_mem.areas = &area;
	swiotlb_force_bounce = force;
	swiotlb_init_io_tlb_mem(&io_tlb_default_mem, start, nslabs, 0, false, 1);
	return 0;
}

u64 kw_pool_used(void)
{
	return io_tlb_default_mem.nslabs ? mem_used(&io_tlb_default_mem) : 0;
}

/* Whether a block lies partly in the pool; `below` is where memory under the pool ends. */
bool kw_in_pool(u64 start, u64 end, u64 *below)
{
	*below = io_tlb_default_mem.start;
	return start < io_tlb_default_mem.end && end > io_tlb_default_mem.start;
}

#else

#include "harness.h"

void kw_pool_clear(void)
{
}

bool kw_in_pool(u64 start, u64 end, u64 *below)
{
	return false;
}

#endif
