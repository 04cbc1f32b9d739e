"""What a config leaves open.

Enters: nothing. Leaves: `NewSymbol`, `Unanswered`. Must hold: as `make listnewconfig` tells it, in its order.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.config import Cause, Reason, ResolvedConfig
from analyzer.model.expr import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSymbol:
    """A symbol that a user is asked about and that no line answers. `line` is what answers it as now, `value` its value
    and `reason` why; `needs` what its prompt stands under, `opened` the lines of the config that meet it."""

    name: str
    type: str
    value: str
    line: str
    prompt: str
    menu: tuple[str, ...]
    location: Location
    reason: Reason
    needs: str
    opened: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """All of them."""

    config: ResolvedConfig
    symbols: tuple[NewSymbol, ...]
