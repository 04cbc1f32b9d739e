"""Phrases as rich text.

Enters: a phrase or a span. Leaves: rich text in the colours of its roles. Must hold: the text is neutral and is
never read as markup.
"""

from __future__ import annotations

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


def text_of(phrase: Phrase) -> Text:
    """A phrase as one styled line of text that folds where it must."""
    return Text.assemble(*((neutral(span.text), STYLES[span.role]) for span in phrase), overflow="fold")
