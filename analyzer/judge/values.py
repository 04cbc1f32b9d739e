"""The values in a .config that conf wrote.

Enters: the text of a .config. Leaves: a read-only mapping from symbol name (no CONFIG_) to value. Must hold: a symbol
that "is not set" is n, texts are unquoted, and nothing is guessed: a line that conf would not have written is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from analyzer.errors import SourceError

_SET = re.compile(r"CONFIG_([A-Za-z0-9_]+)=(.*)")
_NOT_SET = re.compile(r"# CONFIG_([A-Za-z0-9_]+) is not set")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")


def parse(text: str, *, name: str = ".config") -> Mapping[str, str]:
    """Every symbol that the text mentions and its value: n, m, y, a number as written, or a text without its quotes.

    `name` is how errors call the file. Raises SourceError for a line that is neither a value, a comment nor empty, for
    a text whose quotes are broken, and for a symbol that occurs twice. The quoting is that of sym_escape_string_value()
    in scripts/kconfig/symbol.c.
    """
    values: dict[str, str] = {}
    # Not splitlines(): a text may hold characters that Python, but not conf, takes for the end of a line.
    for lineno, line in enumerate(text.split("\n"), 1):
        if found := _NOT_SET.fullmatch(line):
            symbol, value = found[1], "n"
        elif found := _SET.fullmatch(line):
            symbol, value = found[1], _unquoted(found[2], name, lineno)
        elif not line or line.startswith("#"):
            continue
        else:
            raise SourceError("not a line of a .config", path=name, lineno=lineno)
        if symbol in values:
            raise SourceError(f"CONFIG_{symbol} has a value already", path=name, lineno=lineno)
        values[symbol] = value
    return MappingProxyType(values)


def _unquoted(value: str, name: str, lineno: int) -> str:
    if not value.startswith('"'):
        return value
    quoted = _QUOTED.fullmatch(value)
    if quoted is None:
        raise SourceError("a text without its closing quote", path=name, lineno=lineno)
    return _ESCAPED.sub(r"\1", quoted[1])
