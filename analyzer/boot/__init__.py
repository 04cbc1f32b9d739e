"""Boot: starts a kernel under qemu and reads what it says.

Enters: a `Machine`, an image. Leaves: a `Boot`. Must hold: nothing is downloaded; the guest has no disk, no network and
an initramfs of ours alone; no process of a boot outlives it.
"""
