"""Where the sum of the objects is not the image.

Enters: the symbols of a config that are y. Leaves: why no sum holds. Must hold: accounts and estimates say the same.
"""

from __future__ import annotations

from collections.abc import Container

_LTO = "with LTO the objects hold no machine code"
_NO_SUMS = {
    "LTO_CLANG": _LTO,
    "LTO_CLANG_FULL": _LTO,
    "LTO_CLANG_THIN": _LTO,
    "LTO_GCC": _LTO,
    "LD_DEAD_CODE_DATA_ELIMINATION": "with LD_DEAD_CODE_DATA_ELIMINATION the linker drops unused sections",
}


def no_sum(on: Container[str]) -> str:
    """Why sums of objects do not hold under these symbols; "": they do."""
    return next((why for symbol, why in _NO_SUMS.items() if symbol in on), "")
