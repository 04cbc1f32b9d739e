"""What a driver's source says of its DMA: calls, buffers, the rules it breaks.

Enters: nothing. Leaves: values that the room drivers makes and reports print. Must hold: what could not be decided is
an `Undecided` with its reason, never a `Broken`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from analyzer.model.dma import Rules
from analyzer.model.dma_trace import Counts, DmaTrace
from analyzer.model.expr import Location


class CallKind(Enum):
    """What a call of the DMA API is for."""

    MAP = "map"
    UNMAP = "unmap"
    SYNC_CPU = "sync_for_cpu"
    SYNC_DEVICE = "sync_for_device"
    ALLOC = "alloc"
    FREE = "free"
    MASK = "mask"
    CHECK = "check"


class Checked(Enum):
    """Whether somebody looks at what a call gave back."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOTHING = "-"
    """There is nothing to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverCall:
    """One call, seen from a function that makes it.

    `via` are the file's own wrappers that it goes through, `at` is where it stands itself. `ways` are the directions it
    may have: DMA_… where that is known, else an expression of the driver's, behind a `?`. `handle` names the buffer,
    `memory` is page, sg, resource or coherent, `mask` what a mask call asks for, in bits.
    """

    function: str
    kind: CallKind
    where: Location
    at: Location
    inside: str
    via: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    handle: str = ""
    memory: str = "page"
    size: str = ""
    mask: int | None = None
    checked: Checked = Checked.NOTHING


class Rule(Enum):
    """A rule of the DMA API (Documentation/core-api/dma-api.rst, dma-api-howto.rst) that source alone can break."""

    MAPPING_ERROR = "a mapping is used without dma_mapping_error()"
    SG_RESULT = "nobody looks at how many entries of a list were mapped"
    UNMAP_DIRECTION = "unmapped in another direction"
    SYNC_DIRECTION = "synced in another direction"
    UNMAP_FUNCTION = "unmapped by another function"
    NEVER_UNMAPPED = "mapped, and never unmapped"
    SYNC_MISSING = "a buffer is handed to the device again, and never synced for the CPU"
    HANDED_BACK = "synced for the CPU, and never handed back"
    MASK_LATE = "memory is allocated before the mask is set"
    STACK = "a buffer on the stack is mapped"
    ALLOC_RESULT = "nobody looks at whether there was memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule that the source breaks, with the call that shows it; `because` is what else was seen."""

    rule: Rule
    call: DriverCall
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A call of which the file alone does not say whether it keeps a rule."""

    rule: Rule
    call: DriverCall
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverBuffer:
    """Where a driver keeps an address, and everything that it does with it."""

    name: str
    calls: tuple[DriverCall, ...]
    whole: bool
    """Nothing outside of this file can see the address."""

    def of(self, kind: CallKind) -> tuple[DriverCall, ...]:
        """The calls of that kind."""
        return tuple(call for call in self.calls if call.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverSource:
    """A driver's source, read."""

    path: str
    calls: tuple[DriverCall, ...]
    buffers: tuple[DriverBuffer, ...]
    broken: tuple[Broken, ...]
    undecided: tuple[Undecided, ...]
    unread: tuple[Location, ...] = ()
    """Places with a call of the DMA API that the grammar could not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPlay:
    """One buffer's life on one way that its device may go: what one packet, or request, costs. `counts` leaves out what
    setting the masks takes."""

    buffer: str
    where: Location
    """Where it is mapped first."""
    direction: str
    way: str
    trace: DmaTrace
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverRun:
    """A driver's source under a config: what it breaks, and what becomes of each buffer. `label` is the config."""

    label: str
    rules: Rules
    note: str
    masks: tuple[int, ...]
    """What it asks for, in bits; empty: nothing, and 32 bits are what it has."""
    source: DriverSource
    plays: tuple[DriverPlay, ...]
