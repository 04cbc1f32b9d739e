"""Losses that somebody has accepted.

Enters: the text of a file. Leaves: `Accepted`. Must hold: every entry has a reason; what is no entry is an error with
its line.

    # ARCH CONFIG SYMBOL: reason, each a name or a glob
    x86_64 x86_64_defconfig SECURITY_SELINUX_DISABLE: went in 6.4, nothing took its place
    arm* *_defconfig DEBUG_INFO: follows from the choice since 5.18
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from analyzer.errors import SourceError
from analyzer.model.expr import Location
from analyzer.model.policy import Accepted

_ENTRY = re.compile(r"(\S+)\s+(\S+)\s+(?:CONFIG_)?([\w*?\[\]!-]+):\s*(\S.*)")


def parse_accepted(text: str, *, path: str) -> tuple[Accepted, ...]:
    """The entries of `text`. Raises SourceError with the line that is none."""
    return tuple(_entries(text, path))


def _entries(text: str, path: str) -> Iterator[Accepted]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _ENTRY.fullmatch(line.strip())
        if found is None:
            hint = "such as: x86_64 *_defconfig FOO: why that is well"
            raise SourceError("not a line ARCH CONFIG SYMBOL: REASON", path=path, lineno=number, hint=hint)
        arch, config, symbol, reason = found.groups()
        place = Location(path=path, line=number)
        yield Accepted(arch=arch, config=config, symbol=symbol, reason=reason, location=place)


def is_about(entry: Accepted, arch: str, config: str) -> bool:
    """Whether an entry is about a config."""
    return fnmatchcase(arch, entry.arch) and fnmatchcase(config, entry.config)


def accepts(entry: Accepted, arch: str, config: str, symbol: str) -> bool:
    """Whether an entry accepts that a symbol's line is lost."""
    return is_about(entry, arch, config) and fnmatchcase(symbol, entry.symbol)
