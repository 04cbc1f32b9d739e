"""The records of `kweigh.rank`, as programs read them.

Enters: a `Ranking`. Leaves: JSON values and records. Must hold: names are the schema's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.report import (
    Json,
    Records,
)
from analyzer.reports.words.forms import interval_json, missing_json

if TYPE_CHECKING:
    from analyzer.model.elf import SectionClass
    from analyzer.model.rank import RankedOption, Ranking, Saved


def _kinds(found: Ranking) -> list[SectionClass]:
    return list(dict.fromkeys(kind for one in found.objects for kind in one.classes or ()))


def sizes_of(one: RankedOption, kinds: list[SectionClass]) -> list[int]:
    """The bytes of each kind of section."""
    classes = one.classes
    return [classes.get(kind, 0) for kind in kinds]


def records(found: Ranking) -> Records:
    """A row for each option."""
    kinds = _kinds(found)
    columns = ("symbol", "value", "bytes", "alone", "objects", "unknown", "low", "saves", "high", "symbols", "each")
    return Records(
        columns=(*columns, *kinds),
        rows=tuple(
            (
                one.symbol,
                one.value,
                str(one.size) if one.is_known else "",
                str(one.alone) if one.is_known else "",
                str(len(one.objects)),
                str(len(one.unknown)),
                *_saved_record(one.saved),
                *map(str, sizes_of(one, kinds)),
            )
            for one in found.options
        ),
    )


def _saved_record(saved: Saved | None) -> tuple[str, ...]:
    if saved is None:
        return ("",) * 5
    return tuple(map(str, (saved.size.low, saved.size.value, saved.size.high, saved.changes, saved.each)))


def data(found: Ranking) -> dict[str, Json]:
    """The whole ranking."""
    return {
        "config": found.config,
        "tree": found.tree,
        "arch": found.arch,
        "compiler": found.compiler,
        "what": found.what,
        "basis": found.basis,
        "total": found.total,
        "boot": found.boot,
        "modules": found.modules,
        "missing": missing_json(found.missing) if found.missing else None,
        "options": [
            {
                "symbol": one.symbol,
                "value": one.value,
                "bytes": one.size if one.is_known else None,
                "alone": one.alone if one.is_known else None,
                "classes": [{"class": kind, "bytes": size} for kind, size in one.classes.items()],
                "objects": [each.path for each in one.objects],
                "unknown": list(one.unknown),
                "saves": _saved_json(one.saved),
            }
            for one in found.options
        ],
        "objects": [
            {
                "path": one.path,
                "options": list(one.options),
                "bytes": None if one.classes is None else one.size,
                "classes": [{"class": kind, "bytes": size} for kind, size in (one.classes or {}).items()],
            }
            for one in found.objects
        ],
    }


def _saved_json(saved: Saved | None) -> Json:
    if saved is None:
        return None
    return {
        "bytes": interval_json(saved.size),
        "symbols": saved.changes,
        "each": saved.each,
        "alone": saved.alone,
        "where": saved.where,
    }
