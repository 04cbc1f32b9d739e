"""The JSON Schemas of the reports.

Enters: the schema name that a report carries (`kweigh.analyze/1`). Leaves: its JSON Schema (draft 2020-12), in one
piece. Must hold: what several reports share is written once, in schemas/common.json.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of the report `name`, with the shared definitions inside.

    Raises KeyError for a name that no report has.
    """
    if name not in schemas():
        raise KeyError(name)
    whole = _read(name)
    whole["$defs"] = {**_read("common")["$defs"], **whole.get("$defs", {})}
    return whole


def schemas() -> tuple[str, ...]:
    """The names of all schemas, sorted."""
    files = (resources.files("analyzer.reports") / "schemas").iterdir()
    names = (f.name.removesuffix(".json") for f in files if f.name.endswith(".json") and f.name != "common.json")
    return tuple(sorted(_name(stem) for stem in names))


def _name(stem: str) -> str:
    command, _, version = stem.rpartition("-")
    return f"kweigh.{command}/{version}"


def _read(name: str) -> dict[str, Any]:
    stem = name.removeprefix("kweigh.").replace("/", "-")
    file = resources.files("analyzer.reports") / "schemas" / f"{stem}.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
