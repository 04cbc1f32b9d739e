"""Rule: a fault in the model does not pass the judge: each of these, put in by hand, is found on every version's C.

Enters: the model with one fault, and machines as in test_model.py, where the model without it shows no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from analyzer.dma import address, choice, direct, dma_iommu_lists, swiotlb
from analyzer.dma.iova import IovaDomain
from analyzer.dma.machine import Device, DmaMapOps, Machine
from analyzer.dma.mappings import Segment
from analyzer.dma.pool import Pool
from analyzer.dma.rules import VERSIONS
from tests.oracle.dma.conftest import JUDGED, kernel_in
from tests.oracle.dma.drawn import first_difference
from tests.oracle.dma.test_model import GATES, NEWER, OTHERS

MACHINES = 300
"""At most: the first difference ends it."""
CONFIG = frozenset((*GATES[:2], *OTHERS[2], *NEWER[2]))

Fault = Callable[[pytest.MonkeyPatch], None]


def one_byte_short(patch: pytest.MonkeyPatch) -> None:
    """A mask that ends with the buffer does not reach it."""
    right = address.dma_capable

    def wrong(m: Machine, dev: Device, dma_addr: int, size: int, **how: bool) -> bool:
        return right(m, dev, dma_addr, size + 1, **how)

    for room in (direct, swiotlb):
        patch.setattr(room, "dma_capable", wrong)


def slots_leak(patch: pytest.MonkeyPatch) -> None:
    """The slots of a buffer are never given back."""
    patch.setattr(Pool, "release", lambda self, index, offset, nslots=None: None)


def the_other_mask(patch: pytest.MonkeyPatch) -> None:
    """Streaming mappings are decided by the coherent mask."""
    right = choice.dma_go_direct

    def wrong(m: Machine, dev: Device, mask: int | None, ops: DmaMapOps | None) -> bool:
        return right(m, dev, mask if mask is None else dev.coherent_dma_mask, ops)

    patch.setattr(choice, "dma_go_direct", wrong)


def addresses_at_hand(patch: pytest.MonkeyPatch) -> None:
    """An IOMMU's addresses are not aligned to their size."""
    right = IovaDomain._search

    def wrong(self: IovaDomain, at: int, size: int, high: int, low: int) -> int:
        return right(self, at, 1, high, low) if size < 32 else right(self, at, size, high, low)

    patch.setattr(IovaDomain, "_search", wrong)


def addresses_forgotten(patch: pytest.MonkeyPatch) -> None:
    """An IOMMU's addresses that were given back go to the tree, not into the cache of their size."""
    patch.setattr(IovaDomain, "free_iova_fast", lambda self, pfn, size: self._remove(pfn))


def pieces_of_any_length(patch: pytest.MonkeyPatch) -> None:
    """What an IOMMU makes one piece of a list may be longer than the device takes."""
    right = dma_iommu_lists._finalise_sg

    def wrong(m: Machine, dev: Device, segments: Sequence[Segment], lengths: Sequence[int], dma_addr: int) -> int:
        setup, dev.setup = dev.setup, replace(dev.setup, max_seg_size=1 << 31)
        count = right(m, dev, segments, lengths, dma_addr)
        dev.setup = setup
        return count

    patch.setattr(dma_iommu_lists, "_finalise_sg", wrong)


FAULTS = (one_byte_short, slots_leak, the_other_mask, addresses_at_hand, addresses_forgotten, pieces_of_any_length)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("version", JUDGED)
def test_a_fault_is_caught(
    version: str, fault: Fault, judged_trees: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    if version not in judged_trees:
        pytest.skip(f"no tree whose kernel/dma is {version}'s")
    kernel = kernel_in(judged_trees[version], CONFIG)
    fault(monkeypatch)
    assert first_difference(kernel, VERSIONS[version], Random("faults"), MACHINES)


@pytest.mark.parametrize(("older", "newer"), list(pairwise(JUDGED)))
def test_no_version_passes_for_another(older: str, newer: str, judged_trees: dict[str, Path]) -> None:
    """The judge tells each version from its neighbour."""
    if not {older, newer} <= set(judged_trees):
        pytest.skip("not both trees are here")
    kernel = kernel_in(judged_trees[newer], CONFIG)
    assert first_difference(kernel, VERSIONS[older], Random("faults"), MACHINES)
