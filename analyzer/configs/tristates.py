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
            # Of bools, which most are, both gates are one.
            same = hi == lo and h == low
            hi = self.and_(hi, h)
            lo = hi if same else self.and_(lo, low)
        return hi, lo

    def any(self, tris: Iterable[Tri]) -> Tri:
        """The disjunction of tristates."""
        hi = lo = FALSE
        for h, low in tris:
            same = hi == lo and h == low
            hi = self.or_(hi, h)
            lo = hi if same else self.or_(lo, low)
        return hi, lo

    def choose(self, condition: int, then: Tri, otherwise: Tri) -> Tri:
        """`then` where `condition` holds, else `otherwise`."""
        hi = self.mux(condition, then[0], otherwise[0])
        same = then[0] == then[1] and otherwise[0] == otherwise[1]
        return hi, hi if same else self.mux(condition, then[1], otherwise[1])
