"""The shared object seen from Python.

Enters: its path. Leaves: its functions with their types, its log, a device's description as the C side lays it out.
Must hold: structures have the C side's size; names of callbacks are read from the C side, not repeated.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.oracle.dma.facts import EVENT, BuiltInOps, DeviceFacts

RANGES = 8
_WORD = 1 << 64
_HEAD = 3  # count, lost, stopped
_EVENTS = 4096

_VALUE = ctypes.c_uint64
_SIGNED = ctypes.c_int64
_POINTER = ctypes.c_void_p
_INT = ctypes.c_int
_CType = type[ctypes.c_uint64] | type[ctypes.c_int] | type[ctypes.c_void_p]
_LIST = (_POINTER, _INT)
_SPAN = (_VALUE, _VALUE, _INT)

# Entries that return an address, a mask or a size; all others return a signed number.
_UNSIGNED = ("map_page", "map_resource", "get_required_mask", "max_mapping_size", "opt_mapping_size")
# What follows the device.
_ARGUMENTS: dict[str, tuple[_CType, ...]] = {
    "map_page": (_VALUE, *_SPAN, _VALUE),
    "unmap_page": (*_SPAN, _VALUE),
    "map_resource": (*_SPAN, _VALUE),
    "unmap_resource": (*_SPAN, _VALUE),
    "map_sg": (*_LIST, _INT, _VALUE),
    "map_sgtable": (*_LIST, _INT, _VALUE),
    "unmap_sg": (*_LIST, _INT, _VALUE),
    "sync_single_for_cpu": _SPAN,
    "sync_single_for_device": _SPAN,
    "sync_sg_for_cpu": (*_LIST, _INT),
    "sync_sg_for_device": (*_LIST, _INT),
    "need_sync": (_VALUE,),
    "can_mmap": (),
    "pci_p2pdma_supported": (),
    "addressing_limited": (),
    "set_mask": (_VALUE,),
    "set_coherent_mask": (_VALUE,),
    "get_required_mask": (),
    "max_mapping_size": (),
    "opt_mapping_size": (),
    "get_merge_boundary": (),
    "need_unmap": (),
    "alloc_attrs": (_VALUE, _VALUE, _VALUE, _POINTER),
    "free_attrs": (_VALUE, _POINTER, _VALUE, _VALUE),
    "alloc_pages": (_VALUE, _INT, _VALUE, _POINTER),
    "free_pages": (_VALUE, _VALUE, _VALUE, _INT),
    "get_sgtable": (_POINTER, _VALUE, _VALUE, _VALUE, _POINTER),
    "iova_try_alloc": (_POINTER, _VALUE, _VALUE),
    "iova_free": (_POINTER,),
    "iova_link": (_POINTER, _VALUE, *_SPAN, _VALUE),
    "iova_sync": (_POINTER, _VALUE, _VALUE),
    "iova_unlink": (_POINTER, *_SPAN, _VALUE),
    "iova_destroy": (_POINTER, _VALUE, _INT, _VALUE),
    "mmap": (_VALUE, _VALUE, _POINTER, _VALUE, _VALUE, _VALUE),
}


@cache
def _text_at(address: int) -> str:
    return ctypes.string_at(address).decode()


class Library:
    """A built judge. Loading a path twice gives the same state, as the dynamic linker has it."""

    def __init__(self, path: Path) -> None:
        self.c = ctypes.CDLL(str(path))
        self.entries: dict[str, Callable[..., int]] = {}
        for name, arguments in _ARGUMENTS.items():
            entry = self.c[f"kw_{name}"]
            entry.argtypes = (_POINTER, *arguments)
            entry.restype = _VALUE if name in _UNSIGNED else _SIGNED
            self.entries[name] = entry
        self._declare()
        log = (ctypes.c_uint64 * (_HEAD + _EVENTS * EVENT.size // 8)).in_dll(self.c, "kw_log")
        words = memoryview(log).cast("B")
        self.head = words[: _HEAD * 8].cast("Q")
        self._events = words[_HEAD * 8 :]
        names = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(self.c, "kw_callback_names"))).decode().split()
        self.bits = {name: number for number, name in enumerate(names)}
        self.answers = {**self.bits, "handle": len(names)}
        self.name_of = _text_at
        self._layout = _layout(len(self.answers))
        if ctypes.sizeof(self._layout) != self.c.kw_facts_size():
            raise TypeError("struct kw_facts differs between harness.h and library.py")

    def _declare(self) -> None:
        c = self.c
        c.kw_reset.argtypes = (_VALUE,) * 6
        c.kw_device.argtypes, c.kw_device.restype = (_POINTER,), _POINTER
        c.kw_list.argtypes, c.kw_list.restype = (_INT, _POINTER), _POINTER
        c.kw_list_mapped.argtypes, c.kw_list_mapped.restype = (*_LIST, _POINTER), None
        c.kw_state.argtypes, c.kw_state.restype = (_POINTER, _POINTER), None
        c.kw_translate.argtypes, c.kw_translate.restype = (_POINTER, _VALUE), _VALUE
        c.kw_base.argtypes, c.kw_base.restype = (), _POINTER
        c.kw_facts_size.argtypes = ()

    def log(self) -> bytes:
        """The events of the last call. Raises OverflowError when there were more than the log holds."""
        if self.head[1]:
            raise OverflowError(f"the call had {self.head[1]} events more than the log holds")
        return bytes(self._events[: self.head[0] * EVENT.size])

    def device(self, facts: DeviceFacts) -> int:
        """The address of a new device. Raises ValueError for a name that is no callback, MemoryError when full."""
        if len(facts.ranges) > RANGES or any(not size for _, _, size in facts.ranges):
            raise ValueError(f"at most {RANGES} ranges, none of them empty")
        laid = self._layout()
        for name in _COPIED:
            setattr(laid, name, getattr(facts, name))
        laid.has_mask, laid.dma_mask = facts.dma_mask is not None, facts.dma_mask or 0
        laid.has_bypass, laid.bypass_mask = facts.bypass_mask is not None, facts.bypass_mask or 0
        laid.ops_of_bus = facts.ops_from == "bus"
        if isinstance(facts.ops, BuiltInOps):
            laid.ops = {BuiltInOps.DUMMY: 2, BuiltInOps.POWERPC: 3}[facts.ops]
        elif facts.ops is not None:
            laid.ops, laid.callbacks = 1, sum(1 << self._known(name, self.bits) for name in facts.ops)
        if facts.window is not None:
            laid.has_table = 1
            laid.it_offset, laid.it_size = facts.window.it_offset, facts.window.it_size
            laid.it_page_shift = facts.window.it_page_shift
        laid.aperture_start, laid.aperture_end = facts.aperture
        laid.range_count = len(facts.ranges)
        for index, numbers in enumerate(facts.ranges):
            laid.ranges[3 * index : 3 * index + 3] = numbers
        for name, answer in facts.answers.items():
            laid.answers[self._known(name, self.answers)] = answer % _WORD
        address: int | None = self.c.kw_device(ctypes.byref(laid))
        if address is None:
            raise MemoryError("too many devices since the last reset")
        return address

    @staticmethod
    def _known(name: str, numbers: dict[str, int]) -> int:
        if name not in numbers:
            raise ValueError(f"no callback {name} in struct dma_map_ops that the judge drives")
        return numbers[name]


# Fields that are numbers on both sides.
_COPIED = (
    *("coherent_dma_mask", "bus_dma_limit", "coherent", "bypass", "unencrypted", "min_align_mask", "seg_boundary"),
    *("max_seg_size", "dma_offset", "dma_iommu", "untrusted", "ops_flags", "is_pci", "bypass_limit"),
)


def _layout(answers: int) -> type[ctypes.Structure]:
    """struct kw_facts of harness.h, in its order."""
    words = (
        *("has_mask", "dma_mask", "coherent_dma_mask", "bus_dma_limit", "coherent", "bypass", "unencrypted"),
        *("min_align_mask", "seg_boundary", "max_seg_size", "dma_offset"),
        *("dma_iommu", "untrusted", "aperture_start", "aperture_end"),
        *("ops", "ops_of_bus", "ops_flags", "callbacks"),
        *("is_pci", "has_bypass", "bypass_mask", "bypass_limit", "has_table", "it_offset", "it_size", "it_page_shift"),
        "range_count",
    )
    fields = [(name, _VALUE) for name in words]
    arrays = [("ranges", _VALUE * (3 * RANGES)), ("answers", _VALUE * answers)]
    return type("Facts", (ctypes.Structure,), {"_fields_": [*fields, *arrays]})
