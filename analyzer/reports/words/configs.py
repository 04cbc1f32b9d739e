"""How reports name configs of several architectures.

Enters: `Places`. Leaves: words and JSON. Must hold: what is not named is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.model.by_arch import how_many
from analyzer.reports.words.phrases import counted

if TYPE_CHECKING:
    from analyzer.model.by_arch import Places
    from analyzer.model.report import Json

_ARCHES = 5
"""Architectures that are named."""


def arches_named(arches: Sequence[str]) -> str:
    """Architectures by name, or their number where they are many.

    >>> arches_named(["arm", "x86_64"]), arches_named(["arm"] * 6)
    ('arm, x86_64', '6 architectures')
    """
    return ", ".join(arches) if len(arches) <= _ARCHES else counted(len(arches), "architecture")


def configs_of(places: Places) -> str:
    """`31 configs of arm, x86_64`."""
    return f"{counted(how_many(places), 'config')} of {arches_named([arch for arch, _ in places])}"


def places_json(places: Places) -> Json:
    """`places` of a schema."""
    return [{"arch": arch, "configs": list(names)} for arch, names in places]
