"""The steps of a scenario: which there are, and what one says.

Enters: a `Step`. Leaves: its arguments, typed. Must hold: every step that `Executor` can do is here by its name; a step
that `scenarios` let through has arguments of these types.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from analyzer.dma.buffers import Buffer
from analyzer.model.dma import Attrs, Direction, Step

_BUFFER = {"as": str}
_PART = {"as": str, "offset": int, "size": int}
_WRITTEN = {"as": str, "offset": int, "size": int, "data": str}
_RANGE = {"as": str, "offset": int, "size": int, "direction": str}
STEPS: Mapping[str, Mapping[str, type]] = {
    "set_mask": {"mask": int},
    "set_coherent_mask": {"mask": int},
    "supported": {"mask": int},
    "map_page": {"at": int, "size": int, "direction": str, "attrs": list, "as": str},
    "unmap_page": {"as": str, "size": int, "direction": str, "attrs": list},
    "map_sg": {"at": list, "size": int, "direction": str, "attrs": list, "as": str},
    "unmap_sg": {"as": str, "direction": str, "attrs": list},
    "iova_link": {"at": list, "size": int, "direction": str, "attrs": list, "as": str},
    "iova_unlink": {"as": str, "attrs": list},
    "map_resource": {"at": int, "size": int, "direction": str, "as": str},
    "unmap_resource": _BUFFER,
    "sync_single_for_cpu": _RANGE,
    "sync_single_for_device": _RANGE,
    "sync_sg_for_cpu": _BUFFER,
    "sync_sg_for_device": _BUFFER,
    "alloc": {"size": int, "as": str, "attrs": list},
    "free": _BUFFER,
    "get_sgtable": {},
    "can_mmap": {},
    "mmap": {},
    "need_sync": _BUFFER,
    "get_required_mask": {},
    "max_mapping_size": {},
    "get_merge_boundary": {},
    "pool_map": {"at": list, "size": int, "attrs": list, "as": str},
    "pool_unmap": {"as": str, "attrs": list},
    "pool_sync_for_cpu": _BUFFER,
    "pool_sync_for_device": _BUFFER,
    "cpu_write": {"at": list, **_WRITTEN},
    "cpu_read": _PART,
    "device_write": _WRITTEN,
    "device_read": _PART,
}
"""What can be done, and what each step says about it.

`iova_link` is dma_iova_try_alloc() for the whole list, dma_iova_link() for each entry and dma_iova_sync(),
`iova_unlink` dma_iova_destroy(). `pool_…` is an XSK buffer pool: it asks once, when it maps, whether it must sync, and
leaves syncs out as told. `offset` and `size` name a part of a buffer; beside `at`, `size` is the buffer's own.
"""


def buffer_name(step: Step) -> str:
    """The buffer that the step is about."""
    return str(step.arguments.get("as", "buf"))


def number(step: Step, key: str) -> int:
    """A number that the step must say."""
    return int(cast("int", step.arguments[key]))


def part(step: Step, buffer: Buffer) -> tuple[int, int]:
    """Offset and size of the part of the buffer, in bytes, cut to what there is."""
    if "at" in step.arguments:
        return 0, buffer.size
    offset = min(int(cast("int", step.arguments.get("offset", 0))), buffer.size)
    size = int(cast("int", step.arguments.get("size", buffer.size - offset)))
    return offset, min(size, buffer.size - offset)


def direction(step: Step, otherwise: Direction) -> Direction:
    """The direction that the step says, or `otherwise`."""
    given = step.arguments.get("direction")
    return Direction[f"DMA_{given}"] if given else otherwise


def attrs(step: Step) -> Attrs:
    """The step's DMA_ATTR_*."""
    given = Attrs.NONE
    for name in cast("list[str]", step.arguments.get("attrs", [])):
        given |= Attrs[name]
    return given
