/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device as far as the DMA code looks at it. Fields that the kernel compiles out are not there either, so that
 * code that reaches into a gated field does not build.
 */
#ifndef KWEIGH_DEVICE_H
#define KWEIGH_DEVICE_H

struct dma_map_ops;
struct bus_dma_region;
struct io_tlb_mem;
struct iommu_ops;
struct iommu_table;
struct dentry;
typedef dma_addr_t pci_bus_addr_t;
struct dev_pagemap;

struct bus_type {
	const struct dma_map_ops *dma_ops; /* what get_arch_dma_ops() gives */
};

struct device_dma_parameters {
	unsigned int max_segment_size;
	unsigned int min_align_mask;
	unsigned long segment_boundary_mask;
};

struct dev_archdata {
	dma_addr_t dma_offset;
	struct iommu_table *iommu_table_base;
};

struct device {
	struct bus_type *bus;
	u64 *dma_mask;
	u64 coherent_dma_mask;
	u64 bus_dma_limit;
	const struct bus_dma_region *dma_range_map;
	struct device_dma_parameters *dma_parms;
	struct dev_archdata archdata;
/* Without use_dma_iommu(), dma-iommu.c sets the table itself, and IOMMU_DMA selects DMA_OPS. */
#if defined(CONFIG_DMA_OPS) || defined(CONFIG_ARCH_HAS_DMA_OPS) || \
	(defined(CONFIG_IOMMU_DMA) && !defined(KW_DMA_IOMMU))
	const struct dma_map_ops *dma_ops;
#endif
#ifdef CONFIG_SWIOTLB
	struct io_tlb_mem *dma_io_tlb_mem;
#endif
#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) || defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) || \
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL)
	bool dma_coherent;
#endif
/* powerpc's own file sets the flag whatever the generic options are. */
#if defined(CONFIG_DMA_OPS_BYPASS) || defined(CONFIG_PPC64)
	bool dma_ops_bypass;
#endif
#ifdef CONFIG_DMA_NEED_SYNC
	bool dma_skip_sync;
#endif
#ifdef CONFIG_IOMMU_DMA
	bool dma_iommu;
	struct dev_iommu *iommu;
#endif
};

/* From 7.x on these are bits of dev->flags; nobody but the accessors may know. */
#define KW_FLAG(name)                                                                                                  \
	static inline bool dev_##name(const struct device *dev) { return dev->name; }                                  \
	static inline void dev_set_##name(struct device *dev) { dev->name = true; }                                    \
	static inline void dev_clear_##name(struct device *dev) { dev->name = false; }                                 \
	static inline void dev_assign_##name(struct device *dev, bool value) { dev->name = value; }
#define KW_NO_FLAG(name)                                                                                               \
	static inline bool dev_##name(const struct device *dev) { return false; }
#if defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_DEVICE) || defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU) || \
	defined(CONFIG_ARCH_HAS_SYNC_DMA_FOR_CPU_ALL)
KW_FLAG(dma_coherent)
#endif
#if defined(CONFIG_DMA_OPS_BYPASS) || defined(CONFIG_PPC64)
KW_FLAG(dma_ops_bypass)
#else
KW_NO_FLAG(dma_ops_bypass)
#endif
#ifdef CONFIG_DMA_NEED_SYNC
KW_FLAG(dma_skip_sync)
#else
KW_NO_FLAG(dma_skip_sync)
#endif
#ifdef CONFIG_IOMMU_DMA
KW_FLAG(dma_iommu)
#endif

#define dev_to_node(dev) (-1)

/* Managed allocations are not judged. */
#define devres_alloc(release, size, gfp) ((void)(release), (void *)NULL)
#define devres_free(resource) ((void)(resource))
#define devres_add(dev, resource) ((void)(resource))
#define devres_destroy(dev, release, match, data) ((void)(match), (void)(data), -ENXIO)

enum cc_attr { CC_ATTR_MEM_ENCRYPT, CC_ATTR_HOST_MEM_ENCRYPT, CC_ATTR_GUEST_MEM_ENCRYPT };
extern u64 kw_cc; /* the bits of what the platform has */
#define cc_platform_has(attribute) ((kw_cc >> (attribute)) & 1)
#define DEFINE_DEBUGFS_ATTRIBUTE(name, get, set, format) static const int name __maybe_unused
#define debugfs_create_dir(name, parent) NULL
#define debugfs_create_ulong(name, mode, parent, value) ((void)0)
#define debugfs_create_file(name, mode, parent, data, operations) ((void)0)

#define trace_swiotlb_bounced(dev, handle, size, ...) KW_RECORD("bounce", NULL, handle, size)

/* PCI as arch/powerpc/kernel/dma-iommu.c uses it. */
struct pci_dev;

struct pci_controller_ops {
	bool (*iommu_bypass_supported)(struct pci_dev *dev, u64 mask);
};

struct pci_controller {
	struct pci_controller_ops controller_ops;
};

struct pci_dev {
	struct device dev;
	struct pci_controller *bus;
	bool is_pci, untrusted;
};

#define to_pci_dev(device) container_of(device, struct pci_dev, dev)
#define pci_bus_to_host(host) (host)
#define dev_is_pci(device) (to_pci_dev(device)->is_pci)

#endif
