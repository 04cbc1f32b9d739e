"""Gate measurements as text, and the ones that come with the program.

Enters: `GateMeasurement` values, or the text of a file of them. Leaves: text, or values. Must hold: reading what was
written gives the same values; equal values give equal text, one measurement a line, so that versions can be compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from analyzer.documents import read_regular
from analyzer.errors import SourceError
from analyzer.model.elf import SectionClass, SymbolChange
from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from analyzer.sizes.classes import CLASSES

_HEAD = {"kweigh-gates": 1}
_LARGEST = 64 << 20
"""Bytes; that of the gates that come with the program has 60 kB."""


def render(found: Iterable[GateMeasurement]) -> str:
    """The text of a file of measurements, sorted by architecture, config and tree, the older version first."""
    rows = [json.dumps(_HEAD)]
    rows += [json.dumps(_measurement(one), sort_keys=True) for one in sorted(found, key=_order)]
    return "\n".join(rows) + "\n"


def parse(text: str, *, path: str) -> tuple[GateMeasurement, ...]:
    """The measurements of a file. Raises SourceError with the line that is none."""
    found: list[GateMeasurement] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            table = json.loads(line)
            if number == 1:
                if table != _HEAD:
                    raise ValueError("no head line")
            else:
                found.append(_read(table))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SourceError(f"not a file of gate measurements: {error}", path=path, lineno=number) from None
    return tuple(found)


def load(path: Path) -> tuple[GateMeasurement, ...]:
    """The measurements of the file at `path`; none when there is no such file."""
    try:
        return parse(read_regular(path, _LARGEST).decode("utf-8"), path=str(path))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"can't be read: {error}", path=str(path)) from None


def _order(one: GateMeasurement) -> tuple[str, str, tuple[int, ...], str, str]:
    return one.arch, one.config, tuple(map(int, re.findall(r"[0-9]+", one.tree))), one.tree, one.command


def _measurement(one: GateMeasurement) -> dict[str, Any]:
    return {
        "arch": one.arch,
        "config": one.config,
        "tree": one.tree,
        "compiler": one.compiler,
        "command": one.command,
        "values": [list(value) for value in one.values],
        "base": _weight(one.base),
        "reason": one.reason,
        "variants": [
            {
                "forced": [list(pair) for pair in variant.forced],
                "follows": [list(row) for row in variant.follows],
                "added": list(variant.added),
                "removed": list(variant.removed),
                "weight": _weight(variant.weight),
                "reason": variant.reason,
                "changes": None if variant.changes is None else [[c.name, c.before, c.after] for c in variant.changes],
            }
            for variant in one.variants
        ],
    }


def _weight(weight: Weight | None) -> dict[str, Any] | None:
    if weight is None:
        return None
    return {
        "classes": dict(weight.classes),
        "loaded": weight.loaded,
        "file": weight.file,
        "objects": weight.objects,
        "device": weight.device,
    }


def _read(table: dict[str, Any]) -> GateMeasurement:
    return GateMeasurement(
        arch=_text(table["arch"]),
        config=_text(table["config"]),
        tree=_text(table["tree"]),
        compiler=_text(table["compiler"]),
        command=_text(table["command"]),
        values=tuple((_text(name), _text(value), _text(why)) for name, value, why in table["values"]),
        base=_read_weight(table["base"]),
        reason=_text(table["reason"]),
        variants=tuple(_read_variant(one) for one in table["variants"]),
    )


def _read_variant(table: dict[str, Any]) -> GateVariant:
    return GateVariant(
        forced=tuple((_text(name), _text(value)) for name, value in table["forced"]),
        follows=tuple((_text(name), _text(before), _text(after)) for name, before, after in table["follows"]),
        added=tuple(_text(path) for path in table["added"]),
        removed=tuple(_text(path) for path in table["removed"]),
        weight=_read_weight(table["weight"]),
        reason=_text(table["reason"]),
        changes=None
        if table["changes"] is None
        else tuple(
            SymbolChange(name=_text(name), before=_optional(before), after=_optional(after))
            for name, before, after in table["changes"]
        ),
    )


def _read_weight(table: dict[str, Any] | None) -> Weight | None:
    if table is None:
        return None
    classes = {name: _number(size) for name, size in table["classes"].items()}
    if unknown := [name for name in classes if name not in CLASSES]:
        raise ValueError(f"no class of sections is called {unknown[0]!r}")
    return Weight(
        classes=cast("dict[SectionClass, int]", classes),
        loaded=_number(table["loaded"]),
        file=_number(table["file"]),
        objects=_number(table["objects"]),
        device=_number(table["device"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not a text: {value!r:.40}")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"not a size: {value!r:.40}")
    return value


def _optional(value: object) -> int | None:
    return None if value is None else _number(value)
