"""kweigh: what does each Kconfig option pull in, change and weigh?"""
