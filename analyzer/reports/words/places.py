"""Places as links.

Enters: the drawn text of a terminal or a page, and what a place is linked to. Leaves: the same text with links. Must
hold: nothing but a place (`path:line`) becomes one; the text that a person reads stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

Link = Callable[[str, str], str]
"""The address of a line of a file, by path and line ("": there is none)."""

_PLACE = r"(?P<path>[\w.+@-]+(?:/[\w.+@-]+)*):(?P<line>\d+)\b"
_ON_TERMINAL = re.compile(rf"\x1b\[[0-9;]*m|{_PLACE}")
_ON_PAGE = re.compile(r"(?<=<samp>)[^<]+(?=</samp>)")
_IN_SAMP = re.compile(_PLACE)


def on_terminal(text: str, link: Link) -> str:
    """Text with escape sequences for colours, and now for links (OSC 8); terminals without them show the same."""

    def linked(found: re.Match[str]) -> str:
        address = link(found["path"], found["line"]) if found["path"] else ""
        return f"\x1b]8;;{address}\x1b\\{found[0]}\x1b]8;;\x1b\\" if address else found[0]

    return _ON_TERMINAL.sub(linked, text)


def on_page(text: str, link: Link) -> str:
    """HTML in which places stand in `samp` elements."""

    def linked(found: re.Match[str]) -> str:
        address = link(found["path"], found["line"])
        return f'<a href="{escape(address)}">{found[0]}</a>' if address else found[0]

    return _ON_PAGE.sub(lambda samp: _IN_SAMP.sub(linked, samp[0]), text)
