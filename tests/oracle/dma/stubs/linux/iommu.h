/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drivers/iommu/dma-iommu.c and iova.c need besides the rest: a domain whose page table is ours (dma_iommu.c), and
 * the lists, timers, per-CPU data and caches of the kernel, for one CPU whose timers never fire.
 */
#ifndef KWEIGH_LINUX_IOMMU_H
#define KWEIGH_LINUX_IOMMU_H

#include <stdio.h>

#define EFAULT 14
#define EEXIST 17
#define ENODEV 19
#define EPERM 1
#define EOVERFLOW 75
#define ENOTSUPP 524
#define ULLONG_MAX (~0ULL)

#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, value) ((x) = (value))
#define smp_mb() ((void)0)
#define smp_wmb() ((void)0)
#define rcu_assign_pointer(p, value) ((p) = (value))
#define swap(a, b)                                                                                                     \
	do {                                                                                                           \
		typeof(a) held_ = (a);                                                                                 \
		(a) = (b);                                                                                             \
		(b) = held_;                                                                                           \
	} while (0)
#define __ffs(x) ((unsigned long)__builtin_ctzl(x))
#define __fls(x) ((unsigned long)(63 - __builtin_clzl(x)))
#define ilog2(x) ((int)__fls(x))
#define order_base_2(n) ((n) > 1 ? (unsigned int)__fls((unsigned long)(n)-1) + 1 : 0U)
#define bits_per(n) ((n) < 2 ? 1 : (int)__fls(n) + 1)
#ifndef GENMASK
#define GENMASK(high, low) ((~0UL << (low)) & (~0UL >> (63 - (high))))
#endif
#define overflows_type(value, object) ((typeof(object))(value) != (value))
#define check_add_overflow(a, b, result) __builtin_add_overflow(a, b, result)
#define struct_size(pointer, member, count) (sizeof(*(pointer)) + sizeof((pointer)->member[0]) * (count))
#define static_assert _Static_assert
#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define lower_32_bits(n) ((u32)(n))
#define kstrtobool(text, value) ((void)(text), (void)(value), 0)
#define dev_name(dev) ""
#define dev_notice(dev, ...) ((void)(dev))
#define ERR_PTR(error) ((void *)(long)(error))

/* Lists, as far as they are walked. */
struct list_head {
	struct list_head *next, *prev;
};
struct hlist_node {
	struct hlist_node *next, **pprev;
};
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
#define INIT_LIST_HEAD(head) ((head)->next = (head)->prev = (head))
#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_for_each_entry(at, head, member)                                                                          \
	for (at = list_entry((head)->next, typeof(*at), member); &at->member != (head);                                \
	     at = list_entry(at->member.next, typeof(*at), member))
#define list_for_each_entry_safe(at, after, head, member)                                                              \
	for (at = list_entry((head)->next, typeof(*at), member),                                                       \
	    after = list_entry(at->member.next, typeof(*at), member);                                                  \
	     &at->member != (head); at = after, after = list_entry(after->member.next, typeof(*at), member))
static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}
static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
}
#define list_splice(from, to) ((void)(from), (void)(to))
#define list_sort(data, head, order) ((void)(head), (void)(order))
#define hlist_entry_safe(pointer, type, member) ((pointer) ? container_of(pointer, type, member) : NULL)

/* One CPU, whose timers and work never run. */
#define __percpu
#define alloc_percpu(type) calloc(1, sizeof(type))
#define __alloc_percpu(size, align) calloc(1, size)
#define free_percpu free
#define per_cpu_ptr(data, cpu) ((void)(cpu), (data))
#define raw_cpu_ptr(data) (data)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define for_each_online_cpu(cpu) for_each_possible_cpu (cpu)
#define num_online_cpus() 1U
#define cache_line_size() 64
enum { CPUHP_IOMMU_IOVA_DEAD };
#define cpuhp_setup_state_multi(...) 0
#define cpuhp_remove_multi_state(state) ((void)0)
#define cpuhp_state_add_instance_nocalls(state, node) ((void)(node), 0)
#define cpuhp_state_remove_instance_nocalls(state, node) ((void)(node))
#define assert_spin_locked(lock) ((void)(lock))
#define spin_lock(lock) ((void)(lock))
#define spin_unlock(lock) ((void)(lock))
#define spin_trylock_irqsave(lock, flags) ((void)(lock), (flags) = 0, true)
typedef struct { u64 counter; } atomic64_t;
typedef struct { int counter; } atomic_t;
#define atomic64_read(value) ((value)->counter)
#define atomic64_set(value, to) ((value)->counter = (to))
#define atomic64_inc(value) ((value)->counter++)
#define atomic_read(value) ((value)->counter)
#define atomic_set(value, to) ((value)->counter = (to))
#define atomic_xchg(value, to) ((value)->counter = (to), 0)
#define atomic_cmpxchg(value, was, to) ((value)->counter = (to), (was))
struct timer_list {
	int unused;
};
#define timer_setup(timer, function, flags) ((void)(function))
#define mod_timer(timer, at) ((void)(timer))
#define del_timer_sync(timer) ((void)(timer))
#define del_timer(timer) ((void)(timer))
#define timer_delete_sync(timer) ((void)(timer))
#define from_timer(variable, timer, field) container_of(timer, typeof(*variable), field)
#define timer_container_of from_timer
#define jiffies 0UL
#define msecs_to_jiffies(ms) (ms)
struct work_struct {
	int unused;
};
struct delayed_work {
	struct work_struct work;
};
#define INIT_DELAYED_WORK(delayed, function) ((void)(delayed), (void)(function))
#define schedule_delayed_work(delayed, after) ((void)(delayed))
#define cancel_delayed_work_sync(delayed) ((void)(delayed))
struct mutex {
	int unused;
};
#define DEFINE_MUTEX(name) struct mutex name
#define mutex_init(lock) ((void)(lock))
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define guard(kind) (void)
#define lockdep_assert_held(lock) ((void)(lock))
#define DEFINE_STATIC_KEY_FALSE(name) bool name
#define static_branch_unlikely(key) unlikely(*(key))
#define static_branch_enable(key) (*(key) = true)
#define is_kdump_kernel() false

/* Caches of objects, of which some want zeros. */
struct kmem_cache {
	size_t size;
};
#define SLAB_HWCACHE_ALIGN 0
static inline struct kmem_cache *kw_cache(size_t size)
{
	struct kmem_cache *cache = malloc(sizeof(*cache));

	if (cache)
		cache->size = size;
	return cache;
}
#define kmem_cache_create(name, size, align, flags, made) kw_cache(size)
#define kmem_cache_destroy(cache) free(cache)
#define kmem_cache_alloc(cache, gfp) malloc((cache)->size)
#define kmem_cache_zalloc(cache, gfp) calloc(1, (cache)->size)
#define kmem_cache_free(cache, object) ((void)(cache), free(object))
#define kmemleak_transient_leak(pointer) ((void)(pointer))
#define kvcalloc(count, size, gfp) calloc(count, size)
#define kvzalloc(size, gfp) calloc(1, size)
#define kvzalloc_objs(object, count) calloc(count, sizeof(object))
#define kzalloc_obj(object) calloc(1, sizeof(object))
#define kvfree free
#define vmalloc(size) malloc(size)
#define vfree free
#define split_page(page, order) ((void)(page))
#define __free_page(page) __free_pages(page, 0)
#define __GFP_NORETRY 0x10000u
#define GFP_ATOMIC 0xa20u
#ifndef MAX_ORDER
#define MAX_ORDER 10
#define MAX_PAGE_ORDER 10
#endif
#define vmalloc_to_pfn(address) page_to_pfn(vmalloc_to_page(address))
#define put_pages_list(list) ((void)(list))

/* Pages of page tables to be given back: there are none. */
struct iommu_pages_list {
	int unused;
};
#define IOMMU_PAGES_LIST_INIT(name) ((struct iommu_pages_list){})
#define iommu_put_pages_list(list) ((void)(list))
#define iommu_pages_list_splice(from, to) ((void)(from), (void)(to))
#ifdef KW_PAGES_LIST
typedef struct iommu_pages_list kw_freelist;
#else
typedef struct list_head kw_freelist;
#endif

/* The IOMMU API, of whose domains only the default one of a device is there. */
#define IOMMU_READ 1
#define IOMMU_WRITE 2
#define IOMMU_CACHE 4
#define IOMMU_NOEXEC 8
#define IOMMU_MMIO 16
#define IOMMU_PRIV 32
#define IOMMU_DOMAIN_UNMANAGED 1
#define IOMMU_DOMAIN_DMA 3
#define IOMMU_DOMAIN_DMA_FQ 11
#define IOMMU_CAP_DEFERRED_FLUSH 0
#define DOMAIN_ATTR_DMA_USE_FLUSH_QUEUE 0
enum iommu_resv_type { IOMMU_RESV_MSI = 1, IOMMU_RESV_SW_MSI };
enum iommu_domain_cookie_type { IOMMU_COOKIE_NONE, IOMMU_COOKIE_DMA_IOVA, IOMMU_COOKIE_DMA_MSI };

struct iommu_domain;
struct iommu_dma_cookie;
struct iommu_dma_msi_cookie;
struct iommu_domain_geometry {
	dma_addr_t aperture_start, aperture_end;
	bool force_aperture;
};
struct iommu_ops {
	void (*flush_iotlb_all)(struct iommu_domain *domain);
	bool (*is_attach_deferred)(struct iommu_domain *domain, struct device *dev);
};
struct iommu_domain {
	unsigned int type, cookie_type;
	const struct iommu_ops *ops;
	unsigned long pgsize_bitmap;
	struct iommu_domain_geometry geometry;
	struct iommu_dma_cookie *iova_cookie;
	struct iommu_dma_msi_cookie *msi_cookie;
};
struct iommu_iotlb_gather {
	unsigned long start, end;
	bool queued;
	kw_freelist freelist;
};
struct dev_iommu {
	unsigned int shadow_on_flush : 1;
	unsigned int pci_32bit_workaround : 1;
};
struct iommu_resv_region {
	struct list_head list;
	phys_addr_t start;
	size_t length;
	enum iommu_resv_type type;
};
struct iommu_fwspec {
	void *iommu_fwnode;
};
#define iommu_is_dma_domain(domain) ((domain)->type == IOMMU_DOMAIN_DMA)
#define iommu_iotlb_gather_init(gather) ((void)memset(gather, 0, sizeof(*(gather))))
#define iommu_deferred_attach(dev, domain) 0
#define iommu_attach_device(domain, dev) 0
#define iommu_domain_get_attr(domain, attribute, value) (-ENODEV)
#define iommu_get_resv_regions(dev, list) ((void)(list))
#define iommu_put_resv_regions(dev, list) ((void)(list))
#define iommu_group_mutex_assert(dev) ((void)(dev))
#define device_iommu_capable(dev, capability) false
#define dev_iommu_fwspec_get(dev) ((struct iommu_fwspec *)(dev))
#define iommupt_from_domain(domain) ((void)(domain), false)
#define is_of_node(node) ((void)(node), false)
#define of_node bus /* of a device, only handed on */
#define iort_iommu_get_resv_regions(dev, list) ((void)(list))
#define iort_iommu_msi_get_resv_regions(dev, list) ((void)(list))
#define of_iommu_get_resv_regions(dev, list) ((void)(list))

struct iommu_domain *iommu_get_domain_for_dev(struct device *dev);
#define iommu_get_dma_domain iommu_get_domain_for_dev
int kw_iommu_map(struct iommu_domain *domain, u64 iova, u64 phys, size_t size, int prot);
#define iommu_map(domain, iova, phys, size, prot, ...) kw_iommu_map(domain, iova, phys, size, prot)
#define iommu_map_atomic iommu_map
#define iommu_map_nosync iommu_map
int kw_iommu_sync_map(struct iommu_domain *domain, u64 iova, size_t size);
#define iommu_sync_map kw_iommu_sync_map
ssize_t kw_iommu_map_sg(struct iommu_domain *domain, u64 iova, struct scatterlist *sg, unsigned int nents, int prot);
#define iommu_map_sg(domain, iova, sg, nents, prot, ...) kw_iommu_map_sg(domain, iova, sg, nents, prot)
#define iommu_map_sg_atomic iommu_map_sg
size_t iommu_unmap_fast(struct iommu_domain *domain, unsigned long iova, size_t size,
			struct iommu_iotlb_gather *gather);
void iommu_iotlb_sync(struct iommu_domain *domain, struct iommu_iotlb_gather *gather);
phys_addr_t iommu_iova_to_phys(struct iommu_domain *domain, dma_addr_t iova);

/* PCI host bridges without windows of their own. */
#define IORESOURCE_MEM 0x200
struct resource {
	u64 start, end;
};
struct resource_entry {
	struct list_head node;
	struct resource *res;
	u64 offset;
};
struct pci_host_bridge {
	struct list_head windows, dma_ranges;
};
#define resource_type(resource) ((void)(resource), 0)
#define resource_list_for_each_entry(entry, list) list_for_each_entry(entry, list, node)
struct pci_host_bridge *kw_host_bridge(void);
#define pci_find_host_bridge(bus) ((void)(bus), kw_host_bridge())

/* Interrupts by message are not judged. */
struct msi_desc {
	const void *iommu_cookie;
};
struct msi_msg {
	u32 address_lo, address_hi, data;
};
#define msi_desc_to_dev(desc) ((struct device *)(desc))
#define msi_desc_set_iommu_cookie(desc, cookie) ((void)(desc))
#define msi_desc_get_iommu_cookie(desc) ((void)(desc), (void *)NULL)
#define msi_desc_set_iommu_msi_iova(desc, iova, shift) ((void)(desc))

#define arch_initcall(function)
#define MODULE_AUTHOR(text)
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)

#endif
