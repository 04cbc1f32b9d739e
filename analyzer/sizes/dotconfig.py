"""The values in the text of a .config.

Enters: such texts. Leaves: values by symbol; what was asked for and not given. Must hold: a symbol that the text does
not set, or sets to n, is no entry; both mean the same to the code.
"""

from __future__ import annotations

import re

from analyzer.model.size import Unkept

_LINE = re.compile(r"^CONFIG_(?P<name>\w+)=(?P<value>.*)$|^# CONFIG_(?P<off>\w+) is not set$", re.MULTILINE)


def values(text: str) -> dict[str, str]:
    """The symbols that are on, with their values as written; strings keep their quotes."""
    found = {line["name"] or line["off"]: line["value"] or "n" for line in _LINE.finditer(text)}
    return {name: value for name, value in found.items() if value != "n"}


def unkept(asked: str, got: str) -> tuple[Unkept, ...]:
    """The lines of `asked` that `got` answers otherwise, sorted by symbol. What `asked` does not mention counts not."""
    mentioned = {line["name"] or line["off"] for line in _LINE.finditer(asked)}
    before, after = values(asked), values(got)
    return tuple(
        Unkept(symbol=name, asked=before.get(name, "n"), got=after.get(name, "n"))
        for name in sorted(mentioned)
        if before.get(name, "n") != after.get(name, "n")
    )
