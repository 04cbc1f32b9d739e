"""Feature sets: which symbols a report is about.

Enters: nothing. Leaves: `Feature`, `FeatureSet`. Must hold: a feature names its symbols per dialect of the tree; which
of them count is found by looking at what the tree defines.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One row of a feature matrix.

    `symbols` are tried in order: the first that the tree defines stands for the feature in that tree (`DMA_OPS` of the
    series, `ARCH_HAS_DMA_OPS` of newer trees). `about` is one line for people.
    """

    name: str
    symbols: tuple[str, ...]
    about: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSet:
    """A named set of features, in the order in which reports list them; `origin` is the file it came from."""

    name: str
    title: str
    features: tuple[Feature, ...]
    origin: str
