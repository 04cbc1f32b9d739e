"""What a search through a tree's options finds.

Enters: nothing. Leaves: `Hit`, `Found`. Must hold: the nearest matches stand first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.model.config import ResolvedConfig
from analyzer.model.expr import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An option, and where the text was found in it: its name, its prompt, or the `text` of a line of its help at
    `place`."""

    name: str
    type: str
    value: str
    prompt: str
    menu: tuple[str, ...]
    location: Location
    found_in: Literal["name", "prompt", "help"]
    text: str = ""
    place: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All of them."""

    text: str
    config: ResolvedConfig
    hits: tuple[Hit, ...]
