"""What a guest is to try.

Enters: `disk=virtio,fs=ext4` as a person writes it; what a guest said. Leaves: `Checks`, the symbols that they need
(needs.toml), `Tried`. Must hold: a check passes only where the guest itself said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

from analyzer import documents
from analyzer.boot import disk
from analyzer.errors import UsageError, nearest
from analyzer.model.boot import Checks, Lines, Machine, Tried

_KINDS = {"disk": ("virtio",), "net": ("virtio",)}
_WORD = re.compile(r"[A-Za-z0-9]+")
_TOLD = re.compile(r"kweigh([:>]) init runs, free (?:\d+|unknown)([^\n']*)")
_PANIC = re.compile(r"Kernel panic - not syncing: (.*)")
_FILE = "needs.toml"


def parse(text: str, machine: Machine) -> Checks:
    """The checks of `text`. Raises UsageError for words that are none, and as `disk.known`."""
    found = Checks()
    for word in filter(None, text.split(",")):
        name, _, value = word.partition("=")
        if name not in ("console", "disk", "fs", "net"):
            near = nearest(name, ("console", "disk", "fs", "net"))
            raise UsageError(f"no check {name}", hint=near or "there is console, disk, fs, net")
        value = value or (machine.speaks if name == "console" else "")
        kinds = _KINDS.get(name)
        if not _WORD.fullmatch(value) or (kinds is not None and value not in kinds):
            such = f"{name}={kinds[0]}" if kinds else f"{name}={machine.speaks if name == 'console' else 'ext4'}"
            raise UsageError(f"{word} is no check", hint=f"such as {such}")
        found = replace(found, **{name: value})
    if found.fs:
        disk.known(found.fs)
    return replace(found, disk=found.disk or ("virtio" if found.fs else ""))


def needs(machine: Machine, checks: Checks) -> dict[str, Lines]:
    """The symbols that a kernel needs on a machine, by the stage that fails without them."""
    found = {"start": machine.console if checks.console else machine.prints, "init": machine.init}
    sets = _sets()
    for name in ("disk", "fs", "net"):
        if kind := getattr(checks, name):
            found[name] = (*(machine.bus if name != "fs" else ()), *sets[name][kind])
    return found


def likely(machine: Machine | None) -> Lines:
    """What tests may need that say nothing of it: all that any feature set names, also of a machine if there is one."""
    own = (*machine.init, *machine.prints, *machine.console, *machine.bus) if machine is not None else ()
    return (*own, *(line for sets in _sets().values() for lines in sets.values() for line in lines))


@cache
def _sets() -> dict[str, dict[str, Lines]]:
    tables = documents.parse(files("analyzer.boot").joinpath(_FILE).read_text("utf-8"), path=_FILE)
    return {name: {kind: (*lines.items(),) for kind, lines in table.items()} for name, table in tables.items()}


def tried(checks: Checks, said: str, late: str = "") -> Tried:
    """What a guest's words tell; `late` says that it was ended."""
    told = list(_TOLD.finditer(said))
    if not told:
        return Tried(failure=unreached(said, late), stage="init" if said.strip() else "start", said=said)
    if checks.console and not any(one[1] == ">" for one in told):
        return Tried(failure="init had no console to write to", stage="start", said=said)
    results = dict(_results(told[0][2]))
    for name in ("disk", "net"):
        if getattr(checks, name) and results.get(name) != "ok":
            stage = "fs" if name == "disk" and results.get(name, "").startswith("mount") else name
            return Tried(failure=f"{name}: {results.get(name, 'not tried')}", stage=stage, said=said)
    return Tried(failure="", stage="", said=said)


def unreached(said: str, late: str) -> str:
    """Why init did not run, by what a guest said; `late` says that it was ended."""
    if panic := _PANIC.search(said):
        return panic[1].strip()
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")
    return (late or "it ended before init ran") + (f"; last it said: {last[:100]}" if last else "")


def _results(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, _, result = part.strip().partition(" ")
        yield name, result.strip()
