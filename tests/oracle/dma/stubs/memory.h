/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory is one sparse mapping at kw_ram; a struct page is only ever an address, never looked into. Every
 * access to memory is checked against its size, so that a wild address ends the call and not the process.
 */
#ifndef KWEIGH_MEMORY_H
#define KWEIGH_MEMORY_H

#define PAGE_SHIFT KWEIGH_PAGE_SHIFT
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(address) ALIGN(address, PAGE_SIZE)
#define PAGE_ALIGNED(address) IS_ALIGNED((unsigned long)(address), PAGE_SIZE)
#define offset_in_page(address) ((unsigned long)(address) & ~PAGE_MASK)

#include <linux/pfn.h>

struct page {
	unsigned long unused[8];
};
struct folio {
	struct page page;
};

extern unsigned char *kw_ram;
extern u64 kw_ram_size;
extern unsigned long max_pfn, min_low_pfn;
extern u64 sme_me_mask;

#define KW_MEM_MAP ((struct page *)0x100000000000UL)
#define pfn_to_page(pfn) (KW_MEM_MAP + (pfn))
#define page_to_pfn(page) ((unsigned long)((page) - KW_MEM_MAP))
#define page_to_phys(page) ((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)

/* The address of `size` bytes of memory at `phys`; ends the call when they are not all memory. */
void *kw_memory(u64 phys, u64 size);
void *kw_memset(void *to, int byte, size_t size);
#define memset(to, byte, size) kw_memset(to, byte, size)

#define phys_to_virt(phys) kw_memory(phys, 1)
#define virt_to_phys(address) ((phys_addr_t)((unsigned char *)(address) - kw_ram))
#define __pa(address) virt_to_phys(address)
#define page_address(page) phys_to_virt(page_to_phys(page))
#define virt_to_page(address) pfn_to_page(virt_to_phys(address) >> PAGE_SHIFT)
#define PageHighMem(page) ((void)(page), false)
#define is_pci_p2pdma_page(page) ((void)(page), false)
#define is_zone_device_page(page) ((void)(page), false)
#define pfn_valid(pfn) ((pfn) < max_pfn)
#define PhysHighMem(phys) ((void)(phys), false)
#define page_range_contiguous(page, count) true
#define page_to_virt(page) page_address(page)
#define memcpy_from_page(to, page, offset, size) ((void)0)
#define memcpy_to_page(page, offset, from, size) ((void)0)

static inline int get_order(unsigned long size)
{
	return size <= PAGE_SIZE ? 0 : fls64((size - 1) >> PAGE_SHIFT);
}

/* Values as in include/linux/gfp_types.h, so that a caller's flags mean what they mean to the kernel. */
#define __GFP_DMA 0x01u
#define __GFP_HIGHMEM 0x02u
#define __GFP_DMA32 0x04u
#define GFP_ZONEMASK 0x0fu
#define __GFP_COMP 0x40000u
#define __GFP_ZERO 0x100u
#define __GFP_DIRECT_RECLAIM 0x400u
#define __GFP_NOWARN 0x2000u
#define GFP_KERNEL 0xcc0u
#define GFP_DMA __GFP_DMA
#define GFP_DMA32 __GFP_DMA32
#define gfpflags_allow_blocking(gfp) (!!((gfp) & __GFP_DIRECT_RECLAIM))

struct page *alloc_pages_node(int node, gfp_t gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);

#define kmalloc(size, gfp) malloc(size)
#define kcalloc(count, size, gfp) calloc(count, size)
#define kzalloc(size, gfp) calloc(1, size)
#define kmalloc_obj(object, ...) malloc(sizeof(object))
#define kzalloc_objs(object, count) calloc(count, sizeof(object))
#define kfree free

/* As arm64 has them: what small buffers of kmalloc() are aligned to, and what they would have to be. */
#define ARCH_HAS_DMA_MINALIGN
#define ARCH_DMA_MINALIGN 128
#ifdef KW_KMALLOC_BOUNCE
#define dma_get_cache_alignment() 64
#endif
static inline size_t kmalloc_size_roundup(size_t size)
{
	return size <= 8 ? 8 : size > 64 && size <= 96 ? 96 : size > 128 && size <= 192 ? 192 : roundup_pow_of_two(size);
}

/* The pool is placed by kw_pool(), so nothing of swiotlb's own start-up may find memory. */
#define memblock_alloc(size, align) ((void *)NULL)
#define memblock_alloc_low(size, align) ((void *)NULL)
#define memblock_free(address, size) ((void)0)
#define memblock_free_early(address, size) ((void)0)
#define memblock_free_late(address, size) ((void)0)
#define memblock_phys_free(address, size) ((void)0)
#define __get_free_pages(gfp, order) 0UL
static inline void free_pages(unsigned long address, unsigned int order) {} /* no macro: ops have a member so called */

/* All of memory is one range. */
int walk_system_ram_range(unsigned long start_pfn, unsigned long pages, void *data,
			  int (*told)(unsigned long, unsigned long, void *));

int set_memory_decrypted(unsigned long address, int pages);
int set_memory_encrypted(unsigned long address, int pages);

typedef struct { unsigned long bits; } pgprot_t;
#define KW_PROT_UNCACHED 1UL
#define KW_PROT_WRITECOMBINE 2UL
#define KW_PROT_DECRYPTED 4UL
#define PAGE_KERNEL ((pgprot_t){ 0 })
#define pgprot_noncached(prot) ((pgprot_t){ (prot).bits | KW_PROT_UNCACHED })
#define pgprot_writecombine(prot) ((pgprot_t){ (prot).bits | KW_PROT_WRITECOMBINE })
#define pgprot_decrypted(prot) ((pgprot_t){ (prot).bits | KW_PROT_DECRYPTED })
#define pgprot_encrypted(prot) (prot)

struct vm_area_struct {
	unsigned long vm_start, vm_end, vm_pgoff;
	pgprot_t vm_page_prot;
};
typedef unsigned long pgoff_t;
#define vma_start_pgoff(vma) ((vma)->vm_pgoff)
#define vma_end_pgoff(vma) ((vma)->vm_pgoff + vma_pages(vma))
#define vma_pages(vma) (((vma)->vm_end - (vma)->vm_start) >> PAGE_SHIFT)
int remap_pfn_range(struct vm_area_struct *vma, unsigned long start, unsigned long pfn, unsigned long size,
		    pgprot_t prot);
#define vm_map_pages(vma, pages, count) (-ENXIO)

#define VM_MAP 0
#define vmap(pages, count, flags, prot) ((void)(pages), (void *)NULL)
bool is_vmalloc_addr(const void *address);
void vunmap(const void *address);
#define vmalloc_to_page(address) virt_to_page(address)

#define kmsan_handle_dma(...) ((void)0)
#define kmsan_handle_dma_sg(sg, nents, dir) ((void)0)
#define kmsan_unpoison_memory(address, size) ((void)0)

#endif
