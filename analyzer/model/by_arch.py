"""Configs, by architecture.

Enters: names, gathered architecture by architecture. Leaves: `Places`. Must hold: all stays in its order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Places = tuple[tuple[str, tuple[str, ...]], ...]
"""Architectures, each with its configs."""


def places_of(found: Mapping[str, Sequence[str]]) -> Places:
    """What was gathered, as a value.

    >>> places_of({"arm": ["tinyconfig"]})
    (('arm', ('tinyconfig',)),)
    """
    return tuple((arch, tuple(names)) for arch, names in found.items())


def how_many(places: Places) -> int:
    """How many configs it is."""
    return sum(len(names) for _, names in places)
