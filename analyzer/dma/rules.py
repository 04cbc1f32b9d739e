"""The versions of the code, as data.

Enters: a name that a user typed. Leaves: its `Rules`. Must hold: every difference between versions that the model knows
is a field here, so that the model itself asks for no version.

Source: the posted series (v2, v3, v4), Linux 5.8.18, 5.9.1, 5.10.223, 6.1.192, 6.12.117 and 7.3.4. From 5.10 on each is
judged by its own C in tests/oracle/dma; for the others no tree is at hand, and the facts that were read from them are
the judge.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.errors import UsageError, nearest
from analyzer.model.dma import Rules

FACTS = "facts read from its source"
OWN_C = "the tree's own C"
_NEWER = f"{OWN_C}, but for what SWIOTLB_DYNAMIC does"

_5_8 = Rules(
    name="5.8",
    title="Linux 5.8, before the series",
    judged=FACTS,
    config_gates=False,
    generic_bypass=False,
    map_checks_mask=False,
    need_sync=False,
    xsk_asks_need_sync=False,
    null_mask_fails=False,
    map_sg_says_why=False,
    arch_map_direct=False,
    resource_refuses_ram=True,
    bounce_asks_pool=False,
    no_pool_panics=True,
    min_align=False,
    bounce_checks_size=False,
    unmap_trusts_size=True,
    zero_means_none=False,
    search_ends=False,
    map_always_copies_in=False,
    unmap_copies_twice=True,
    skip_sync=False,
    dma_iommu=False,
    iommu_bounces=False,
    iommu_zeroes_padding=False,
    iova_api=False,
    unmap_needs_callback=False,
    dummy_unmap_warns=False,
    ranges_limit_addressing=False,
    arch_alloc_by_symbol=False,
    kmalloc_bounces=False,
    map_phys=False,
    last_byte=False,
    arch_alloc_direct=False,
    null_mask_no_size=False,
    cc_shared=False,
    batched_sync=False,
    powerpc_bypass_in_ops=True,
    powerpc_mask_tries_bypass=True,
    powerpc_mask_sets_bypass=False,
    powerpc_weak=True,
    powerpc_limit_bars_bypass=False,
)
_V2 = replace(
    _5_8,
    name="v2",
    title="the series, version 2",
    generic_bypass=True,
    powerpc_bypass_in_ops=False,
    powerpc_mask_tries_bypass=False,
)
_V3 = replace(_V2, name="v3", title="the series, version 3", map_checks_mask=True)
_V4 = replace(_V3, name="v4", title="the series, version 4", config_gates=True, need_sync=True)
_5_9 = replace(_V4, name="5.9", title="Linux 5.9, the series merged", xsk_asks_need_sync=True)
_5_10 = replace(
    _5_9,
    name="5.10",
    title="Linux 5.10",
    judged=OWN_C,
    null_mask_fails=True,
    no_pool_panics=False,
    min_align=True,
    map_always_copies_in=True,
    unmap_copies_twice=False,
    powerpc_mask_tries_bypass=True,
    powerpc_mask_sets_bypass=True,
)
_6_1 = replace(
    _5_10,
    name="6.1",
    title="Linux 6.1",
    map_sg_says_why=True,
    arch_map_direct=True,
    iommu_bounces=True,
    resource_refuses_ram=False,
    bounce_asks_pool=True,
    bounce_checks_size=True,
    zero_means_none=True,
    unmap_trusts_size=False,
    powerpc_limit_bars_bypass=True,
)
_6_12 = replace(
    _6_1,
    name="6.12",
    title="Linux 6.12",
    judged=_NEWER,
    search_ends=True,
    skip_sync=True,
    dma_iommu=True,
    iommu_zeroes_padding=True,
    unmap_needs_callback=True,
    dummy_unmap_warns=True,
    ranges_limit_addressing=True,
    arch_alloc_by_symbol=True,
    kmalloc_bounces=True,
)
_7_3 = replace(
    _6_12,
    name="7.3",
    title="Linux 7.3",
    unmap_needs_callback=False,
    iova_api=True,
    map_phys=True,
    last_byte=True,
    arch_alloc_direct=True,
    null_mask_no_size=True,
    cc_shared=True,
    batched_sync=True,
    powerpc_weak=False,
    powerpc_limit_bars_bypass=False,
)

VERSIONS = {rules.name: rules for rules in (_5_8, _V2, _V3, _V4, _5_9, _5_10, _6_1, _6_12, _7_3)}
"""Every version by its name, oldest first."""


def rules_of(name: str) -> Rules:
    """The version of that name. Raises UsageError for any other."""
    if found := VERSIONS.get(name) or VERSIONS.get(name.removeprefix("v")):
        return found
    hint = nearest(name, VERSIONS)
    raise UsageError(f"no such version of the mapping code: {name}", hint=hint or f"known: {', '.join(VERSIONS)}")
