"""What `uname -m` says, and what a tree's makefiles make of it.

Enters: the machine name and a tree. Leaves: SUBARCH, and answers to the `$(shell uname …)` that makefiles ask. Must
hold: no program runs here.
"""

from __future__ import annotations

import platform
import re
from pathlib import Path

from analyzer.trees.texts import is_file_within, read_within

_SED = re.compile(r"(?:/(?P<address>[^/]*)/(?P<negated>!?))?s/(?P<pattern>[^/]*)/(?P<replacement>[^/&\\]*)/")
_SUBARCH = re.compile(r"^SUBARCH\s*:=\s*\$\(shell (?P<command>[^\n\\]*(?:\\\n[^\n\\]*)*)\)", re.MULTILINE)


def machine() -> str:
    """The machine that this program runs on, as `uname -m` prints it."""
    return platform.machine()


def uname(command: str, machine: str) -> str | None:
    """What `uname -m`, `uname -m | sed -e s/…/…/ …` or `uname -s` prints on `machine`; None for any other command."""
    if command.split() == ["uname", "-s"]:
        return platform.system()
    first, *filters = command.split("|")
    if first.split() != ["uname", "-m"] or len(filters) > 1:
        return None
    found: str | None = machine
    for words in (part.split() for part in filters):
        if words[:1] != ["sed"] or len(words) % 2 != 1 or set(words[1::2]) != {"-e"}:
            return None
        for script in words[2::2]:
            found = None if found is None else _sed(script.strip("'\""), found)
    return found


def _sed(script: str, line: str) -> str | None:
    found = _SED.fullmatch(script)
    # Dots, stars, anchors and bracket sets mean the same to sed and to re; anything else is not read here.
    if not found or re.search(r"[\\+?(){}|&~]|\[\[|--", script):
        return None
    address = found["address"]
    try:
        if address is not None and bool(re.search(address, line)) == bool(found["negated"]):
            return line
        return re.sub(found["pattern"], found["replacement"], line, count=1)
    except re.error:
        # No expression for sed either (`[a`), or one that it takes in a sense of its own (`*a`).
        return None


def subarch(root: Path, machine: str) -> str:
    """SUBARCH of a tree on `machine`: read from scripts/subarch.include (the top Makefile in trees before 4.15).

    It is what a um kernel runs on, and make's default for ARCH: `x86` on an x86_64 machine.
    """
    for name in ("scripts/subarch.include", "Makefile"):
        if is_file_within(root, name) and (line := _SUBARCH.search(read_within(root, name))):
            return uname(re.sub(r"\\\n\s*", " ", line["command"]), machine) or machine
    return machine
