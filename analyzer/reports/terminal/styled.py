"""Phrases as rich text.

Enters: a phrase or a span. Leaves: rich text in the colours of its roles. Must hold: the text is neutral and is
never read as markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from analyzer.model.neutral import neutral
from analyzer.reports.words.places import PATH

if TYPE_CHECKING:
    from rich.console import Console

    from analyzer.model.report import Phrase, Role

STYLES: dict[Role, str] = {
    "plain": "",
    "name": "bold",
    "on": "green",
    "module": "cyan",
    "off": "dim",
    "missing": "dim",
    "warn": "yellow",
    "place": "dim",
    "command": "",
}


STAY = "\ue000"
"""Stands for a blank at which no line is broken, until the page is done: rich breaks at a no-break space as well."""

PLACE = re.compile(rf"{PATH}:\d+")
"""`path:line`, which nothing breaks."""

_LINE = re.compile(r"# CONFIG_\w+ is not set|^CONFIG_\w+=\S* # .{1,40}$")
"""The lines of a config that have blanks."""


def is_whole(word: str) -> bool:
    """Whether a word is never broken, however narrow the page: one with a place, a line of a config, a command."""
    return STAY in word or (":" in word and PLACE.search(word) is not None)


def is_too_long(text: Text, width: int) -> bool:
    """Whether a word that is never broken is wider than the page."""
    return any(cell_len(word) > width and is_whole(word) for word in text.plain.split())


def wrapped(text: Text, width: int, console: Console) -> list[Text]:
    """The lines of a text that is `width` columns wide, or as wide as what is never broken in it."""
    if not is_too_long(text, width):
        return list(text.wrap(console, width, overflow="fold"))
    ends, used = [], 0
    for word in _WORD.finditer(text.plain):
        if used and used + cell_len(word.group().rstrip()) > width:
            ends.append(word.start())
            used = 0
        used += cell_len(word.group())
    lines = text.divide(ends)
    for line in lines:
        line.rstrip()
        line.no_wrap, line.overflow = True, "ignore"
    return list(lines)


_WORD = re.compile(r"\S+\s*")


def text_of(phrase: Phrase) -> Text:
    """A phrase as one styled line of text that folds where it must, never within a line of a config or a command."""
    parts = ((_whole(neutral(span.text), span.role), STYLES[span.role]) for span in phrase)
    return Text.assemble(*parts, overflow="fold")


def _whole(text: str, role: Role) -> str:
    if role == "command":
        return text.replace(" ", STAY)
    return _LINE.sub(lambda found: found.group().replace(" ", STAY), text) if "CONFIG_" in text else text
