"""Plain delta debugging, to compare with: Zeller and Hildebrandt's ddmin, which knows neither weights nor what goes
with what; configs that it has asked about before are not counted again."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def ddmin(lines: Sequence[str], good: Callable[[frozenset[str]], bool]) -> frozenset[str]:
    """A set from which no line can go alone."""
    left, parts = list(lines), 2
    while len(left) >= 2:
        size = max(len(left) // parts, 1)
        chunks = [left[at : at + size] for at in range(0, len(left), size)]
        for chunk in chunks:
            rest = [one for one in left if one not in chunk]
            if good(frozenset(rest)):
                left, parts = rest, max(parts - 1, 2)
                break
        else:
            if parts >= len(left):
                break
            parts = min(len(left), parts * 2)
    return frozenset(left)
