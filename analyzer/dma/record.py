"""What happened while the model ran.

Enters: events, one by one. Leaves: `Recorder`. Must hold: it is written to with `note`, `count` and `warn` only.
"""

from __future__ import annotations

from collections import Counter

from analyzer.model.dma_trace import Event


class Recorder:
    """`events` is what happened since somebody emptied it; `counts` goes by the fields of `model.dma.Counts`."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.counts: Counter[str] = Counter()

    def note(self, *event: str | int) -> None:
        """Write down what happens."""
        self.events.append(event)

    def count(self, field: str, by: int = 1) -> None:
        """Add to a counter."""
        self.counts[field] += by

    def warn(self, text: str) -> None:
        """A WARN() of the kernel."""
        self.events.append(("WARN", text))
