"""Names in a config that the tree at hand does not define.

Enters: nothing. Leaves: `Stranger`. Must hold: each has one kind, the first in the order below that holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

StrangerKind = Literal[
    "toolchain",  # what compilers of other versions answer; the tree asks them, no line decides
    "elsewhere",  # Kconfig files of other architectures define it
    "near",  # a symbol has nearly that name
    "unknown",  # nothing is known of it
]
STRANGER_WORDS: dict[StrangerKind, str] = {
    "toolchain": "answered by compilers",
    "elsewhere": "of other architectures",
    "near": "near another name",
    "unknown": "known nowhere",
}
STRANGER_KINDS: tuple[StrangerKind, ...] = get_args(StrangerKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A name that the tree does not define. `near` is a symbol that may be meant ("": none), `homes` are Kconfig files
    that do define the name."""

    name: str
    kind: StrangerKind
    near: str = ""
    homes: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """What may help, in words ("": nothing is known)."""
        if self.homes:
            return f"it is in {', '.join(self.homes)}"
        return f"did you mean {self.near}?" if self.near else ""
