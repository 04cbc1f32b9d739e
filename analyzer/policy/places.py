"""Where the rules of a policy and their keys stand.

Enters: the text of a policy. Leaves: lines. Must hold: tomllib keeps no lines, so these are found by how a line begins;
a text in which the rules are not written as [[rule]] tables gives another number of rules than tomllib finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_TABLE = re.compile(r"""\s*\[\[\s*["']?rule["']?\s*\]\]""")
_KEY = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*=""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The line of a [[rule]] and of each key below it, counted from 1; 0 for the keys above the first rule."""

    line: int
    keys: Mapping[str, int]


def lines_of(text: str) -> tuple[Lines, tuple[Lines, ...]]:
    """The lines of the keys above the rules, and of each rule with its keys."""
    top, *rules = _sections(text)
    return top, tuple(rules)


def _sections(text: str) -> Iterator[Lines]:
    line, keys = 0, dict[str, int]()
    # tomllib counts "\n" only, as every editor does for TOML.
    for number, content in enumerate(text.split("\n"), 1):
        if _TABLE.match(content):
            yield Lines(line=line, keys=keys)
            line, keys = number, {}
        elif found := _KEY.match(content):
            keys.setdefault(found[1], number)
    yield Lines(line=line, keys=keys)
