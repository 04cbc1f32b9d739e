"""Gate measurements as text, and the ones that come with the program.

Enters: `GateMeasurement` values, or the text of a file of them. Leaves: text, or values. Must hold: reading what was
written gives the same values; equal values give equal text, one measurement a line, so that versions can be compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec.structs import asdict

from analyzer.documents import read_regular
from analyzer.errors import SourceError
from analyzer.model.elf import SectionClass, SymbolChange
from analyzer.model.gate import GateMeasurement, GateVariant, Weight

Size = Annotated[int, msgspec.Meta(ge=0)]

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
            if number > 1:
                found.append(_measured(_READ.decode(line)))
            elif msgspec.json.decode(line) != _HEAD:
                raise SourceError("not a file of gate measurements: no head line", path=path, lineno=1)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
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


class _Weight(msgspec.Struct):
    classes: dict[SectionClass, Size]
    loaded: Size
    file: Size
    objects: Size
    device: Size


class _Variant(msgspec.Struct):
    forced: tuple[tuple[str, str], ...]
    follows: tuple[tuple[str, str, str], ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    weight: _Weight | None
    reason: str
    changes: tuple[tuple[str, Size | None, Size | None], ...] | None


class _Measurement(msgspec.Struct):
    arch: str
    config: str
    tree: str
    compiler: str
    command: str
    values: tuple[tuple[str, str, str], ...]
    base: _Weight | None
    reason: str
    variants: tuple[_Variant, ...]


_READ = msgspec.json.Decoder(_Measurement)


def _measured(line: _Measurement) -> GateMeasurement:
    variants = tuple(map(_variant, line.variants))
    return GateMeasurement(**asdict(line) | {"base": _weighed(line.base), "variants": variants})


def _variant(line: _Variant) -> GateVariant:
    found = asdict(line) | {"weight": _weighed(line.weight)}
    if line.changes is not None:
        found["changes"] = tuple(SymbolChange(name=name, before=a, after=b) for name, a, b in line.changes)
    return GateVariant(**found)


def _weighed(line: _Weight | None) -> Weight | None:
    return None if line is None else Weight(**asdict(line))
