"""What a sample of random configs showed.

Enters: nothing. Leaves: `SelectorShare`, `FeatureShare`, `SampleSummary`. Must hold: counts are of configs, and never
more than were drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.expr import Location
from analyzer.model.feature import Feature


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorShare:
    """In how many configs one select line was active."""

    name: str
    location: Location
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureShare:
    """In how many configs a feature was built in (`y`) or a module (`m`), and through which select lines, the most
    frequent first.

    `symbol` is None where the tree defines none of the feature's symbols.
    """

    feature: Feature
    symbol: str | None
    y: int = 0
    m: int = 0
    selectors: tuple[SelectorShare, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """A whole sample: of which tree, how many configs, from which seed, and the share of each feature."""

    tree: str
    title: str
    count: int
    seed: int
    rows: tuple[FeatureShare, ...]
