"""Objects that the link of vmlinux makes by itself.

Enters: a tree's scripts/link-vmlinux.sh and a config. Leaves: these objects. Must hold: an object counts only if the
script of this tree speaks of it; the script is searched, never run. Source: scripts/link-vmlinux.sh of Linux 6.1 and
6.12.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.errors import SourceError
from analyzer.kbuild.scope import World
from analyzer.model.build import KbuildObject, Step
from analyzer.model.expr import Location

_SCRIPT = "scripts/link-vmlinux.sh"
# What the script says, the object, and the symbol that it asks. Tables of several passes are named once.
_MADE = (
    (re.compile(r"init/version-timestamp\.o"), "init/version-timestamp.o", ""),
    (re.compile(r"\.?vmlinux\.export\.o"), ".vmlinux.export.o", "MODULES"),
    (re.compile(r"^\s*kallsymso=.*\.o\b"), ".tmp_vmlinux.kallsyms.o", "KALLSYMS"),
    (re.compile(r"\bbtf\w*_o=\S*\.o\b|\bbtf_data=\S*\.o\b"), ".btf.vmlinux.bin.o", "DEBUG_INFO_BTF"),
)


def made_by_link(world: World) -> Iterator[KbuildObject]:
    """The objects that the script adds under this config."""
    try:
        lines = world.sources.lines(_SCRIPT)
    except SourceError:
        return
    for says, path, symbol in _MADE:
        value = world.config.get(symbol, "n")
        line = next((number for number, line in enumerate(lines, start=1) if says.search(line)), 0)
        if line and (not symbol or value == "y"):
            asked = ((symbol, value),) if symbol else ()
            step = Step(where=Location(path=_SCRIPT, line=line), variable="vmlinux", word=path, symbols=asked)
            yield KbuildObject(path=path, goal="link", into="vmlinux", because=(step,))
