"""The versions of the code, as data.

Enters: a name that a user typed. Leaves: its `Rules`. Must hold: every difference between versions that the model knows
is a field here, so that the model itself asks for no version.

Source: the posted series (v2, v3, v4), Linux 5.8.18, 5.9.1 and 6.1.192. 6.1 is judged by its own C in tests/oracle/dma;
for the others no tree is at hand, and the facts that were read from them are the judge.
"""

from __future__ import annotations

from dataclasses import replace

from analyzer.errors import UsageError, nearest
from analyzer.model.dma import Rules

_FACTS = "facts read from its source"

_5_8 = Rules(
    name="5.8",
    title="Linux 5.8, before the series",
    judged=_FACTS,
    config_gates=False,
    generic_bypass=False,
    map_checks_mask=False,
    need_sync=False,
    xsk_asks_need_sync=False,
    null_mask_fails=False,
    arch_map_direct=False,
    resource_refuses_ram=True,
    bounce_asks_pool=False,
    map_always_copies_in=False,
    unmap_copies_twice=True,
    powerpc_bypass_in_ops=True,
    powerpc_mask_tries_bypass=True,
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
_6_1 = replace(
    _5_9,
    name="6.1",
    title="Linux 6.1",
    judged="the tree's own C",
    null_mask_fails=True,
    arch_map_direct=True,
    resource_refuses_ram=False,
    bounce_asks_pool=True,
    map_always_copies_in=True,
    unmap_copies_twice=False,
    powerpc_mask_tries_bypass=True,
    powerpc_limit_bars_bypass=True,
)

VERSIONS = {rules.name: rules for rules in (_5_8, _V2, _V3, _V4, _5_9, _6_1)}
"""Every version by its name, oldest first."""


def rules_of(name: str) -> Rules:
    """The version of that name. Raises UsageError for any other."""
    if found := VERSIONS.get(name) or VERSIONS.get(name.removeprefix("v")):
        return found
    hint = nearest(name, VERSIONS)
    raise UsageError(f"no such version of the mapping code: {name}", hint=hint or f"known: {', '.join(VERSIONS)}")


def rules_in(mapping_c: str | None) -> tuple[Rules, str]:
    """The version that a tree's kernel/dma/mapping.c is, found by what stands in it, and a note where it is only near.

    None: there is no such file (the bundled tree, which is the series' version 4).
    """
    if mapping_c is None:
        return VERSIONS["v4"], ""
    if "use_dma_iommu" in mapping_c:
        return VERSIONS["6.1"], "this tree calls dma-iommu without a table of ops, which the model does not know"
    if "arch_dma_map_page_direct" in mapping_c:
        return VERSIONS["6.1"], ""
    if "dma_ops_bypass" in mapping_c:
        return VERSIONS["5.9"], ""
    return VERSIONS["5.8"], ""
