"""What kernels weigh: builds, ELF files, the ledger of measurements, and how an image adds up.

Enters: a `BuildOrder`, or files of measurements. Leaves: `Built`, observations, accounts, `Growth`. Must hold:
pyelftools is used here and nowhere else; only a build runs anything, and only make with the user's compilers.
"""

from analyzer.sizes import account, bloat, gates
from analyzer.sizes.build import Progress, build, folder_of
from analyzer.sizes.elf import read
from analyzer.sizes.farm import farm
from analyzer.sizes.ledger import Ledger, Recorded
from analyzer.sizes.measure import images, observations

__all__ = [
    "Ledger",
    "Progress",
    "Recorded",
    "account",
    "bloat",
    "build",
    "farm",
    "folder_of",
    "gates",
    "images",
    "observations",
    "read",
]
