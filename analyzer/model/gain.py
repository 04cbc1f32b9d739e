"""What one config weighs more than another, and what a config weighs, with what that rests on.

Enters: nothing. Leaves: `Gain`, `Size`. Must hold: a figure is of the tree and architecture that it stands beside, and
says on which builds it rests; what nobody measured is no figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.model.estimate import Interval

GainBasis = Literal[
    "builds",  # builds of exactly these two configs, in the ledger
    "gates",  # measurements of these two configs by the names of config and tree: a file's, or the program's
    "options",  # a table of what every option of one of these two configs weighs
    "near",  # such a table of a config near them, in which the same symbols change
]
"""What a difference of bytes rests on, the firmest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Bytes of content that the second of two configs has more than the first; an interval where builds that options
    share do not tell it exactly. `rests` says on what it rests, `near` names the config of the table where that is
    another than these two ("": it is not)."""

    bytes: Interval
    basis: GainBasis
    rests: str
    near: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Bytes of a config, and what they rest on."""

    bytes: Interval
    rests: str
