"""The machines that kernels can be booted on.

Enters: an architecture. Leaves: a `Machine`. Must hold: they are data (machines.toml).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from analyzer import documents
from analyzer.errors import UsageError
from analyzer.model.boot import Machine

_FILE = "machines.toml"


def machine(arch: str, values: Mapping[str, str] | None = None) -> Machine:
    """The machine for a kernel of an architecture, whose config has `values` (None: nobody says).
    Raises UsageError where there is none."""
    known = _known()
    if arch not in known:
        raise UsageError(f"no machine to boot a kernel of {arch} on", hint=f"there is one for {', '.join(known)}")
    first, *others = known[arch]
    there = values or {}
    fits = (one for where, one in others if all(there.get(name) == value for name, value in where.items()))
    return next(fits, first[1])


@cache
def _known() -> dict[str, tuple[tuple[Mapping[str, str], Machine], ...]]:
    """The machines of each architecture, and which values of a config each is for; the first is for all others."""
    tables = documents.parse(files("analyzer.boot").joinpath(_FILE).read_text("utf-8"), path=_FILE)
    return {
        arch: (
            ({}, _machine(arch, table)),
            *((one["where"], _machine(arch, table | one)) for one in table.get("or", ())),
        )
        for arch, table in tables.items()
    }


def _machine(arch: str, table: Mapping[str, Any]) -> Machine:
    return Machine(
        arch=arch,
        memory=table["mebibytes"] << 20,
        arguments=(*table["arguments"],),
        flags=(*table.get("flags", ()),),
        calls=(*table["calls"].items(),),
        qemu=table["qemu"],
        package=table["package"],
        target=table["target"],
        append=table["append"],
        early=table["early"],
        speaks=table["speaks"],
        device=table["device"],
        init=(*table["init"].items(),),
        prints=(*table["prints"].items(),),
        console=(*table["console"].items(),),
        bus=(*table["bus"].items(),),
    )


def names() -> tuple[str, ...]:
    """The architectures that there are machines for."""
    return (*_known(),)
