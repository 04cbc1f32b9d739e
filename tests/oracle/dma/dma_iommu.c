/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree's dma-iommu.c and iova.c above an IOMMU of ours: a page table that records what is entered and taken out, and
 * a host bridge without windows. Each device has a domain of its own.
 */
#include "harness.h"

#ifdef CONFIG_IOMMU_DMA

#include <linux/iommu.h>

#define dma_common_pages_remap(pages, size, prot, caller) ((void *)kw_remap_pages(pages, size))
static void *kw_remap_pages(struct page **pages, size_t size);
#define dma_common_find_pages kw_find_pages
static struct page **kw_find_pages(void *address);
#define dma_common_free_remap(address, size) vunmap(address)
static int kw_table_from_pages(struct sg_table *table, struct page **pages, unsigned int count, unsigned int offset,
			       unsigned long size);
#define sg_alloc_table_from_pages(table, pages, count, offset, size, gfp)                                              \
	kw_table_from_pages(table, pages, count, offset, size)

#include KWEIGH_RBTREE
#include KWEIGH_IOVA
#include KWEIGH_DMA_IOMMU

#define PAGES (1 << 16)
#define HEADS (1 << 12)

/* Page tables of all domains, by domain and page. */
static struct kw_entry {
	struct iommu_domain *domain;
	u64 page, phys;
	struct kw_entry *next;
} entries[PAGES], *heads[HEADS], *unused;
static unsigned int used;

static struct kw_domain {
	struct iommu_domain domain;
	struct dev_iommu iommu;
	struct device *dev;
	struct kw_domain *next;
} *domains;

static struct kw_entry **find_entry(struct iommu_domain *domain, u64 page)
{
	struct kw_entry **at = &heads[page % HEADS];

	while (*at && ((*at)->page != page || (*at)->domain != domain))
		at = &(*at)->next;
	return at;
}

int kw_iommu_map(struct iommu_domain *domain, u64 iova, u64 phys, size_t size, int prot)
{
	KW_RECORD("iommu_map", NULL, iova, phys, size, prot);
	if ((iova | phys | size) & ~PAGE_MASK) /* iommu_map() of the IOMMU API refuses it, too */
		return -EINVAL;
	for (u64 at = 0; at < size; at += PAGE_SIZE)
		if (*find_entry(domain, (iova + at) >> PAGE_SHIFT))
			return -EEXIST;
	for (u64 at = 0; at < size; at += PAGE_SIZE) {
		struct kw_entry **place = find_entry(domain, (iova + at) >> PAGE_SHIFT), *entry = unused;

		if (entry)
			unused = entry->next;
		else if (used < PAGES)
			entry = &entries[used++];
		else
			return -ENOMEM;
		*entry = (struct kw_entry){ domain, (iova + at) >> PAGE_SHIFT, phys + at };
		*place = entry;
	}
	return 0;
}

int kw_iommu_sync_map(struct iommu_domain *domain, u64 iova, size_t size)
{
	KW_RECORD("iommu_sync_map", NULL, iova, size);
	return 0;
}

ssize_t kw_iommu_map_sg(struct iommu_domain *domain, u64 iova, struct scatterlist *sg, unsigned int nents, int prot)
{
	size_t mapped = 0;

	for (unsigned int i = 0; i < nents; i++, sg = sg_next(sg)) {
		int error = kw_iommu_map(domain, iova + mapped, sg_phys(sg), sg->length, prot);

		if (error)
			return error;
		mapped += sg->length;
	}
	return mapped;
}

size_t iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova, size_t size,
			struct iommu_iotlb_gather *gather)
{
	size_t gone = 0;

	for (u64 at = 0; at < size; at += PAGE_SIZE) {
		struct kw_entry **place = find_entry(domain, (iova + at) >> PAGE_SHIFT), *entry = *place;

		if (!entry)
			continue;
		*place = entry->next;
		entry->next = unused;
		unused = entry;
		gone += PAGE_SIZE;
	}
	KW_RECORD("iommu_unmap", NULL, iova, gone);
	return gone;
}

void iommu_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *gather)
{
	KW_RECORD("iotlb_sync", NULL);
}

phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova)
{
	struct kw_entry *entry = *find_entry(domain, iova >> PAGE_SHIFT);

	return entry ? entry->phys + offset_in_page(iova) : 0;
}

struct iommu_domain *iommu_get_domain_for_dev(struct device *dev)
{
	for (struct kw_domain *at = domains; at; at = at->next)
		if (at->dev == dev)
			return &at->domain;
	return NULL;
}

struct pci_host_bridge *kw_host_bridge(void)
{
	static struct pci_host_bridge bridge = { LIST_HEAD_INIT(bridge.windows), LIST_HEAD_INIT(bridge.dma_ranges) };

	return &bridge;
}

void kw_iommu_clear(void)
{
	memset(heads, 0, sizeof(heads));
	used = 0;
	unused = NULL;
	while (domains) {
		struct kw_domain *gone = domains;

		domains = gone->next;
		iommu_put_dma_cookie(&gone->domain);
		free(gone);
	}
}

/* A domain for the device, set up as its bus does it. What a dma_range_map would forbid here is not asked. */
void kw_iommu_of(struct kw_device *device)
{
	const struct kw_facts *facts = &device->facts;
	struct device *dev = &device->pci.dev;
	const struct bus_dma_region *ranges = dev->dma_range_map;
	struct kw_domain *made = calloc(1, sizeof(*made));

	iova_cache_get();
	made->dev = dev;
	made->domain.type = IOMMU_DOMAIN_DMA;
	made->domain.pgsize_bitmap = PAGE_SIZE | SZ_2M | SZ_1G;
	made->domain.geometry = (struct iommu_domain_geometry){ facts->aperture_start, facts->aperture_end, true };
	made->next = domains;
	domains = made;
	dev->iommu = &made->iommu;
	iommu_get_dma_cookie(&made->domain);
	dev->dma_range_map = NULL;
#if defined(KW_SETUP_DOMAIN)
	iommu_setup_dma_ops(dev, &made->domain);
#elif defined(KW_DMA_IOMMU)
	iommu_setup_dma_ops(dev);
#elif defined(KW_SETUP_LIMIT)
	iommu_setup_dma_ops(dev, facts->aperture_start, facts->aperture_end);
#else
	iommu_setup_dma_ops(dev, facts->aperture_start, facts->aperture_end - facts->aperture_start + 1);
#endif
	dev->dma_range_map = ranges;
}

/* Pages remapped into one range of addresses keep the address of the first. */
static struct {
	void *address;
	struct page **pages;
} remapped[64];
static unsigned int remapped_next;

static void *kw_remap_pages(struct page **pages, size_t size)
{
	unsigned int at = remapped_next++ % 64;

	remapped[at].address = dma_common_contiguous_remap(pages[0], size, PAGE_KERNEL, NULL);
	remapped[at].pages = pages;
	return remapped[at].address;
}

static struct page **kw_find_pages(void *address)
{
	for (unsigned int i = 1; i <= 64 && i <= remapped_next; i++)
		if (remapped[(remapped_next - i) % 64].address == address)
			return remapped[(remapped_next - i) % 64].pages;
	return NULL;
}

/* Pages that follow each other are one entry, as in lib/scatterlist.c. */
static int kw_table_from_pages(struct sg_table *table, struct page **pages, unsigned int count, unsigned int offset,
			       unsigned long size)
{
	unsigned int entries = 1;
	struct scatterlist *sg;

	for (unsigned int i = 1; i < count; i++)
		entries += pages[i] != pages[i - 1] + 1;
	if (sg_alloc_table(table, entries, 0))
		return -ENOMEM;
	sg = table->sgl;
	for (unsigned int i = 0; i < count; sg = sg_next(sg)) {
		unsigned int end = i + 1;
		unsigned long length;

		while (end < count && pages[end] == pages[end - 1] + 1)
			end++;
		length = min(size, ((unsigned long)(end - i) << PAGE_SHIFT) - offset);
		sg_set_page(sg, pages[i], length, offset);
		size -= length;
		offset = 0;
		i = end;
	}
	return 0;
}

#else

void kw_iommu_clear(void)
{
}

void kw_iommu_of(struct kw_device *device)
{
}

#endif
