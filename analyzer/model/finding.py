"""Findings: what a check or a doctor has to say about one line of one file.

Enters: nothing. Leaves: `Finding`. Must hold: the message stands alone, as it may be shown without the chain; a finding
without a place in a file has no location.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.model.expr import Location

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result for a person, a SARIF viewer or a build server's annotations.

    `rule` is a short stable name (`dropped`, `feature-off`), `message` one sentence, `location` the line that it is
    about, `chain` the lines that lead to it: each a sentence and its place.
    """

    rule: str
    level: Level
    message: str
    location: Location | None = None
    chain: tuple[tuple[str, Location | None], ...] = ()
