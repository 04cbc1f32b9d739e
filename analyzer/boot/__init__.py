"""Boot: starts a kernel under qemu and reads what it says.

Enters: a `Machine`, an image. Leaves: a `Boot`, a `Tried`. Must hold: nothing is downloaded; the guest has an initramfs
of ours alone and, only where a check asks for it, a disk that it cannot write and a network that reaches nobody but
qemu; no process of a boot outlives it.
"""
