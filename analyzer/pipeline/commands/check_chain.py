"""The lines behind a value, as a finding shows them.

Enters: one step of a chain. Leaves: its lines, each with its place. Must hold: what no line decided says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.config import off_in_words
from analyzer.model.expr import Location
from analyzer.model.graph import Step, spoken

_ALONE = {
    "fill": "nobody set it, so the target decides",
    "environment": "given by the environment",
}
"""What is said of a value that no line decided."""


_BEFORE = {"unmet": "not met: ", "off": "would be, by ", "choice": "the choice picks "}
"""What stands before the lines of a value that they did not turn on."""


def told(step: Step) -> Sequence[tuple[str, Location | None]]:
    """The lines of one step, each with its place."""
    value = f"{spoken(step.name)} = {step.value or chr(34) * 2}"
    if not step.evidence:
        off = off_in_words(step.kind, prompted=step.prompted)
        alone = off if step.kind in {"off", "unmet"} else _ALONE.get(step.kind, step.kind)
        return ((f"{value}: {alone}", step.location),)
    before = f"{value}: {_BEFORE.get(step.kind, '')}"
    return tuple((f"{before}{e.name}: {e.text}" if e.name else f"{before}{e.text}", e.location) for e in step.evidence)
