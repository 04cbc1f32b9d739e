"""The room of bytes: builds, ELF files, the ledger of measurements, how an image adds up, measured gates.

Enters: a `BuildOrder`, or files of measurements. Leaves: `Built`, observations, accounts, `Growth`, `GateMeasurement`.
Must hold: pyelftools is used here and nowhere else; only a build runs anything, and only make with the user's
compilers. Its modules are imported one by one, since few commands need more than the smallest.
"""
