"""Tristates as pairs of gates.

Enters: pairs (hi, lo). Leaves: pairs. Must hold: hi never without lo; && is the minimum, || the maximum, as in
scripts/kconfig/expr.h.
"""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.configs.circuit import FALSE, TRUE, Builder
from analyzer.configs.program import Tri


class TriBuilder(Builder):
    """A Builder that also takes pairs of gates."""

    def all(self, tris: Iterable[Tri]) -> Tri:
        """The conjunction of tristates."""
        hi = lo = TRUE
        for h, low in tris:
            hi, lo = self.and_(hi, h), self.and_(lo, low)
        return hi, lo

    def any(self, tris: Iterable[Tri]) -> Tri:
        """The disjunction of tristates."""
        hi = lo = FALSE
        for h, low in tris:
            hi, lo = self.or_(hi, h), self.or_(lo, low)
        return hi, lo

    def choose(self, condition: int, then: Tri, otherwise: Tri) -> Tri:
        """`then` where `condition` holds, else `otherwise`."""
        return self.mux(condition, then[0], otherwise[0]), self.mux(condition, then[1], otherwise[1])
