/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine below the kernel's code: events, physical memory, a page allocator without reuse, devices, and the guard
 * that turns a bug or a fault into an event.
 */
#include "harness.h"
#include <signal.h>
#include <sys/mman.h>

struct kw_log kw_log;
struct kw_device *kw_current;
sigjmp_buf kw_escape;
u64 kw_steps;

unsigned char *kw_ram;
u64 kw_ram_size;
unsigned long max_pfn, min_low_pfn;
u64 sme_me_mask, kw_cc;
bool iommu_fixed_is_weak;

static u64 mapped_size;
static struct sigaction outer_action;

void kw_record(const char *kind, const char *detail, unsigned int count, const u64 *values)
{
	struct kw_event *event;

	if (kw_log.count == KW_EVENTS) {
		kw_log.lost++;
		return;
	}
	event = &kw_log.events[kw_log.count++];
	event->kind = kind;
	event->detail = detail;
	event->count = count;
	for (unsigned int i = 0; i < count; i++)
		event->values[i] = values[i];
}

void kw_stop(const char *kind, const char *detail, u64 value)
{
	kw_record(kind, detail, kind[0] != 'B', &value);
	kw_log.stopped = 1;
	siglongjmp(kw_escape, 1);
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	kw_stop("OOPS", NULL, (u64)info->si_addr);
}

/* The handler is ours only during a call: the process may have its own (faulthandler has). */
void kw_begin(struct device *dev)
{
	struct sigaction ours = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };

	kw_current = (struct kw_device *)dev;
	kw_log.count = kw_log.lost = kw_log.stopped = 0;
	sigaction(SIGSEGV, &ours, &outer_action);
}

void kw_end(void)
{
	sigaction(SIGSEGV, &outer_action, NULL);
}

void *kw_memory(u64 phys, u64 size)
{
	if (phys >= kw_ram_size || size > kw_ram_size - phys)
		kw_stop("OUTSIDE", NULL, phys);
	return kw_ram + phys;
}

/* Zeroing much of an anonymous mapping is giving it back. */
void *kw_memset(void *to, int byte, size_t size)
{
	unsigned char *start = to;

	if (start < kw_ram || start >= kw_ram + mapped_size)
		return (memset)(to, byte, size);
	kw_memory(start - kw_ram, size);
	if (!byte && size >= 1 << 16 && !((unsigned long)start & 4095) && !(size & 4095)) {
		madvise(to, size, MADV_DONTNEED);
		return to;
	}
	return (memset)(to, byte, size);
}

/* Zones by rising address; a zone that is not compiled in is empty. */
static struct zone {
	u64 start, end, cursor;
} zones[3];

static void lay_out_zones(u64 dma_bits)
{
	u64 start = (u64)min_low_pfn << PAGE_SHIFT, limits[3] = { 0, 0, kw_ram_size };

	if (IS_ENABLED(CONFIG_ZONE_DMA))
		limits[0] = dma_bits < 64 ? 1ULL << dma_bits : ~0ULL;
	if (IS_ENABLED(CONFIG_ZONE_DMA32))
		limits[1] = 1ULL << 32;
	for (int i = 0; i < 3; i++) {
		u64 end = max(start, min(limits[i], kw_ram_size));

		zones[i] = (struct zone){ .start = start, .end = end, .cursor = end };
		start = end;
	}
}

struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order)
{
	u64 size = PAGE_SIZE << order;
	int first = 2;

	KW_RECORD("alloc_pages", NULL, gfp, order);
	if (IS_ENABLED(CONFIG_ZONE_DMA32) && (gfp & __GFP_DMA32))
		first = 1;
	if (IS_ENABLED(CONFIG_ZONE_DMA) && (gfp & __GFP_DMA))
		first = 0;
	for (int i = first; i >= 0; i--) {
		u64 top = zones[i].cursor, below, start;

		while (top >= size) {
			start = (top - size) & ~(size - 1);
			if (start < zones[i].start)
				break;
			if (!kw_in_pool(start, start + size, &below)) {
				zones[i].cursor = start;
				return pfn_to_page(start >> PAGE_SHIFT);
			}
			top = below;
		}
	}
	return NULL;
}

void __free_pages(struct page *page, unsigned int order)
{
	KW_RECORD("free_pages", NULL, page_to_phys(page), order);
}

int walk_system_ram_range(unsigned long start_pfn, unsigned long pages, void *data,
			  int (*told)(unsigned long, unsigned long, void *))
{
	return told(0, max_pfn, data);
}

/* Remapped ranges keep their linear address, so that there is one copy of the data. */
static struct remapped {
	unsigned char *start;
	size_t size;
} remapped[256];
static unsigned int remapped_count;

static struct remapped *find_remapped(const void *address)
{
	for (unsigned int i = 0; i < remapped_count; i++)
		if ((unsigned char *)address >= remapped[i].start &&
		    (unsigned char *)address < remapped[i].start + remapped[i].size)
			return &remapped[i];
	return NULL;
}

bool is_vmalloc_addr(const void *address)
{
	return find_remapped(address);
}

void *dma_common_contiguous_remap(struct page *page, size_t size, pgprot_t prot, const void *caller)
{
	KW_RECORD("dma_common_contiguous_remap", NULL, page_to_phys(page), size, prot.bits);
	if (remapped_count == 256)
		return NULL;
	remapped[remapped_count++] = (struct remapped){ page_address(page), size };
	return page_address(page);
}

void vunmap(const void *address)
{
	struct remapped *found = find_remapped(address);

	KW_RECORD("vunmap", NULL, virt_to_phys(address));
	if (found)
		*found = remapped[--remapped_count];
}

#define SCATTERLISTS 16384
static struct scatterlist scatterlists[SCATTERLISTS];
static unsigned int scatterlists_used;

struct scatterlist *kw_scatterlist(unsigned int entries)
{
	struct scatterlist *list = scatterlists + scatterlists_used;

	if (!entries || entries > SCATTERLISTS - scatterlists_used)
		return NULL;
	scatterlists_used += entries;
	(memset)(list, 0, entries * sizeof(*list));
	sg_init_marker(list, entries);
	return list;
}

#ifndef KW_SG_NEXT
struct scatterlist *sg_next(struct scatterlist *sg)
{
	return sg_is_last(sg) ? NULL : sg + 1;
}
#endif

int sg_alloc_table(struct sg_table *table, unsigned int entries, gfp_t gfp)
{
	*table = (struct sg_table){ .sgl = kw_scatterlist(entries), .nents = entries, .orig_nents = entries };
	return table->sgl ? 0 : -ENOMEM;
}

void sg_free_table(struct sg_table *table)
{
}

#define DEVICES 4096
static struct kw_device devices[DEVICES];
static unsigned int devices_used;

/* NULL when there are too many. */
struct device *kw_device(const struct kw_facts *facts)
{
	struct kw_device *device = devices + devices_used;
	struct device *dev = &device->pci.dev;

	if (devices_used == DEVICES)
		return NULL;
	devices_used++;
	(memset)(device, 0, sizeof(*device));
	device->facts = *facts;
	device->mask = facts->dma_mask;
	dev->bus = &device->bus;
	dev->dma_mask = facts->has_mask ? &device->mask : NULL;
	dev->coherent_dma_mask = facts->coherent_dma_mask;
	dev->bus_dma_limit = facts->bus_dma_limit;
	dev->dma_parms = &device->parms;
	device->parms.min_align_mask = facts->min_align_mask;
	device->parms.segment_boundary_mask = facts->seg_boundary;
	device->parms.max_segment_size = facts->max_seg_size;
	device->pci.untrusted = facts->untrusted;
	dev->archdata.dma_offset = facts->dma_offset;
	for (u64 i = 0; i < facts->range_count; i++)
		device->ranges[i] = (struct bus_dma_region){ .cpu_start = facts->ranges[i][0],
							     .dma_start = facts->ranges[i][1],
#ifdef KW_RANGE_OFFSET
							     .offset = facts->ranges[i][0] - facts->ranges[i][1],
#endif
							     .size = facts->ranges[i][2] };
	if (facts->range_count)
		dev->dma_range_map = device->ranges;
	kw_pool_of(dev);
#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) || defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) || \
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL)
	dev->dma_coherent = facts->coherent;
#endif
#if defined(CONFIG_DMA_OPS_BYPASS) || defined(CONFIG_PPC64)
	dev->dma_ops_bypass = facts->bypass;
#endif
	kw_ops_of(device);
	if (facts->dma_iommu)
		kw_iommu_of(device);
	return dev;
}

/* 0, or -ENOMEM when the address space for that much memory is not to be had. Forgets devices, lists and data. */
int kw_reset(u64 new_max_pfn, u64 new_min_low_pfn, u64 dma_bits, u64 encryption_mask, u64 guest, u64 fixed_is_weak)
{
	u64 size = new_max_pfn << PAGE_SHIFT;
	void *ram;

	if (size > mapped_size) {
		if (kw_ram)
			munmap(kw_ram, mapped_size);
		kw_ram = NULL;
	} else {
		size = mapped_size;
	}
	/* Mapped anew each time, for then the page tables go too; else resets get slower as more memory is touched. */
	ram = mmap(kw_ram, size, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (kw_ram ? MAP_FIXED : 0), -1, 0);
	mapped_size = ram == MAP_FAILED ? 0 : size;
	kw_ram = ram == MAP_FAILED ? NULL : ram;
	if (!kw_ram)
		return -ENOMEM;
	madvise(kw_ram, size, MADV_NOHUGEPAGE);
	kw_ram_size = new_max_pfn << PAGE_SHIFT;
	max_pfn = new_max_pfn;
	min_low_pfn = new_min_low_pfn;
#ifdef KW_ZONE_DMA_LIMIT
	zone_dma_limit = dma_bits < 64 ? (1ULL << dma_bits) - 1 : ~0ULL;
#else
	zone_dma_bits = dma_bits;
#endif
	sme_me_mask = encryption_mask;
	kw_cc = !encryption_mask ? 0 :
		1 << CC_ATTR_MEM_ENCRYPT | 1 << (guest ? CC_ATTR_GUEST_MEM_ENCRYPT : CC_ATTR_HOST_MEM_ENCRYPT);
	iommu_fixed_is_weak = fixed_is_weak;
	devices_used = scatterlists_used = remapped_count = 0;
	lay_out_zones(dma_bits);
	kw_pool_clear();
	kw_iommu_clear();
	return 0;
}

void *kw_base(void)
{
	return kw_ram;
}
