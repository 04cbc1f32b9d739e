/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a call does besides returning: events in one array that Python copies after the call. Both names are literals
 * of the library, so an event carries their addresses only.
 */
#ifndef KWEIGH_EVENTS_H
#define KWEIGH_EVENTS_H

#define KW_VALUES 6
#define KW_EVENTS 4096

struct kw_event {
	const char *kind;
	const char *detail; /* may be NULL */
	u64 count;
	u64 values[KW_VALUES];
};

struct kw_log {
	u64 count;
	u64 lost;
	u64 stopped; /* the call did not return: a bug or a fault ended it */
	struct kw_event events[KW_EVENTS];
};

void kw_record(const char *kind, const char *detail, unsigned int count, const u64 *values);
void kw_stop(const char *kind, const char *detail, u64 value) __attribute__((noreturn));

#define KW_RECORD(kind, detail, ...)                                                                                   \
	kw_record(kind, detail, sizeof((u64[]){ __VA_ARGS__ }) / sizeof(u64), (u64[]){ __VA_ARGS__ })

/* Each time, not once: a verdict must not depend on the calls before it. */
#define WARN_ON(condition)                                                                                             \
	({                                                                                                             \
		bool met_ = !!(condition);                                                                             \
		if (met_)                                                                                              \
			KW_RECORD("WARN", #condition);                                                                 \
		met_;                                                                                                  \
	})
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define dev_WARN_ONCE(dev, condition, format, ...)                                                                     \
	({                                                                                                             \
		bool met_ = !!(condition);                                                                             \
		if (met_)                                                                                              \
			KW_RECORD("WARN", format);                                                                     \
		met_;                                                                                                  \
	})
#define BUG() kw_stop("BUG", "BUG", 0)
#define panic(format, ...) kw_stop("BUG", format, 0)
#define VM_WARN_ON_ONCE(condition) ((void)0)
#define BUG_ON(condition)                                                                                              \
	do {                                                                                                           \
		if (condition)                                                                                         \
			kw_stop("BUG", #condition, 0);                                                                 \
	} while (0)

#define KW_LOG(format, ...) KW_RECORD("log", format)
#define dev_err(dev, ...) KW_LOG(__VA_ARGS__)
#define dev_err_once(dev, ...) KW_LOG(__VA_ARGS__)
#define dev_warn(dev, ...) KW_LOG(__VA_ARGS__)
#define dev_warn_once(dev, ...) KW_LOG(__VA_ARGS__)
#define dev_warn_ratelimited(dev, ...) KW_LOG(__VA_ARGS__)
#define pr_err(...) KW_LOG(__VA_ARGS__)
#define pr_warn(...) KW_LOG(__VA_ARGS__)
#define pr_warn_once(...) KW_LOG(__VA_ARGS__)
#define pr_warn_ratelimited(...) KW_LOG(__VA_ARGS__)
#define dev_info(dev, ...) ((void)(dev))
#define dev_dbg(dev, ...) ((void)(dev))
#define pr_info(...) ((void)0)

#endif
