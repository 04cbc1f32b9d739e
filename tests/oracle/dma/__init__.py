"""The judge of the mapping model: a tree's own kernel/dma, built for user space and driven through ctypes."""
