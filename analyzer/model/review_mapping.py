"""What a series does to DMA mapping.

Enters: nothing. Leaves: `SeriesMapping`. Must hold: a scenario ends as it was played, on what the configs compile
before and after; a file that the model does not read is named, not judged.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.by_arch import Places, how_many
from analyzer.model.difference import VerdictChange
from analyzer.model.dma_trace import Verdict
from analyzer.model.mapping import WayThrough

GOES_WRONG = frozenset(one.value for one in (Verdict.STALE, Verdict.WRONG, Verdict.FAULT, Verdict.CRASH))
"""How a scenario ends in which data, or the kernel, comes to harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingChange:
    """What becomes of mapping in `places`.

    `turned` are the parts of the platform that change, as they were and as they are; () where only the code does.
    `ends` are the scenarios that end otherwise, or that only one side can play (""); so many as `otherwise` (in some of
    the configs fewer) go another way or cost otherwise and end alike. `ways` are the kinds of devices of which a call
    goes another way, or a packet costs otherwise.
    """

    places: Places
    turned: tuple[tuple[str, str], ...]
    ends: tuple[VerdictChange, ...]
    otherwise: int
    ways: tuple[WayThrough, ...]

    @property
    def configs(self) -> int:
        """How many configs it is."""
        return how_many(self.places)

    @property
    def worsened(self) -> tuple[VerdictChange, ...]:
        """The scenarios that end well, or refused, before, and wrong after."""
        return tuple(end for end in self.ends if end.b in GOES_WRONG and end.a and end.a not in GOES_WRONG)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesMapping:
    """What a series does to mapping: the version of the mapping code that each side is recognised as, a note on each
    ("": it is just that), the files of that code that the series touches, and the configs in which something changes,
    those in which a scenario ends otherwise first."""

    before: str
    after: str
    notes: tuple[str, str]
    files: tuple[str, ...]
    changes: tuple[MappingChange, ...]

    @property
    def is_other_code(self) -> bool:
        """Whether the rules of the model are others afterwards."""
        return (self.before, self.notes[0]) != (self.after, self.notes[1])

    @property
    def versions(self) -> tuple[str, str]:
        """What each side is: `Linux 6.1`, `Linux 6.1, but for null_mask_fails`."""
        before, after = (
            note.partition(": ")[2] or title for title, note in zip((self.before, self.after), self.notes, strict=True)
        )
        return before, after
