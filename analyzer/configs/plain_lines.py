"""The tokens of plain lines: those without anything that has to be expanded or warned of, as nearly all are.

Enters: the words that the tree's conf knows, a line. Leaves: its tokens. Must hold: they are those that the lexer gives
for the line token by token; lines are kept, so equal lines share their tokens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

WORD, QUOTED, VALUE, END = "WORD", "QUOTED", "VALUE", ""
"""The kinds of tokens that carry text (VALUE is what a variable is set to), and of the one behind the last; any other
token is its own kind."""

Token = tuple[str, str]
"""Kind and text."""

Tokens = Sequence[Token]
"""A tuple where the line says the same wherever it stands, a list where macros had a part in it."""

MAX_TOKENS = 20_000
"""Tokens in one statement; the longest of 6.12 has some 60."""

LINE = re.compile(
    r"""((?:[ \t]*(?:\#[^\n]*)?\n)*+)
      ((?:[A-Za-z0-9_-]|&&|\|\||!=|[ \t<>=!()]|"[^$\\\n'"]*"|'[^$\\\n'"]*')++)
      (?:\#[^\n]*)?\n""",
    re.VERBOSE,
)
"""Lines that say nothing, and one without anything that has to be expanded or warned of, as nearly all are."""
_PARTS = re.compile(r"""[A-Za-z0-9_-]+|&&|\|\||!=|[<>]=?|[=!()]|"[^"]*"|'[^']*'""")
_OPERATORS = "&|!<>=()"
_MAX_LINES = 200_000
"""Lines that are remembered; 6.12 has some 50,000 different ones."""


_LONG: Tokens = ((WORD, ""),)


class Lines(dict[str, Tokens]):
    """Lines without macros and what they say. Entries are much alike, and so are the trees of one run: half of all
    lines were read before in the same tree, nearly all in that of another architecture."""

    def __init__(self, keywords: frozenset[str]) -> None:
        super().__init__()
        self._token = _Parts(keywords).__getitem__

    def __missing__(self, line: str) -> Tokens:
        if len(self) >= _MAX_LINES:
            self.clear()
        found = (*map(self._token, _PARTS.findall(line)), (END, ""))
        if len(found) > MAX_TOKENS:
            return _LONG
        self[line] = found
        return found


class _Parts(dict[str, Token]):
    def __init__(self, keywords: frozenset[str]) -> None:
        super().__init__()
        self._keywords = keywords

    def __missing__(self, part: str) -> Token:
        if part[0] in "\"'":
            return QUOTED, part[1:-1]
        if part[0] in _OPERATORS:
            return part, part
        found = self[part] = (part if part in self._keywords else WORD, part)
        return found


@lru_cache(maxsize=4)
def plain_lines(keywords: frozenset[str]) -> Lines:
    return Lines(keywords)
