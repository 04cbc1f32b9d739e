"""Where the places of a result lead.

Enters: the tree of a command, --source-url. Leaves: the address of a line. Must hold: only a file that is there has
one; where two trees are looked at a place could be of either, so none has.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import click

Link = Callable[[str, str], str]
"""The address of a path and a line; "": there is none."""

_OTHER_TREES = ("tree_b", "old", "others")
"""What commands call a further tree."""


def linker(root: Path, template: str) -> Link | None:
    """The links of a command that looks at the tree in `root`: by `template` ("": to the files themselves); None where
    places could be of several trees."""
    context = click.get_current_context(silent=True)
    if context is not None and any(context.params.get(name) for name in _OTHER_TREES):
        return None
    here = os.path.realpath(root)

    @cache
    def file_of(path: str) -> str:
        inside = Path(here, path)
        if inside.is_file():
            return str(inside)
        own = Path(path).absolute()
        return str(own) if not template and own.is_file() else ""

    def link(path: str, line: str) -> str:
        file = file_of(path)
        if not file:
            return ""
        if template:
            return template.replace("{path}", quote(path)).replace("{line}", line)
        return f"file://{socket.gethostname()}{quote(file)}#{line}"

    return link
