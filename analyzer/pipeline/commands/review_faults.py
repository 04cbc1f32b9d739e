"""Which faults for any config a change brings, worsens or mends, over architectures.

Enters: what lint says of both sides of one architecture after another. Leaves: each fault once, with the architectures
that see it. Must hold: faults are the same where kind and words are, wherever their lines stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.lint import Fault, LintChange
from analyzer.model.review import FaultFate, SeriesFault


class Faults:
    """What was found so far."""

    def __init__(self) -> None:
        self._found: dict[tuple[FaultFate, str, str], tuple[Fault, list[str]]] = {}

    def add(self, arch: str, change: LintChange) -> None:
        """What becomes of the faults that one architecture sees."""
        fates: tuple[tuple[FaultFate, Sequence[Fault]], ...] = (
            ("brought", change.brought),
            ("worsened", change.worsened),
            ("mended", change.mended),
        )
        for fate, faults in fates:
            for fault in faults:
                self._found.setdefault((fate, fault.kind, fault.text), (fault, []))[1].append(arch)

    def told(self) -> tuple[SeriesFault, ...]:
        """All of them, those that are brought first."""
        order: tuple[FaultFate, ...] = ("brought", "worsened", "mended")
        rows = sorted(self._found.items(), key=lambda row: order.index(row[0][0]))
        return tuple(SeriesFault(fate=key[0], fault=fault, arches=tuple(arches)) for key, (fault, arches) in rows)
