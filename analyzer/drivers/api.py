"""The calls of the DMA API as drivers make them.

Enters: api.toml. Leaves: a `Call` for each name. Must hold: the table is data; which call means what is not said
anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from analyzer import documents
from analyzer.model.driver import CallKind

DIRECTIONS = ("DMA_BIDIRECTIONAL", "DMA_TO_DEVICE", "DMA_FROM_DEVICE", "DMA_NONE")
"""By their numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Which of a call's arguments say what; None: no argument does."""

    kind: CallKind
    handle: int | None = None
    buffer: int | None = None
    size: int | None = None
    direction: int | None = None
    mask: int | None = None
    memory: str = "page"


@cache
def calls() -> dict[str, Call]:
    """Every call by its name."""
    memory = {CallKind.ALLOC: {"memory": "coherent"}, CallKind.FREE: {"memory": "coherent"}}
    return {
        name: Call(kind=kind, **{**memory.get(kind, {}), **given})
        for kind in CallKind
        for name, given in _data()[kind.value].items()
    }


@cache
def passes() -> frozenset[str]:
    """Calls that stand for their argument."""
    return frozenset(_data()["passes"]["names"])


@cache
def fields(access: str) -> frozenset[str]:
    """Macros that `read` or `write` a field of a structure by its name."""
    return frozenset(_data()["fields"][access])


def accessor(name: str) -> str:
    """The field of a structure of the kernel that a macro stands for; empty: none."""
    found = _data()["fields"].get(name, "")
    return found if isinstance(found, str) else ""


@cache
def _data() -> dict[str, Any]:
    file = resources.files("analyzer.drivers") / "api.toml"
    return documents.parse(file.read_text(encoding="utf-8"), path=file.name)
