"""Places as links.

Enters: the drawn text of a terminal or a page, and what a place is linked to. Leaves: the same text with links. Must
hold: nothing but a place (`path:line`) becomes one; the text that a person reads stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import chain, zip_longest

Link = Callable[[str, str], str]
"""The address of a line of a file, by path and line ("": there is none)."""

PATH = r"(?<![\w.+@-])(?<![\w.+@-]/)[\w.+@-]++(?:/[\w.+@-]++)*+"
"""The path of a place, as an expression. It begins where a path begins and gives nothing back, so that a long word is
looked through once."""
_PLACE = re.compile(rf"(?P<path>{PATH}):(?P<line>\d+)\b")
_ESCAPE = re.compile(r"(\x1b\[[0-9;]*m)")
_ON_PAGE = re.compile(r"(?<=<samp>)[^<]+(?=</samp>)")


def on_terminal(text: str, link: Link) -> str:
    """Text with escape sequences for colours, and now for links (OSC 8); terminals without them show the same."""

    def linked(found: re.Match[str]) -> str:
        address = link(found["path"], found["line"])
        return f"\x1b]8;;{address}\x1b\\{found[0]}\x1b]8;;\x1b\\" if address else found[0]

    # What an escape sequence ends with is no part of a path.
    plain, escapes = (_ESCAPE.split(text)[first::2] for first in (0, 1))
    linked_parts = [_PLACE.sub(linked, part) for part in plain]
    return "".join(chain.from_iterable(zip_longest(linked_parts, escapes, fillvalue="")))


def on_page(text: str, link: Link) -> str:
    """HTML in which places stand in `samp` elements."""

    def linked(found: re.Match[str]) -> str:
        address = link(found["path"], found["line"])
        return f'<a href="{escape(address)}">{found[0]}</a>' if address else found[0]

    return _ON_PAGE.sub(lambda samp: _PLACE.sub(linked, samp[0]), text)
