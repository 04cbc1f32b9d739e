"""Phrases as rich text.

Enters: a phrase or a span. Leaves: rich text in the colours of its roles. Must hold: the text is neutral and is
never read as markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

from analyzer.model.neutral import neutral

if TYPE_CHECKING:
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
}


STAY = "\ue000"
"""Stands for a blank at which no line is broken, until the page is done: rich breaks at a no-break space as well."""

_LINE = re.compile(r"# CONFIG_\w+ is not set|^CONFIG_\w+=\S* # .{1,40}$")
"""The lines of a config that have blanks."""


def text_of(phrase: Phrase) -> Text:
    """A phrase as one styled line of text that folds where it must, and never within a line of a config."""
    return Text.assemble(*((_whole(neutral(span.text)), STYLES[span.role]) for span in phrase), overflow="fold")


def _whole(text: str) -> str:
    return _LINE.sub(lambda found: found.group().replace(" ", STAY), text) if "CONFIG_" in text else text
