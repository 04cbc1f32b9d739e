/* CONFIG_IN_COMMENT */
#ifdef CONFIG_NEEDED
#define CONFIG_OWN 1
#endif
#if defined(CONFIG_OWN) || \
    defined(CONFIG_LOST)
static const char *text = "CONFIG_IN_TEXT";
struct CONFIG_INFO { int x; };
#endif
int lost(void) { return IS_ENABLED(CONFIG_LOST_TOO) + IS_ENABLED(CONFIG_TARGET_MODULE); }
