"""The machines that kernels can be booted on.

Enters: an architecture. Leaves: a `Machine`. Must hold: they are data (machines.toml).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from analyzer import documents
from analyzer.errors import UsageError
from analyzer.model.boot import Machine

_FILE = "machines.toml"


def machine(arch: str) -> Machine:
    """The machine for an architecture. Raises UsageError where there is none."""
    known = _known()
    if arch not in known:
        raise UsageError(f"no machine to boot a kernel of {arch} on", hint=f"there is one for {', '.join(known)}")
    return known[arch]


@cache
def _known() -> dict[str, Machine]:
    tables = documents.parse(files("analyzer.boot").joinpath(_FILE).read_text("utf-8"), path=_FILE)
    return {
        arch: Machine(
            arch=arch,
            qemu=table["qemu"],
            package=table["package"],
            arguments=(*table["arguments"],),
            memory=table["mebibytes"] << 20,
            target=table["target"],
            append=table["append"],
            needs=(*table["needs"].items(),),
        )
        for arch, table in tables.items()
    }
