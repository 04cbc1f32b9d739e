"""The room of the judge: the tree's own scripts/kconfig, built and asked.

Enters: a tree's root, a config, an environment. Leaves: what the kernel's own tools make of it. Must hold: the tree is
never written to, and nothing of the caller's environment but PATH and LANG reaches a program of the tree. To build and
run `conf` is to run the tree's own code, so it happens only where a user asked to be compared with it.
"""
