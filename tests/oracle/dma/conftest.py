"""The judged trees.

Enters: the trees of tests/oracle/conftest.py. Leaves: `kernel_of`, which gives the first judged tree's code under a
config. Must hold: one object per config in a process, since a loaded library has one state.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.oracle.dma.build import is_judged
from tests.oracle.dma.kernel import Kernel

KernelOf = Callable[..., Kernel]


@pytest.fixture(scope="session")
def kernel_of(linux_trees: tuple[Path, ...]) -> KernelOf:
    """The judge under the given CONFIG_ symbols, with pages of 4 KiB."""
    root = next((root for root in linux_trees if is_judged(root)), None)
    if root is None:
        pytest.skip("no tree whose kernel/dma is of 6.1's dialect")

    @cache
    def kernel(*symbols: str) -> Kernel:
        return Kernel(root, frozenset(symbols))

    return kernel
