/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel's DMA sources need of the rest of the kernel, in user space. Included before every source, so that
 * the headers that they name can be empty unless they are the tree's own (build.py says which).
 */
#ifndef KWEIGH_PRELUDE_H
#define KWEIGH_PRELUDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32, __u32;
typedef uint64_t u64, __be64;
typedef int64_t s64;
typedef unsigned int gfp_t;

/* ARCH_DMA_ADDR_T_64BIT is `64BIT || PHYS_ADDR_T_64BIT`, so one symbol sizes both. unsigned long stays 64 bits. */
#ifdef CONFIG_ARCH_DMA_ADDR_T_64BIT
typedef u64 dma_addr_t, phys_addr_t;
#else
typedef u32 dma_addr_t, phys_addr_t;
#endif

#define BITS_PER_LONG 64
#define ULONG_MAX (~0UL)
#define U32_MAX (~0U)
#define U64_MAX ((u64)~0ULL)
#define UINT_MAX (~0U)

#define ENOMEM 12
#define EIO 5
#define ENXIO 6
#define EINVAL 22
#define ENOSYS 38
#define EOPNOTSUPP 95
#define EREMOTEIO 121
#define IS_ERR(pointer) ((unsigned long)(pointer) >= (unsigned long)-4095)

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __init
#define __ro_after_init
#define __maybe_unused __attribute__((unused))
#define __read_mostly
#define __always_inline inline
#define fallthrough __attribute__((__fallthrough__))
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define early_param(name, function)
#define late_initcall(function)

/* What minmax.h and build_bug.h expect of the compiler's headers. */
#define KW_GLUE_(a, b) a##b
#define KW_GLUE(a, b) KW_GLUE_(a, b)
#define __UNIQUE_ID(prefix) KW_GLUE(prefix, __COUNTER__)
#define is_signed_type(type) (((type)(-1)) < (type)1)
#define compiletime_assert(condition, message)
#define auto __auto_type /* as C23 means it */

#include <linux/kconfig.h>
#include <linux/minmax.h>
#include <linux/align.h>
#ifndef ALIGN
#define ALIGN(x, a) (((x) + (typeof(x))(a)-1) & ~((typeof(x))(a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((typeof(x))(a)-1))
#define IS_ALIGNED(x, a) (((x) & ((typeof(x))(a)-1)) == 0)
#endif
#include <linux/sizes.h>

#define GENMASK_ULL(high, low) ((~0ULL << (low)) & (~0ULL >> (63 - (high))))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define roundup(x, y) ((((x) + (y) - 1) / (y)) * (y))
#define rounddown(x, y) ((x) - (x) % (y))
#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
#define array_size(a, b) ((size_t)(a) * (b))
#define isdigit(c) ((c) >= '0' && (c) <= '9')
#define simple_strtoul strtoul

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static inline int fls_long(unsigned long x)
{
	return fls64(x);
}

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << fls64(n - 1);
}

/*
 * One CPU, no interrupts, no locks; but swiotlb locks its area before each search, and kw_steps counts that search's
 * steps (pool.c).
 */
extern u64 kw_steps;
typedef struct { int unused; } spinlock_t;
#define DEFINE_SPINLOCK(lock) spinlock_t lock
#define spin_lock_init(lock) ((void)(lock))
#define spin_lock_irqsave(lock, flags) ((void)(lock), (flags) = 0, kw_steps = 0)
#define spin_unlock_irqrestore(lock, flags) ((void)(lock), (void)(flags))
#define local_irq_save(flags) ((flags) = 0)
#define local_irq_restore(flags) ((void)(flags))
#define irqs_disabled() false
#define raw_smp_processor_id() 0
#define num_possible_cpus() 1U
#define SMP_CACHE_BYTES 64

#include "events.h"
#include "memory.h"
#include "device.h"

#endif
