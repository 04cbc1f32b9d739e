"""Which version of the mapping code a tree has, found by looking at its text.

Enters: a way to read a tree's files. Leaves: `Rules`, and a note where a tree lies between the versions that are known.
Must hold: each behaviour has its own mark, so that a tree with a change taken back or brought forward (Debian's 5.10
has many of 5.12's) is seen as what it is; no version number is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from analyzer.dma.rules import VERSIONS
from analyzer.errors import SourceError
from analyzer.model.dma import Rules

MAPPING = "kernel/dma/mapping.c"
DIRECT_C = "kernel/dma/direct.c"
DIRECT = "kernel/dma/direct.h"
SWIOTLB = "kernel/dma/swiotlb.c"
_DMA_DIRECT = "include/linux/dma-direct.h"
_OPS = "include/linux/dma-map-ops.h"
_XSK = "net/xdp/xsk_buff_pool.c"
_POWERPC = "arch/powerpc/kernel/dma-iommu.c"
_DMA_IOMMU = "drivers/iommu/dma-iommu.c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What shows a behaviour: a text in a file, or its absence."""

    file: str
    text: str
    there: bool = True


def _with(file: str, text: str) -> Mark:
    return Mark(file=file, text=text)


def _without(file: str, text: str) -> Mark:
    return Mark(file=file, text=text, there=False)


MARKS: Mapping[str, Mark] = {
    "config_gates": _with(MAPPING, r"CONFIG_DMA_OPS_BYPASS\b"),
    "generic_bypass": _with(MAPPING, r"\b(dev->|dev_)dma_ops_bypass\b"),
    "map_checks_mask": _with(MAPPING, r"dma_go_direct\(dev, \*dev->dma_mask, ops\)"),
    "need_sync": _with(MAPPING, r"^bool (__)?dma_need_sync\("),
    "xsk_asks_need_sync": _with(_XSK, r"\bdma_(dev_)?need_sync\("),
    "null_mask_fails": _with(MAPPING, r"WARN_ON_ONCE\(!dev->dma_mask\)"),
    "map_sg_says_why": _with(MAPPING, r"\bents != -EREMOTEIO\b"),
    "arch_map_direct": _with(MAPPING, r"\barch_dma_map_(page|phys)_direct\("),
    "resource_refuses_ram": _with(MAPPING, r"\bpfn_valid\(PHYS_PFN\(phys_addr\)\)"),
    "bounce_asks_pool": _with(SWIOTLB, r"^bool is_swiotlb_active\(struct device \*dev\)"),
    "no_pool_panics": _without(SWIOTLB, r"\bfind_slots\(|\bswiotlb_find_slots\("),
    "min_align": _with(SWIOTLB, r"\bdma_get_min_align_mask\(dev\)"),
    "bounce_checks_size": _with(SWIOTLB, r"Buffer overflow detected"),
    "unmap_trusts_size": _without(SWIOTLB, r"\bnr_slots\(mem->slots\[index\]\.alloc_size \+ offset\)"),
    "zero_means_none": _with(SWIOTLB, r"\borig_addr &&\s"),
    "search_ends": _with(SWIOTLB, r"\bslots_checked\b.*area_nslabs"),
    "map_always_copies_in": _without(SWIOTLB, r"DMA_ATTR_SKIP_CPU_SYNC\) &&\s*\(+dir == DMA_TO_DEVICE"),
    "unmap_copies_twice": _without(DIRECT, r"attrs \| DMA_ATTR_SKIP_CPU_SYNC"),
    "skip_sync": _with(MAPPING, r"\bdma_skip_sync\b"),
    "dma_iommu": _with(MAPPING, r"\buse_dma_iommu\("),
    "iommu_bounces": _with(_DMA_IOMMU, r"\bdev_use_swiotlb\("),
    "iommu_zeroes_padding": _with(_DMA_IOMMU, r"\biova_align_down\("),
    "iova_api": _with(_DMA_IOMMU, r"^bool dma_iova_try_alloc\("),
    "unmap_needs_callback": _without(MAPPING, r"\bif \(ops->unmap_(page|phys)\)"),
    "dummy_unmap_warns": _with("kernel/dma/dummy.c", r"\bWARN_ON_ONCE\(true\)"),
    "ranges_limit_addressing": _with(MAPPING, r"!dma_direct_all_ram_mapped\("),
    "arch_alloc_by_symbol": _with(DIRECT_C, r"CONFIG_ARCH_HAS_DMA_ALLOC\b"),
    "kmalloc_bounces": _with(_OPS, r"\bdma_kmalloc_needs_bounce\("),
    "map_phys": _with(_OPS, r"\(\*map_phys\)"),
    "last_byte": _with(DIRECT_C, r"max_pfn << PAGE_SHIFT\) - 1"),
    "arch_alloc_direct": _with(MAPPING, r"\barch_dma_alloc_direct\("),
    "null_mask_no_size": _with(MAPPING, r"if \(!dev->dma_mask\)\s*return 0;\s*if \(dma_map_direct"),
    "cc_shared": _with(_DMA_DIRECT, r"\bDMA_ATTR_CC_SHARED\b"),
    "batched_sync": _with(_OPS, r"\barch_sync_dma_flush\("),
    "powerpc_bypass_in_ops": _with(_POWERPC, r"\bdma_iommu_(map|alloc)_bypass\("),
    "powerpc_mask_tries_bypass": _with(_POWERPC, r"\bbypass_mask = dma_direct_get_required_mask\("),
    "powerpc_mask_sets_bypass": _with(_POWERPC, r"\bdma_iommu_dma_supported\(dev, bypass_mask\)"),
    "powerpc_weak": _with(_POWERPC, r"\biommu_fixed_is_weak\b"),
    "powerpc_limit_bars_bypass": _with(_POWERPC, r"dma_ops_bypass = dev->bus_dma_limit == 0"),
}
"""Of every behaviour of `Rules`: where a tree shows it."""


FILES = tuple(sorted({mark.file for mark in MARKS.values()}))
"""The files that a version is known by."""


def rules_of_gates(defined: Container[str]) -> Rules:
    """The version that a tree without C is, by the symbols that it defines: the series' version 4, or what was there
    before, as long as nothing defines its gate."""
    return VERSIONS["v4" if "DMA_OPS_BYPASS" in defined else "5.8"]


def rules_in(read: Callable[[str], str]) -> tuple[Rules, str]:
    """The version that a tree is, and a note where it is only near one.

    `read` gives the text of a file of the tree by its path, or raises SourceError. Raises SourceError when the mapping
    code itself is not there.
    """
    files = {name: _text(read, name) for name in FILES}
    found = {
        name: (re.search(mark.text, text, re.MULTILINE) is not None) is mark.there
        for name, mark in MARKS.items()
        if (text := files[mark.file]) is not None
    }
    near = min(reversed(VERSIONS.values()), key=lambda rules: len(_apart(rules, found)))
    apart = _apart(near, found)
    if not apart:
        return near, ""
    note = f"this tree lies between the versions that are judged: {near.title}, but for {', '.join(apart)}"
    between: dict[str, Any] = {name: found[name] for name in apart}
    return replace(near, judged="nothing: no known version is just so", **between), note


def _text(read: Callable[[str], str], name: str) -> str | None:
    # A header that older trees do not have yet, or an architecture's file in a tree that was cut down, says nothing.
    try:
        return read(name)
    except SourceError:
        if name == MAPPING:
            raise
        return None


def _apart(rules: Rules, found: Mapping[str, bool]) -> list[str]:
    return [f.name for f in fields(Rules) if f.name in found and getattr(rules, f.name) is not found[f.name]]
