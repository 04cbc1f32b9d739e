/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the harness share: the device behind a struct device, and how a call is begun and ended. */
#ifndef KWEIGH_HARNESS_H
#define KWEIGH_HARNESS_H

#include <linux/dma-map-ops.h>
#include <linux/dma-direct.h>
#ifdef KW_DMA_IOMMU
#include <linux/iommu-dma.h>
#endif
#include <asm/iommu.h>
#include <setjmp.h>

/*
 * Every callback that mapping.c may call, in the order of the bits and answers; Python reads the names from here.
 * Where a tree has map_phys, map_page stands for it, and there is no map_resource.
 */
#define KW_PLAIN_CALLBACKS(X)                                                                                          \
	X(alloc) X(free) X(free_pages) X(mmap) X(get_sgtable) X(map_sg) X(unmap_sg) X(sync_single_for_cpu)             \
	X(sync_single_for_device) X(sync_sg_for_cpu) X(sync_sg_for_device) X(dma_supported) X(get_required_mask)       \
	X(max_mapping_size) X(get_merge_boundary)
#define KW_CALLBACKS(X)                                                                                                \
	KW_PLAIN_CALLBACKS(X) X(alloc_pages) X(map_page) X(unmap_page) X(map_resource) X(unmap_resource)               \
	X(opt_mapping_size)

enum kw_callback {
#define KW_ENUM(name) KW_##name,
	KW_CALLBACKS(KW_ENUM)
	KW_handle, /* no callback: the handle that alloc, alloc_pages and map_sg give */
	KW_ANSWERS
};

#define KW_RANGES 8

enum kw_ops { KW_OPS_NONE, KW_OPS_RECORDING, KW_OPS_DUMMY, KW_OPS_POWERPC };

/* A device as Python describes it (kernel.py has the same fields in the same order), every field 64 bits. */
struct kw_facts {
	u64 has_mask, dma_mask, coherent_dma_mask, bus_dma_limit, coherent, bypass, unencrypted;
	u64 min_align_mask, seg_boundary, max_seg_size, dma_offset;
	u64 dma_iommu, untrusted, aperture_start, aperture_end;
	u64 ops, ops_of_bus, ops_flags, callbacks;
	u64 is_pci, has_bypass, bypass_mask, bypass_limit;
	u64 has_table, it_offset, it_size, it_page_shift;
	u64 range_count, ranges[KW_RANGES][3];
	u64 answers[KW_ANSWERS];
};

struct kw_device {
	struct pci_dev pci; /* first, and the struct device first in it */
	struct kw_facts facts;
	struct bus_type bus;
	struct dma_map_ops ops;
	struct device_dma_parameters parms;
	struct bus_dma_region ranges[KW_RANGES + 1];
	struct pci_controller host;
	struct iommu_table table;
	u64 mask;
};

/* The device of the running call, for callbacks that are not told. */
extern struct kw_device *kw_current;
extern sigjmp_buf kw_escape;

void kw_begin(struct device *dev);
void kw_end(void);
void kw_ops_of(struct kw_device *device);
void kw_iommu_of(struct kw_device *device);
void kw_iommu_clear(void);
struct scatterlist *kw_scatterlist(unsigned int entries);
void kw_pool_clear(void);
void kw_pool_of(struct device *dev);
bool kw_in_pool(u64 start, u64 end, u64 *below);

#endif
